import { type KeyObject, randomUUID, sign } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { postWebhook } from '../../crm-simulators/webhook-sender.ts';
import type { Occurrence } from './account.ts';
import { letters } from './ids.ts';
import { showRefundOfSale, showSale, showSubscription } from './representation.ts';

/** PayPal tries 25 times in three days; nobody at a simulator waits that long. */
const RETRY_DELAYS_MS = [100, 400, 1_600, 6_400];
/** How long PayPal listens is not documented: longer than Latchkey takes, for sure. */
const TIMEOUT_MS = 10_000;

type SenderOptions = {
  privateKey: KeyObject;
  /** Where the certificate lies. */
  certificateUrl: string;
  webhookId: string;
  now: () => number;
};

type PayPalEvent = { event_type: string } & Record<string, unknown>;

/** Posts PayPal's webhooks, signed, until they are taken. */
export class EventSender {
  readonly #options: SenderOptions;
  readonly #stop = new AbortController();
  readonly #answers: { type: string; status: number }[] = [];
  #url: string | undefined;
  #underWay = new Set<Promise<void>>();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  sendTo(url: string): void {
    this.#url = url;
  }

  send(occurrence: Occurrence): void {
    if (this.#url === undefined) return;
    const sending = this.#deliver(this.#url, this.#eventOf(occurrence)).finally(() =>
      this.#underWay.delete(sending),
    );
    this.#underWay.add(sending);
  }

  /** Waits for what is under way, then tells every answer so far; 0 is none. */
  async answered(): Promise<{ type: string; status: number }[]> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    return [...this.#answers];
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.answered();
  }

  async #deliver(url: string, event: PayPalEvent): Promise<void> {
    const headers = this.sign(JSON.stringify(event));
    const options = { timeoutMs: TIMEOUT_MS, stop: this.#stop.signal, headers };
    for (const wait of [...RETRY_DELAYS_MS, undefined]) {
      const delivery = await postWebhook(url, event, options);
      const status = 'status' in delivery ? delivery.status : 0;
      this.#answers.push({ type: event.event_type, status });
      if ((status >= 200 && status < 300) || wait === undefined || this.#stop.signal.aborted) return;
      await delay(wait, undefined, { signal: this.#stop.signal }).catch(() => {}); // the next round sees that it is over
    }
  }

  /** The headers that prove a body to be this account's. */
  sign(body: string): Record<string, string> {
    const { privateKey, certificateUrl, webhookId, now } = this.#options;
    const id = randomUUID();
    const time = new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const signature = sign(
      'RSA-SHA256',
      Buffer.from([id, time, webhookId, crc32(body)].join('|')),
      privateKey,
    );
    return {
      'paypal-transmission-id': id,
      'paypal-transmission-time': time,
      'paypal-transmission-sig': signature.toString('base64'),
      'paypal-cert-url': certificateUrl,
      'paypal-auth-algo': 'SHA256withRSA',
    };
  }

  #eventOf(occurrence: Occurrence): PayPalEvent {
    return {
      id: `WH-${letters(17)}-${letters(17)}`,
      event_version: '1.0',
      create_time: new Date(this.#options.now()).toISOString(),
      resource_type: occurrence.type.startsWith('BILLING.') ? 'subscription' : 'sale',
      event_type: occurrence.type,
      resource: resourceOf(occurrence),
    };
  }
}

function resourceOf(occurrence: Occurrence): object {
  if (!('payment' in occurrence)) return showSubscription(occurrence.subscription);
  if (occurrence.refund) return showRefundOfSale(occurrence.refund);
  return showSale(occurrence.payment, occurrence.subscription);
}
