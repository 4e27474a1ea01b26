import { postedCommands } from '../commands/catalogue.ts';
import type { WebhookRecord } from '../store/webhooks.ts';
import type { KeptRequest } from './kept-request.ts';
import { withParameter } from './query.ts';
import type { PluginRequest } from './send.ts';

/**
 * The request that a plugin gets: method, query and body as the CRM sent them, with the plugin's own secret. The
 * id of the webhook goes with it, since no HTTP client can know whether a request without an answer was carried out.
 * @param base the plugin's address
 */
export function requestToPlugin(
  { method, path = '', query, contentType, body, secretIn }: KeptRequest,
  base: string,
  { secret, id }: { secret: string } & Pick<WebhookRecord, 'id'>,
): PluginRequest {
  const url = new URL(base);
  if ('path' in secretIn)
    url.pathname = joined(url.pathname, `${path.replace(/\/$/, '')}/${encodeURIComponent(secret)}`);
  else if (path !== '') url.pathname = joined(url.pathname, path);
  url.search = 'query' in secretIn ? withParameter(query, secretIn.query, secret) : query;
  return {
    method,
    url,
    headers: {
      'user-agent': 'Latchkey',
      'idempotency-key': id,
      ...(contentType !== undefined && IN_A_HEADER.test(contentType) && { 'content-type': contentType }),
      ...('header' in secretIn && { [secretIn.header]: secret }),
    },
    ...(body && { body }),
  };
}

/** What HTTP can carry. A sender's odd type, in which a character was replaced on its way, must not keep its webhook. */
const IN_A_HEADER = /^[\t\x20-\x7e\x80-\xff]*$/;

const joined = (base: string, path: string): string => `${base.replace(/\/$/, '')}${path}`;

const KNOWN_PATHS = new Set(postedCommands.flatMap(({ paths = [] }) => paths));

/**
 * A request for the record: its method and path, and nothing that may be a secret or personal, as a path may that its
 * sender has thought of.
 */
export const nameOf = ({ method, path }: Pick<KeptRequest, 'method' | 'path'>): string =>
  `${method} ${path === undefined || KNOWN_PATHS.has(path) ? (path ?? '/') : '/…'}`;
