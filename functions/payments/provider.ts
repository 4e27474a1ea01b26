import type { Money } from './money.ts';

/**
 * What a subscription can be in. At Stripe `past_due` is also what is unpaid; `paused` is one whose
 * charges are stopped; `cancelling` goes on until its end, without further charges.
 */
export const SUBSCRIPTION_STATES = [
  'active',
  'trialing',
  'past_due',
  'paused',
  'cancelling',
  'ended',
] as const;
export type SubscriptionState = (typeof SUBSCRIPTION_STATES)[number];

/** A subscription as its provider has it now. */
export type Subscription = {
  id: string;
  state: SubscriptionState;
  /** Until when it is paid for (ISO time), where the provider tells. */
  paidUntil?: string;
  /** When it ends or has ended (ISO time): of one that is `cancelling` or `ended`. */
  endsAt?: string;
  /**
   * It ended by being cancelled, which at this provider means "no further charges": what is paid for is not taken
   * back.
   */
  isPaidOut?: true;
  /** What is subscribed to, by the provider's ids, as the config's products name them. */
  items: string[];
  /**
   * The provider's id of the customer, where it has customers, and unless metadata of the subscription alone says whose
   * it is: then somebody else may pay.
   */
  customer?: string;
  /** Whose it is, by its metadata: see contact-reference.ts. */
  reference?: string;
};

/** Somebody whose customer and subscriptions are looked for. */
export type Buyer = {
  /** Whose they are, as metadata says it: see contact-reference.ts. */
  reference: string;
  /** Reads the e-mail address; undefined where none is known. Asked for only where all else finds nothing. */
  email(): Promise<string | undefined>;
  /** The provider's id of the customer, where it is known from before. */
  customer?: string | undefined;
};

/** A payment that can be given back. */
export type Payment = { id: string; amount: Money };

/** An invoice that should have been paid. */
export type Invoice = { id: string; due: Money };

/** How paying an invoice ended. A declined card is an answer, not an error. */
export type PayResult =
  /** It is paid now, or was already. */
  | { outcome: 'paid' }
  /** The provider's code says why, such as `insufficient_funds`; never its message, which may quote anything. */
  | { outcome: 'declined'; code: string }
  /** It is under way, as debits from bank accounts are for days. */
  | { outcome: 'pending' }
  /** There is nothing to pay any more: it was voided or written off meanwhile. */
  | { outcome: 'closed' };

/** A code that is good for one purchase of one customer. */
export type NewPromotionCode = {
  code: string;
  customer: string;
  /** What the discount is called at the provider; the same name always has the same discount. */
  discountName: string;
  discount: Discount;
  /** ISO time. */
  expiresAt: string;
};

/** What a promotion takes off one purchase. */
export type Discount = { percentOff: number } | { amountOff: number; currency: string };

/**
 * What Latchkey asks of a payment provider. A call that changes something takes an idempotency key: under the same
 * key it happens once, however often it is asked for. All of them may throw `Throttled` (come back later),
 * `Rejected` (the provider refuses this for good, or cannot do it at all) or another error (try again with back-off,
 * under the same key). No error holds an e-mail address, a card's data or a credential.
 */
export interface PaymentProvider {
  /** Reads a subscription; undefined where there is none under this id, or it has not begun: nobody has agreed or paid. */
  readSubscription(id: string): Promise<Subscription | undefined>;
  /**
   * Finds the subscriptions that a buyer has to any of these items, ended ones included: those of the known customer;
   * else what metadata says is the buyer's; else what has the buyer's e-mail address, unless metadata says that it
   * is somebody else's.
   * @throws Rejected where several customers match: it is never guessed which one is meant
   */
  findSubscriptions(buyer: Buyer, items: readonly string[]): Promise<Subscription[]>;
  /** The e-mail address that a subscription's owner pays under; undefined where the provider has none. */
  readEmail(subscription: Subscription): Promise<string | undefined>;
  /** Ends a subscription at once. One that has ended is no error. */
  cancelNow(id: string, key: string): Promise<void>;
  /** Has a subscription end where what is paid for ends, without further charges. Repeating it is no error. */
  cancelAtPeriodEnd(id: string, key: string): Promise<void>;
  /** Stops the charges of a subscription, which goes on. @throws Rejected where the provider cannot */
  pause(id: string, key: string): Promise<void>;
  /** The last payment for a subscription; undefined where nothing of it is left to give back. Never an older one. */
  lastPayment(id: string): Promise<Payment | undefined>;
  /** Gives a payment back, all of it. One that was given back already is no error. */
  refund(payment: Payment, key: string): Promise<void>;
  /** The invoices of a subscription that are due and open, oldest first. @throws Rejected where there are none such */
  outstanding(id: string): Promise<Invoice[]>;
  /** Has an invoice paid with what the customer pays with usually. @throws Rejected where the provider cannot */
  pay(invoice: Invoice, key: string): Promise<PayResult>;
  /**
   * Finds the buyer's customer, as {@link findSubscriptions} does, or makes one with the buyer's metadata.
   * @returns its id
   * @throws Rejected where several match, where a new one has no e-mail address, or where the provider has no customers
   */
  customerOf(buyer: Buyer, key: string): Promise<string>;
  /** Makes a promotion code. One that was made already is no error. @returns the provider's id of it */
  createPromotionCode(code: NewPromotionCode, key: string): Promise<string>;
  /** Whether a promotion code can still be used. */
  isUsable(promotionCode: string): Promise<boolean>;
}
