import { createHmac } from 'node:crypto';
import type { Definition } from '../commands/definition.ts';
import type { Site } from '../platform/config.ts';
import { duplicateWindowOf } from './duplicate-window.ts';

const DIGITS = 32; // 128 bits of the hash: no two webhooks of a contact will share them by chance

/**
 * What the webhooks of a contact share that ask for the same command with the same query and the same bytes. The
 * handshake is no part of it: copies of one webhook may come by the old one and the new one.
 *
 * It travels on queues, where nobody may learn what the body says of a person by trying what fits. So the hash
 * is keyed by something that is on no queue and not in the table: the hashes of the site's handshakes.
 * @returns undefined where identical webhooks all count
 */
export function identityOf(
  { name, adds }: Definition,
  site: Site,
  { query, body }: { query: URLSearchParams; body: Uint8Array },
): string | undefined {
  if (!adds || duplicateWindowOf(site, name) === 0) return undefined;
  const asked = new URLSearchParams(query);
  asked.delete(name); // where the handshake stands
  return createHmac('sha256', site.handshakes.join())
    .update(JSON.stringify([name, asked.toString()]))
    .update(body)
    .digest('hex')
    .slice(0, DIGITS);
}
