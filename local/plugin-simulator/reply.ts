import type { Called } from './called.ts';
import type { Fault } from './fault.ts';
import { CHALLENGES, ERROR_PAGE, endedPage, HOME_PAGE, LOGIN_PAGE } from './pages.ts';

/** An answer of the site. */
export type Reply = {
  status: number;
  headers?: Record<string, string>;
  body: string;
  /** Whether the plugin did its work; it did not unless told. */
  delivered?: true;
};

const MIB = 2 ** 20;

/** Too many requests wait for PHP: what Apache and LiteSpeed answer themselves. */
export const OVERLOADED: Reply = { status: 503, body: 'Service Unavailable' };

/** What a fault makes the host answer before any PHP runs; undefined where PHP has to. */
export function replyOfHost(fault: Fault | undefined): Reply | undefined {
  switch (fault?.does) {
    case 'answers429':
      return {
        status: 429,
        headers: { 'retry-after': String(fault.retryAfterSeconds) },
        body: 'Too Many Requests',
      };
    case 'answers503':
      return OVERLOADED;
    case 'captcha':
      return fault.by === 'siteground'
        ? { status: 202, headers: { 'sg-captcha': 'challenge' }, body: CHALLENGES.siteground }
        : { status: 200, body: CHALLENGES.cloudflare };
    case 'redirects':
      return { status: 301, headers: { location: fault.to }, body: '' };
    case 'final4xx':
      return { status: fault.status, body: 'Refused' };
    default:
      return undefined;
  }
}

/** What PHP answers once it has worked on a request. */
export function replyOfPhp(fault: Fault | undefined, called: Called): Reply {
  if (fault?.does === 'answers500') return { status: 500, body: ERROR_PAGE };
  if (fault?.does === 'loginPage') return { status: 200, body: LOGIN_PAGE };
  if (fault?.does === 'htmlPage' || called.plugin === undefined) return { status: 200, body: HOME_PAGE };
  if (!called.allowed) return { status: 403, body: endedPage('Invalid Access Key', 'Invalid Access Key') };
  const body = answerOfPlugin(called);
  const more = fault?.does === 'hugeAnswer' ? ' '.repeat(fault.bytes ?? 32 * MIB) : '';
  return { status: 200, body: body + more, delivered: true };
}

/** WP Fusion ends by `wp_die`, so with a page (its class WPF_API); the others' words are unverified. */
const answerOfPlugin = ({ plugin }: Called): string =>
  plugin === 'WP Fusion' ? endedPage('Success', '<h3>Success</h3>Updated user meta') : 'OK';
