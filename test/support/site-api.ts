import { API_KEYS } from './latchkey.config.ts';
import type { TestLatchkey } from './latchkey.ts';

/** An answer of the site API. */
// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what a test asserts
export type ApiAnswer = { status: number; headers: Headers; body: any };

/** Calls the site API as one site. */
export type SiteApi = {
  get(path: string): Promise<ApiAnswer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  delete(path: string): Promise<ApiAnswer>;
  /** Says that a member is here. */
  visit(contactId: string, trigger?: string): Promise<ApiAnswer>;
};

/**
 * The site API with a site's key.
 * @param key another key; '' for none
 */
export function siteApi(
  { cloud }: Pick<TestLatchkey, 'cloud'>,
  site: keyof typeof API_KEYS,
  key: string = API_KEYS[site],
): SiteApi {
  const authorization: Record<string, string> = key === '' ? {} : { authorization: `Bearer ${key}` };
  const call = async (path: string, init: RequestInit): Promise<ApiAnswer> => {
    const response = await fetch(cloud.url + path, init);
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  const post: SiteApi['post'] = (path, body, headers = {}) =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    get: (path) => call(path, { headers: authorization }),
    post,
    delete: (path) => call(path, { method: 'DELETE', headers: authorization }),
    visit: (contactId, trigger = 'page-visit') => post(`/v1/members/${contactId}/activity`, { trigger }),
  };
}
