import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname, '../../examples/node-site');

/** The example site as a process of its own. */
export type ExampleSite = {
  url: string;
  /** All that it has written so far. */
  output(): string;
  stop(): Promise<void>;
};

/**
 * Starts the example site on a free port.
 * @param settings its environment variables
 * @throws with what it wrote, where it ends instead
 */
export async function startExampleSite(settings: Record<string, string>): Promise<ExampleSite> {
  const child = spawn(process.execPath, ['server.js'], { cwd: FOLDER, env: { PORT: '0', ...settings } });
  const closed = once(child, 'close');
  let output = '';
  const url = await new Promise<string>((found, reject) => {
    const read = (text: string): void => {
      output += text;
      const address = /The site is at (\S+)\n/.exec(output)?.[1];
      if (address) found(address);
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.on('error', reject);
    child.on('close', (status) => reject(new Error(`ended with ${status}: ${output}`)));
  });
  return {
    url,
    output: () => output,
    stop: async () => {
      child.kill();
      await closed;
    },
  };
}

/** A page as a browser gets it. */
export type Page = { status: number; html: string; location: string | null };

/** Somebody who looks at the site: keeps cookies and follows nothing. */
export class Browser {
  readonly #url: string;
  #cookie = '';

  constructor({ url }: Pick<ExampleSite, 'url'>) {
    this.#url = url;
  }

  get(path: string): Promise<Page> {
    return this.#send(path, {});
  }

  post(path: string, form: Record<string, string>): Promise<Page> {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(form) });
  }

  async #send(path: string, init: RequestInit): Promise<Page> {
    const headers = { cookie: this.#cookie };
    const response = await fetch(this.#url + path, { ...init, headers, redirect: 'manual' });
    for (const cookie of response.headers.getSetCookie()) this.#cookie = cookie.split(';')[0] ?? '';
    return {
      status: response.status,
      html: await response.text(),
      location: response.headers.get('location'),
    };
  }
}
