import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Bundle } from '../../../lib/bundle/bundle.ts';

/**
 * Runs a script on a bundle in a Node process of its own, without Jest's module system or any transform.
 *
 * @param script body of an async function that has `handler` and gives JSON
 * @param environment all the variables the process gets
 */
export async function runBundle<Result>(
  bundle: Bundle,
  script: string,
  environment: Record<string, string> = {},
): Promise<Result> {
  const program = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(join(bundle.directory, 'index.mjs')).href)});
    const result = await (async () => { ${script} })();
    process.stdout.write('\\nresult:' + JSON.stringify(result), () => process.exit(0));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    env: environment,
  });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\nresult:') + '\nresult:'.length));
}

/** Paths of the sources that left bytes in the bundle, from the repository's root. */
export function sourcesOf({ metafile }: Bundle): string[] {
  return Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path);
}
