import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { postWebhook } from '../../crm-simulators/webhook-sender.ts';
import type { StripeAccount } from './account.ts';
import type { Event } from './objects.ts';

const TIMEOUT_MS = 20_000;

/** Stripe's webhooks: each event is posted, signed, until it is answered 2xx or the attempts are used up. */
export class EventSender {
  readonly #account: StripeAccount;
  readonly #delaysMs: readonly number[];
  readonly #stop = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #answered: { type: string; status: number }[] = [];
  #url: string | undefined;

  /** @param delaysMs milliseconds (of the wall) before each attempt */
  constructor(account: StripeAccount, delaysMs: readonly number[]) {
    this.#account = account;
    this.#delaysMs = delaysMs;
    account.onEvent((event) => {
      if (this.#url !== undefined) this.#send(event, this.#url);
    });
  }

  /** Posts what happens from now on to this URL, and what was on its way when the simulator was stopped. */
  sendTo(url: string): void {
    this.#url = url;
    if (this.#underWay.size > 0) return;
    for (const event of this.#account.undelivered.values()) this.#send(event, url);
  }

  /** Waits until no event is under way. @returns how every attempt was answered, with 0 for not at all */
  async answered(): Promise<{ type: string; status: number }[]> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    return [...this.#answered];
  }

  /** Ends every attempt; what was not taken stays undelivered. */
  async stop(): Promise<void> {
    this.#url = undefined;
    this.#stop.abort();
    await Promise.all(this.#underWay);
  }

  #send(event: Event, url: string): void {
    this.#account.undelivered.set(event.id, event);
    this.#account.changed();
    const delivery = this.#deliver(event, url).finally(() => this.#underWay.delete(delivery));
    this.#underWay.add(delivery);
  }

  async #deliver(event: Event, url: string): Promise<void> {
    const stop = this.#stop.signal;
    for (const delayMs of this.#delaysMs) {
      await delay(delayMs, undefined, { signal: stop }).catch(() => {}); // rejects only where it is stopped
      if (stop.aborted) return;
      const headers = { 'stripe-signature': this.#signature(JSON.stringify(event)) };
      const delivery = await postWebhook(url, event, { timeoutMs: TIMEOUT_MS, stop, headers });
      if (stop.aborted) return;
      const status = 'status' in delivery ? delivery.status : 0;
      this.#answered.push({ type: event.type, status });
      if (status >= 200 && status <= 299) break;
    }
    this.#account.undelivered.delete(event.id);
    this.#account.changed();
  }

  /** By the wall's clock, as whoever verifies it has no other. */
  #signature(body: string): string {
    return signature(body, this.#account.webhookSecret, Math.floor(Date.now() / 1000));
  }
}

/** A `Stripe-Signature` header. @see https://docs.stripe.com/webhooks/signature */
const signature = (body: string, secret: string, seconds: number): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
