import type SDK from 'stripe';
import { Rejected } from '../../platform/errors.ts';
import type { Opening } from '../definition.ts';
import type {
  Buyer,
  Invoice,
  NewPromotionCode,
  Payment,
  PaymentProvider,
  PayResult,
  Subscription,
} from '../provider.ts';
import type { StripeCredentials } from './credentials.ts';
import { inOurWords, isMissing, isRefusal } from './errors.ts';
import { customerIdOf, isId, readCustomer, subscriptionsOf } from './find.ts';
import { findLastPayment } from './last-payment.ts';
import { once } from './once.ts';
import { allOf, PAGE } from './pages.ts';
import { payInvoice } from './pay-invoice.ts';
import { isStillGood, makePromotionCode } from './promotion-code.ts';
import { METADATA_KEY } from './reference.ts';
import { openSdk } from './sdk.ts';
import { toSubscription } from './subscription.ts';

/** Stripe, by its SDK. @see https://docs.stripe.com/api */
export class Stripe implements PaymentProvider {
  readonly #sdk: SDK;

  constructor(opening: Opening<StripeCredentials>) {
    this.#sdk = openSdk(opening);
  }

  readSubscription(id: string): Promise<Subscription | undefined> {
    return inOurWords(() => this.#read(id));
  }

  findSubscriptions(buyer: Buyer, items: readonly string[]): Promise<Subscription[]> {
    return inOurWords(async () => {
      const found: (Subscription | undefined)[] = [];
      for (const each of await subscriptionsOf(this.#sdk, buyer)) found.push(await this.#whole(each));
      return found.flatMap((each) => (each?.items.some((item) => items.includes(item)) ? [each] : []));
    });
  }

  readEmail({ customer }: Subscription): Promise<string | undefined> {
    if (customer === undefined) return Promise.resolve(undefined);
    return inOurWords(async () => (await readCustomer(this.#sdk, customer))?.email ?? undefined);
  }

  /** Stripe finds no subscription to cancel where it has ended, so a refusal is looked into. */
  cancelNow(id: string, key: string): Promise<void> {
    return this.#unlessEnded(id, async () => {
      const nothingElse = { prorate: false, invoice_now: false };
      await once(key, (options) => this.#sdk.subscriptions.cancel(checked(id), nothingElse, options));
    });
  }

  cancelAtPeriodEnd(id: string, key: string): Promise<void> {
    return this.#unlessEnded(id, async () => {
      const atPeriodEnd = { cancel_at_period_end: true };
      await once(key, (options) => this.#sdk.subscriptions.update(checked(id), atPeriodEnd, options));
    });
  }

  /** Invoices are made on, and voided: nothing is owed for the time of the pause. */
  pause(id: string, key: string): Promise<void> {
    return inOurWords(async () => {
      const paused: SDK.SubscriptionUpdateParams = { pause_collection: { behavior: 'void' } };
      await once(key, (options) => this.#sdk.subscriptions.update(checked(id), paused, options));
    });
  }

  lastPayment(id: string): Promise<Payment | undefined> {
    return inOurWords(() => findLastPayment(this.#sdk, id));
  }

  /** Without an amount Stripe gives back what is left, and refuses where nothing is. */
  refund({ id }: Payment, key: string): Promise<void> {
    return inOurWords(async () => {
      const what = id.startsWith('pi_') ? { payment_intent: id } : { charge: id };
      try {
        await once(key, (options) =>
          this.#sdk.refunds.create({ ...what, reason: 'requested_by_customer' }, options),
        );
      } catch (error) {
        if (!isRefusal(error) || error.code !== 'charge_already_refunded') throw error;
      }
    });
  }

  /** Also of a subscription that has ended: what is open then is still owed. */
  outstanding(id: string): Promise<Invoice[]> {
    return inOurWords(async () => {
      const open = this.#sdk.invoices.list({ subscription: id, status: 'open', limit: PAGE });
      const invoices = (await allOf(open)).filter(({ amount_remaining }) => amount_remaining > 0);
      return invoices
        .toSorted((a, b) => a.created - b.created)
        .map(({ id, amount_remaining, currency }) => ({
          id,
          due: { amount: amount_remaining, currency: currency.toUpperCase() },
        }));
    });
  }

  pay({ id }: Invoice, key: string): Promise<PayResult> {
    return inOurWords(() => payInvoice(this.#sdk, checked(id), key));
  }

  /** One that was made before is found by its address, which lists know at once, where the search does not yet. */
  customerOf(buyer: Buyer, key: string): Promise<string> {
    return inOurWords(async () => {
      const present = await customerIdOf(this.#sdk, buyer);
      if (present) return present;
      const email = await buyer.email();
      if (!email) throw new Rejected('a customer at Stripe needs an e-mail address, and none is known');
      const metadata = { [METADATA_KEY]: buyer.reference };
      return (await once(key, (options) => this.#sdk.customers.create({ email, metadata }, options))).id;
    });
  }

  createPromotionCode(code: NewPromotionCode, key: string): Promise<string> {
    return inOurWords(() => makePromotionCode(this.#sdk, code, key));
  }

  isUsable(promotionCode: string): Promise<boolean> {
    return inOurWords(() => isStillGood(this.#sdk, promotionCode));
  }

  async #read(id: string): Promise<Subscription | undefined> {
    if (!isId(id)) return undefined;
    try {
      return await this.#whole(await this.#sdk.subscriptions.retrieve(id, { expand: ['customer'] }));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** A subscription with all of its items, of which Stripe gives the first ones only. */
  async #whole(subscription: SDK.Subscription): Promise<Subscription | undefined> {
    const { id, items } = subscription;
    const all = items.has_more
      ? await allOf(this.#sdk.subscriptionItems.list({ subscription: id, limit: PAGE }))
      : items.data;
    return toSubscription(subscription, all);
  }

  #unlessEnded(id: string, change: () => Promise<void>): Promise<void> {
    return inOurWords(async () => {
      try {
        await change();
      } catch (error) {
        if (!isRefusal(error) || (await this.#read(id))?.state !== 'ended') throw error;
      }
    });
  }
}

/** An id that is put into a path. @throws Rejected where it cannot be one of Stripe's */
function checked(id: string): string {
  if (!isId(id)) throw new Rejected(`"${id}" is no id of Stripe's`);
  return id;
}
