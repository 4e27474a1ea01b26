import { PaymentsController, RefundStatus, SubscriptionsController } from '@paypal/paypal-server-sdk';
import { Rejected } from '../../platform/errors.ts';
import type { Opening } from '../definition.ts';
import type { Buyer, Payment, PaymentProvider, Subscription } from '../provider.ts';
import { PayPalApi } from './api.ts';
import { cannot } from './cannot.ts';
import type { PayPalCredentials } from './credentials.ts';
import { Refused } from './errors.ts';
import { findSubscriptions } from './find.ts';
import { lastPayment } from './last-payment.ts';
import { readOne } from './read-one.ts';
import { toSubscription } from './state-of.ts';

/** What the payer reads in PayPal's mail. */
const REASON = 'Ended by the site';

/**
 * PayPal's subscriptions. There are no customers, no promotion codes, no charge on demand, and no stop of charges
 * under which a subscription goes on.
 * @see https://developer.paypal.com/docs/api/subscriptions/v1/
 */
export class PayPal implements PaymentProvider {
  readonly #api: PayPalApi;

  constructor(opening: Opening<PayPalCredentials>) {
    this.#api = new PayPalApi(opening);
  }

  async readSubscription(id: string): Promise<Subscription | undefined> {
    const answer = await readOne(this.#api, id);
    return answer && toSubscription(answer);
  }

  /**
   * Those that live, or, where the buyer has none of these, those that have ended. A request for 20 subscriptions that
   * the plans have: see find.ts.
   */
  async findSubscriptions(buyer: Buyer, items: readonly string[]): Promise<Subscription[]> {
    return findSubscriptions(this.#api, buyer, items);
  }

  async readEmail({ id }: Subscription): Promise<string | undefined> {
    return (await readOne(this.#api, id))?.subscriber?.emailAddress || undefined;
  }

  /**
   * PayPal takes no idempotency key here and needs none: of two cancellations, the second finds the subscription
   * ended, and says so. A key would not tell who ended it either.
   */
  async cancelNow(id: string): Promise<void> {
    try {
      await this.#api.ask(`cancelling ${id}`, (client) =>
        new SubscriptionsController(client).cancelSubscription({ id, body: { reason: REASON } }),
      );
    } catch (error) {
      const isOver = error instanceof Refused && error.issues.includes('SUBSCRIPTION_STATUS_INVALID');
      if (!isOver || (await this.readSubscription(id))?.state !== 'ended') throw error;
    }
  }

  /** The same as at once: PayPal only stops its charges. The access until then is Latchkey's to keep: `isPaidOut`. */
  async cancelAtPeriodEnd(id: string): Promise<void> {
    await this.cancelNow(id);
  }

  async pause(): Promise<never> {
    throw new Rejected(cannot.pause);
  }

  async lastPayment(id: string): Promise<Payment | undefined> {
    return lastPayment(this.#api, id);
  }

  /** PayPal keeps keys for 45 days; after that, one that was given back is known by its state. */
  async refund({ id }: Payment, key: string): Promise<void> {
    try {
      const { status } = await this.#api.ask(`refunding ${id}`, (client) =>
        // An empty body gives all of it back.
        new PaymentsController(client).refundCapturedPayment({
          captureId: id,
          paypalRequestId: key,
          body: {},
        }),
      );
      if (status === RefundStatus.Failed || status === RefundStatus.Cancelled)
        throw new Rejected(`PayPal did not refund ${id}: the refund is ${status}`);
    } catch (error) {
      const isDone = error instanceof Refused && error.issues.includes('CAPTURE_FULLY_REFUNDED');
      if (!isDone) throw error;
    }
  }

  async outstanding(): Promise<never> {
    throw new Rejected(cannot.charge);
  }

  async pay(): Promise<never> {
    throw new Rejected(cannot.charge);
  }

  async customerOf(): Promise<never> {
    throw new Rejected(cannot.promotionCodes);
  }

  async createPromotionCode(): Promise<never> {
    throw new Rejected(cannot.promotionCodes);
  }

  async isUsable(): Promise<never> {
    throw new Rejected(cannot.promotionCodes);
  }
}
