import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Site } from '../platform/config.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import type { JobMessage } from './message.ts';

/** What of a webhook must not be read off a queue: its secrets, and the request that a plugin is handed. */
type Private = Pick<Webhook, 'secrets' | 'request'>;

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals what DynamoDB would not take, so that it may wait in a message, and even end as a dead letter, without being
 * readable there. The key is made of the hash of a handshake, which is in the deployed config and on no queue.
 * @returns undefined where there is nothing to seal
 */
export function seal({ secrets, request, id }: Webhook, { handshakes }: Site): string | undefined {
  const [handshake] = handshakes;
  if ((secrets ?? request) === undefined || handshake === undefined) return undefined;
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, keyOf(handshake, id), iv);
  const text = JSON.stringify({ secrets, request: request && writable(request) });
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

/**
 * The webhook of a message, with what was sealed in it.
 * @throws where no handshake of the config opens that: the one of that time has been taken out since
 */
export const unsealed = ({ webhook, sealed }: JobMessage, site: Site): Webhook =>
  sealed === undefined ? webhook : { ...webhook, ...open(sealed, webhook, site) };

function open(sealed: string, { id }: Webhook, { handshakes, id: site }: Site): Private {
  for (const handshake of handshakes) {
    const text = tryToOpen(Buffer.from(sealed, 'base64'), keyOf(handshake, id));
    if (text === undefined) continue;
    const { secrets, request } = JSON.parse(text) as { secrets?: Private['secrets']; request?: Writable };
    return { ...(secrets && { secrets }), ...(request && { request: readable(request) }) };
  }
  throw new Error(`No handshake of ${site} opens this webhook: put back the one that was taken out last.`);
}

const keyOf = (handshakeHash: string, id: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', handshakeHash, id, 'latchkey sealed webhook', KEY_BYTES));

function tryToOpen(sealed: Buffer, key: Uint8Array): string | undefined {
  const [iv, tag] = [sealed.subarray(0, IV_BYTES), sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)];
  try {
    const cipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
    cipher.setAuthTag(tag);
    const text = [cipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), cipher.final()];
    return Buffer.concat(text).toString('utf8');
  } catch {
    return undefined; // another handshake's
  }
}

type Request = NonNullable<Webhook['request']>;
type Writable = Omit<Request, 'body'> & { body?: string };

const writable = ({ body, ...rest }: Request): Writable => ({
  ...rest,
  ...(body && { body: Buffer.from(body).toString('base64') }),
});

const readable = ({ body, ...rest }: Writable): Request => ({
  ...rest,
  ...(body !== undefined && { body: new Uint8Array(Buffer.from(body, 'base64')) }),
});
