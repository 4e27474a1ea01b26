import { readRetryAfter, waitAfter429 } from '../platform/retry-after.ts';
import { isPage, type Mark, markOf } from './page-marks.ts';
import { readPluginPage } from './plugin-pages.ts';
import type { PluginAnswer } from './send.ts';

/** What became of a webhook that was handed to a plugin, with the reason in words for its record. */
export type Judgement =
  | { kind: 'done'; reason: string }
  /** Try again later, and not before `retryAfterMs` where the site named a time. */
  | ({ kind: 'trouble'; reason: string; retryAfterMs?: number } & About)
  /** Not tried again: another try would be answered the same. */
  | ({ kind: 'final'; reason: string } & About);

/** Set where a refusal is about this webhook alone: the site is well, and takes others. */
type About = { siteIsWell?: true };

/**
 * Says what an answer means. Only a 2xx that nothing but the plugin can have given is one: firewalls, hosts and
 * WordPress itself answer 200 with pages of their own. Reasons quote nothing of the answer.
 * @param acceptsHtml whether the plugin answers with a page, by the site's config; pages that are known as something
 *   else stay failures
 */
export function judgeAnswer(answer: PluginAnswer, { acceptsHtml }: { acceptsHtml: boolean }): Judgement {
  const { status, headers } = answer;
  const said = `the site answered ${status}`;
  const mark = markOf(answer);
  const trouble = (reason: string): Judgement => ({ kind: 'trouble', reason, ...retryAfter(headers) });

  if (mark?.kind === 'challenge') return trouble(withMark(said, mark));
  if (status >= 300 && status < 400) return trouble(`${said}, ${whereTo(headers.location)}`);
  if (status >= 400 && status < 500 && !PASSING.has(status))
    return {
      kind: 'final',
      reason: said + (CHECK[status] ?? ''),
      ...(!OF_THE_SITE.has(status) && { siteIsWell: true }),
    };
  if (mark) return trouble(withMark(said, mark));
  if (status < 200 || status >= 300) return trouble(said);
  const page = readPluginPage(answer.text);
  if (page) {
    const { kind, says, ...when } = page;
    return { kind, reason: `${said}: ${says}`, ...(kind === 'trouble' && { ...when, siteIsWell: true }) };
  }
  if (acceptsHtml) return { kind: 'done', reason: said };
  if (isPage(answer.text))
    return trouble(`${said} with a page, which is no answer of the plugin: ${MEND_PAGE}`);
  if (isPacked(answer))
    return trouble(`${said} with a packed body, which was not asked for and cannot be read: ${MEND_PAGE}`);
  return { kind: 'done', reason: said };
}

const MEND_PAGE = "check the relay's url; where its plugin does answer so, set acceptsHtml";

/** Of 4xx, those that say nothing about the request itself: 408 too slow, 425 too early, 429 too many. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);

/** Of 4xx, those that are likely to meet each webhook: a wrong secret or address, a plugin that is switched off. */
const OF_THE_SITE: ReadonlySet<number> = new Set([401, 403, 404, 405, 407, 410]);

/** What to check after an answer that ends the webhook. */
const CHECK: Readonly<Record<number, string>> = {
  401: ': the site, or a password in front of it, wants a login; check the secret in the URL',
  403: ': the plugin or a firewall refuses it; check the secret in the URL, and let Latchkey through',
  404: ": nothing is there; check the relay's url, and that the plugin is active",
  405: ": nothing takes this method there; check the relay's url",
  410: ": nothing is there any more; check the relay's url, and that the plugin is active",
  413: ': the body is larger than the site takes',
};

const MEND: Readonly<Record<Mark['kind'], string>> = {
  challenge: ': have it let Latchkey through to this address',
  login: ": check the relay's url, and that it works without a login",
  broken: '',
};

const withMark = (said: string, { kind, name }: Mark): string => `${said} with ${name}${MEND[kind]}`;

/** Stands for the site itself, whose address is not known here, in redirects from path to path. */
const SITE = 'https://site.invalid';
const MOST_SHOWN = 270; // no name of a host is longer

/** A redirect in words: scheme and host only, since path and query may hold the site's secret. */
function whereTo(location: string | undefined): string {
  if (location === undefined) return 'a redirect that leads nowhere';
  if (/\/wp-login\.php/.test(location))
    return 'a redirect to its login page: check that the url works without a login';
  const url = URL.parse(location, SITE);
  if (!url || !/^https?:$/.test(url.protocol)) return 'a redirect to something that is no website';
  const where = url.origin === SITE ? 'another path of the site' : url.origin.slice(0, MOST_SHOWN);
  return `a redirect to ${where}: put the address that it leads to into the relay's url`;
}

function retryAfter(headers: PluginAnswer['headers']): { retryAfterMs?: number } {
  const header = headers['retry-after'];
  const read = readRetryAfter(header ?? null) !== undefined;
  return read ? { retryAfterMs: waitAfter429(header) } : {};
}

/** We ask for a plain body. Who packs it all the same may be hiding a page in it. */
const isPacked = ({ headers, text }: PluginAnswer): boolean =>
  text !== '' && !/^(identity)?$/i.test(headers['content-encoding'] ?? '');
