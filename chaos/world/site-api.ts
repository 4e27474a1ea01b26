import type { LocalCloud } from '../../local/cloud.ts';
import { siteCalled } from '../sites.ts';

/** An answer of the site API. */
export type ApiAnswer = { status: number; body: Record<string, unknown> };

/** Longer than API Gateway waits for a function. */
const PATIENCE_MS = 35_000;

/** Asks the site API as a site. Never rejects: status 0 where no answer came. */
export async function askApi(
  { url }: Pick<LocalCloud, 'url'>,
  site: string,
  path: string,
  body: object,
): Promise<ApiAnswer> {
  try {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${siteCalled(site).apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  } catch (error) {
    return { status: 0, body: { detail: error instanceof Error ? error.name : String(error) } };
  }
}

/** Says that a member has opened a page. */
export const visit = (cloud: Pick<LocalCloud, 'url'>, site: string, contact: string): Promise<ApiAnswer> =>
  askApi(cloud, site, `/v1/members/${contact}/activity`, { trigger: 'page-visit' });
