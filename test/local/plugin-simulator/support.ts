import { afterEach, beforeEach } from '@jest/globals';
import {
  type PluginSite,
  type PluginSiteOptions,
  startPluginSite,
} from '../../../local/plugin-simulator/plugin-site.ts';

export const SECRET = 'a-plugin-secret';

/** A site for each test of a file, with two workers that take no time unless told otherwise. */
export function siteForEachTest(options: Partial<PluginSiteOptions> = {}): { readonly site: PluginSite } {
  let site: PluginSite;
  beforeEach(async () => {
    site = await startPluginSite({ secret: SECRET, workers: 2, answerMs: 0, ...options });
  });
  afterEach(() => site.stop());
  return {
    get site() {
      return site;
    },
  };
}

/** Posts a form to AccessAlly's address, as the relay does. Rejects with what went wrong: `ECONNREFUSED`, say. */
export async function post(
  { url }: PluginSite,
  { seq = 1, contact = '7', signal }: { seq?: number; contact?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  try {
    return await fetch(`${url}/?aal_updateuser=${SECRET}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'idempotency-key': `webhook-${seq}` },
      body: new URLSearchParams({ 'contact[id]': contact, seq: String(seq) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string } };
    throw new Error(cause?.code ?? name);
  }
}

/** So many posts at once, numbered from 1; how each was answered. */
export const postMany = (site: PluginSite, count: number): Promise<number[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => (await post(site, { seq: index + 1 })).status),
  );
