import { Webhook } from 'standardwebhooks';
import * as z from 'zod/mini';
import { httpsUrl } from '../http/https-url.ts';
import type { Site } from '../platform/config.ts';
import { reasonOf, Throttled } from '../platform/errors.ts';
import { readRetryAfter } from '../platform/retry-after.ts';
import { secretOf } from '../platform/secrets.ts';
import type { SiteEventRecord } from '../store/site-events.ts';

const TIMEOUT_MS = 10_000;

/** What the parameter `/latchkey/<stage>/<site>/events` holds. */
export const eventsSchema = z.object({
  /** Where the site takes events: by HTTPS, but for a site on the same machine. */
  url: httpsUrl,
  /** Each of them signs: two while one is being replaced. */
  secrets: z
    .array(z.string().check(z.regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/)))
    .check(z.minLength(1), z.maxLength(3)),
});

/**
 * Posts an event to its site, signed by the rules of Standard Webhooks: the site can tell that it comes from
 * us, unchanged, and a repeat by its `webhook-id`.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @returns a few words for the record
 * @throws where the site did not take it: anything but a 2xx answer, redirects included
 */
export async function postToSite(site: Site, event: SiteEventRecord): Promise<string> {
  const { id, type, at, contactId, data } = event;
  if (!site.events) return 'not told: the site wants no events any more';
  const { url, secrets } = await secretOf(site.id, 'events', eventsSchema);
  const body = JSON.stringify({ type, timestamp: at, data: { contactId, ...data } });
  const now = new Date();
  const response = await send(url, body, {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  });
  const { status, headers } = response;
  await response.body?.cancel(); // what the site says beyond its status is nothing to us
  if (response.ok) return `the site answered ${status}`;
  const retryAfterMs = readRetryAfter(headers.get('retry-after'));
  if (retryAfterMs !== undefined)
    throw new Throttled(`the site answered ${status}`, Math.max(retryAfterMs, 0));
  throw new Error(`the site answered ${status}`);
}

async function send(url: string, body: string, signature: Record<string, string>): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Latchkey', ...signature },
      body,
      redirect: 'manual', // a redirect would send what is signed for one address to another
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new Error(`the site did not answer: ${reasonOf(error)}`);
  }
}
