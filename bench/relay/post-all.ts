import { setTimeout as wait } from 'node:timers/promises';
import { type Delivery, postWebhook } from '../../local/crm-simulators/webhook-sender.ts';
import { addressOf, type SentWebhook } from './webhook-bodies.ts';

/** ActiveCampaign listens no longer for an answer, and posts no webhook twice. */
const CRM_PATIENCE_MS = 5_000;

/** Where webhooks go, with the secret that stands in their URLs, and how. */
export type Posting = {
  base: string;
  secret: string;
  /** From the first to the last, in ms: none waits for the answer to another. At once unless told. */
  overMs?: number;
  timeoutMs?: number;
};

/** What became of a webhook, as its sender sees it. */
export type Posted = { seq: number; delivery: Delivery };

/** Posts webhooks as ActiveCampaign does: each one time, whatever comes of it. */
export function postAll(
  webhooks: readonly SentWebhook[],
  { base, secret, overMs = 0, timeoutMs = CRM_PATIENCE_MS }: Posting,
): Promise<Posted[]> {
  const { signal: stop } = new AbortController();
  const post = async (webhook: SentWebhook, index: number): Promise<Posted> => {
    await wait((index * overMs) / webhooks.length);
    const url = addressOf(base, webhook, secret);
    return { seq: webhook.seq, delivery: await postWebhook(url, webhook.body, { timeoutMs, stop }) };
  };
  return Promise.all(webhooks.map(post));
}
