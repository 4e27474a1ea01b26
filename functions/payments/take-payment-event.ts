import { definition as lookAtCoupon } from '../commands/coupon-look.ts';
import { definition as findSubscription } from '../commands/subscription-find.ts';
import { definition as lookAtSubscription } from '../commands/subscription-look.ts';
import type { Answer } from '../http/answer.ts';
import { Problem } from '../http/problem.ts';
import { sendJob } from '../jobs/start-job.ts';
import type { Site } from '../platform/config.ts';
import { Rejected, reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import type { SecretName } from '../platform/secret-parameter.ts';
import { secretOf } from '../platform/secrets.ts';
import { allSites } from '../platform/sites.ts';
import { readPaymentLink } from '../store/payment-links.ts';
import { recordWebhook } from '../store/webhooks.ts';
import { newWebhookId } from '../webhooks/read-webhook.ts';
import { startOfRecord } from '../webhooks/record-start.ts';
import { contactOfSubscription, type Webhook } from '../webhooks/webhook.ts';
import { eventReaders } from './event-readers.ts';
import { type EventRequest, type PaymentEvent, WrongSignature } from './payment-event.ts';

/** A payment provider's webhook: whose it says to be, and what there is to verify that. */
export type IncomingEvent = EventRequest & { provider: string; site: string };

/** Stripe and PayPal deliver an event again for three days. */
const IGNORED = 'about no subscription, and no code that Latchkey made: nothing to do';
const REDELIVERED_SECONDS = 3 * 86_400;

/**
 * Takes an event of a payment provider: verifies it, and starts the job that looks at what it is about. Nothing that
 * it says is believed beyond that.
 * @throws Problem 401 where its signature is not right; then nothing is written. 503 where it was not taken: the
 *   provider sends it again
 */
export async function takePaymentEvent({ provider, site: id, ...request }: IncomingEvent): Promise<Answer> {
  const site = allSites.find((each) => each.id === id && sellsThrough(each, provider));
  if (!site)
    throw new Problem(
      404,
      `No site sells through this provider here: POST /payments/${provider}?site=<its id>.`,
    );
  const about = { site: site.id, provider };
  try {
    const event = await verify(request, provider, site);
    const taken = { ...about, event: event.id, type: event.type };
    const job = await jobFor(event, provider, site);
    if (!job) return answer({ status: 'ignored', event: event.id }, { ...taken, reason: IGNORED });
    const duplicateOf = await start(job, site);
    const status = duplicateOf === undefined ? 'queued' : 'duplicate';
    const { id: webhook, contactId: contact } = job;
    return answer(
      { status, event: event.id, webhook },
      { ...taken, webhook, contact, ...(duplicateOf && { reason: `identical to ${duplicateOf}` }) },
    );
  } catch (error) {
    const problem = problemOf(error);
    problem.log = about;
    if (problem.status === 503)
      logger.error('payment event not taken', { ...about, reason: reasonOf(error) });
    throw problem;
  }
}

const sellsThrough = ({ products, promotions }: Site, provider: string): boolean =>
  [...Object.values(products), ...Object.values(promotions)].some((each) => each.provider === provider);

async function verify(request: EventRequest, provider: string, { id }: Site): Promise<PaymentEvent> {
  const reader = eventReaders[provider];
  if (!reader) throw new Error(`There is no reader for the events of ${provider}.`);
  return reader.read(request, await secretOf(id, provider as SecretName, reader.credentials));
}

/** The job that looks at what an event is about; undefined where nobody needs to. */
async function jobFor(
  { id: event, about }: PaymentEvent,
  provider: string,
  { id: site }: Site,
): Promise<Webhook | undefined> {
  if (!about) return undefined;
  const now = new Date();
  const isSubscription = 'subscription' in about;
  const id = isSubscription ? about.subscription : about.promotionCode;
  const link = await readPaymentLink({ site, provider, id });
  if (!link && !isSubscription) return undefined; // not a code of ours
  const look = isSubscription ? lookAtSubscription : lookAtCoupon;
  return {
    ...{ id: newWebhookId(now), site, command: link ? look.name : findSubscription.name },
    contactId: link?.contactId ?? contactOfSubscription(id),
    parameters: { provider, id },
    receivedAt: now.toISOString(),
    identity: event,
  };
}

/** Records the job and sends it. @returns the webhook that it is a duplicate of */
async function start(job: Webhook, site: Site): Promise<string | undefined> {
  const record = { ...startOfRecord(job, 'operations', site), duplicateWindowSeconds: REDELIVERED_SECONDS };
  const duplicateOf = await recordWebhook(job, record);
  if (duplicateOf === undefined) await sendJob(job, site);
  return duplicateOf;
}

const answer = (body: Record<string, string>, log: Record<string, string>): Answer => ({
  status: 200,
  body,
  log: { ...log, outcome: body.status ?? '' },
});

function problemOf(error: unknown): Problem {
  if (error instanceof WrongSignature) return new Problem(401, error.message);
  if (error instanceof Rejected) return new Problem(400, error.message);
  return new Problem(503, 'This event was not taken: send it again.', { headers: { 'retry-after': '30' } });
}
