import type { LocalCloud } from '../../local/cloud.ts';
import type { History } from '../history/history.ts';
import { siteCalled } from '../sites.ts';
import { versionIn } from './people.ts';

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

/**
 * Says that a member has opened a page, and notes what the site was told.
 * @returns whether that may be old
 */
export async function visit(
  cloud: Pick<LocalCloud, 'url'>,
  { site, contact }: { site: string; contact: string },
  history: History,
): Promise<boolean> {
  const cameAt = history.now;
  const path = `/v1/members/${contact}/activity`;
  const { status, body } = await askApi(cloud, site, path, { trigger: 'page-visit' });
  const { firstName } = (body.member ?? {}) as Record<string, unknown>;
  const isStale = body.stale === true;
  const told = { status, isStale, version: versionIn(firstName) };
  history.add({ what: 'visited', site, contact, cameAt, ...told });
  return isStale;
}
