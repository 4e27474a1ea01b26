import Big from 'big.js';
import { letters } from './ids.ts';

export type Status = 'APPROVAL_PENDING' | 'APPROVED' | 'ACTIVE' | 'SUSPENDED' | 'CANCELLED' | 'EXPIRED';

export type SimulatedPayment = {
  id: string;
  /** ISO time. */
  time: string;
  /** A decimal number, as PayPal writes money: 29.00 */
  value: string;
  currency: string;
  status: 'COMPLETED' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | 'DECLINED' | 'PENDING';
};

export type SimulatedSubscription = {
  id: string;
  plan: string;
  status: Status;
  /** ISO time. */
  createdAt: string;
  statusChangedAt: string;
  customId?: string;
  email?: string;
  nextBillingAt?: string;
  price: { value: string; currency: string };
  /** A trial of one cycle comes before the regular ones. */
  hasTrial: boolean;
  regularCycles: number;
  failedPayments: number;
  payments: SimulatedPayment[];
};

export type NewSubscription = {
  plan: string;
  /** ACTIVE unless told. */
  status?: Status;
  customId?: string;
  email?: string;
  /** ISO time; a month from now unless told. */
  nextBillingAt?: string;
  /** 29.00 USD unless told. */
  price?: { value: string; currency: string };
  /** It is in its free trial. */
  isOnTrial?: boolean;
  /** In a row, up to now. */
  failedPayments?: number;
  /** Payments made: at this ISO time, of the price unless told. */
  payments?: (Pick<SimulatedPayment, 'time'> & Partial<SimulatedPayment>)[];
};

export type SimulatedRefund = {
  id: string;
  capture: string;
  requestId?: string;
  value: string;
  currency: string;
};

/** What an event tells of. */
export type Occurrence =
  | { type: string; subscription: SimulatedSubscription }
  | {
      type: string;
      subscription: SimulatedSubscription;
      payment: SimulatedPayment;
      refund?: SimulatedRefund;
    };

export type SavedAccount = { subscriptions: SimulatedSubscription[]; refunds: SimulatedRefund[] };

/** PayPal's own, where a plan says nothing: then it suspends. */
const FAILURES_TOLERATED = 3;

/** What the payer, the bank and PayPal itself do to subscriptions. Every change is told to whoever listens. */
export class Account {
  readonly #now: () => number;
  readonly #subscriptions: Map<string, SimulatedSubscription>;
  readonly #refunds: SimulatedRefund[];
  #listeners: ((occurrence: Occurrence) => void)[] = [];

  constructor(now: () => number, saved: SavedAccount = { subscriptions: [], refunds: [] }) {
    this.#now = now;
    this.#subscriptions = new Map(saved.subscriptions.map((each) => [each.id, each]));
    this.#refunds = saved.refunds;
  }

  onChange(listener: (occurrence: Occurrence) => void): void {
    this.#listeners.push(listener);
  }

  /** @returns its id */
  createSubscription(wanted: NewSubscription): string {
    const time = this.#time();
    const price = wanted.price ?? { value: '29.00', currency: 'USD' };
    const payments = (wanted.payments ?? []).map(
      (payment): SimulatedPayment => ({
        ...{ id: letters(17), status: 'COMPLETED', ...price, ...payment },
      }),
    );
    const subscription: SimulatedSubscription = {
      id: `I-${letters(12)}`,
      plan: wanted.plan,
      status: wanted.status ?? 'ACTIVE',
      createdAt: time,
      statusChangedAt: time,
      ...(wanted.customId !== undefined && { customId: wanted.customId }),
      ...(wanted.email !== undefined && { email: wanted.email }),
      nextBillingAt: wanted.nextBillingAt ?? monthAfter(this.#now()),
      price,
      hasTrial: wanted.isOnTrial ?? false,
      regularCycles: wanted.isOnTrial ? 0 : Math.max(1, payments.length),
      failedPayments: wanted.failedPayments ?? 0,
      payments,
    };
    this.#subscriptions.set(subscription.id, subscription);
    this.#tell({
      type: `BILLING.SUBSCRIPTION.${subscription.status === 'ACTIVE' ? 'ACTIVATED' : 'CREATED'}`,
      subscription,
    });
    return subscription.id;
  }

  find(id: string): SimulatedSubscription | undefined {
    return this.#subscriptions.get(id);
  }

  /** Like {@link find}. @throws where there is none */
  subscription(id: string): SimulatedSubscription {
    const subscription = this.find(id);
    if (!subscription) throw new Error(`the simulated account has no subscription ${id}`);
    return subscription;
  }

  get subscriptions(): readonly SimulatedSubscription[] {
    return [...this.#subscriptions.values()];
  }

  get refunds(): readonly SimulatedRefund[] {
    return this.#refunds;
  }

  /** The next payment fails; after the third in a row PayPal suspends the subscription. */
  failPayment(id: string): void {
    const subscription = this.subscription(id);
    subscription.failedPayments += 1;
    this.#tell({ type: 'BILLING.SUBSCRIPTION.PAYMENT.FAILED', subscription });
    if (subscription.failedPayments === FAILURES_TOLERATED) this.#end(id, 'SUSPENDED');
  }

  /** The payment that is due is made. @returns its id */
  pay(id: string): string {
    const subscription = this.subscription(id);
    const payment: SimulatedPayment = {
      ...{ id: letters(17), time: this.#time(), status: 'COMPLETED', ...subscription.price },
    };
    subscription.payments.push(payment);
    subscription.failedPayments = 0;
    subscription.regularCycles += 1;
    subscription.nextBillingAt = monthAfter(this.#now());
    this.#tell({ type: 'PAYMENT.SALE.COMPLETED', subscription, payment });
    return payment.id;
  }

  /** The payer cancels, or the merchant. */
  cancel(id: string): void {
    this.#end(id, 'CANCELLED');
  }

  suspend(id: string): void {
    this.#end(id, 'SUSPENDED');
  }

  /** It has had all its cycles. */
  expire(id: string): void {
    this.#end(id, 'EXPIRED');
  }

  findPayment(id: string): { subscription: SimulatedSubscription; payment: SimulatedPayment } | undefined {
    for (const subscription of this.#subscriptions.values()) {
      const payment = subscription.payments.find((each) => each.id === id);
      if (payment) return { subscription, payment };
    }
    return undefined;
  }

  /** Gives back what is left of a payment. @returns the refund */
  refund(capture: string, requestId: string | undefined): SimulatedRefund {
    const found = this.findPayment(capture);
    if (!found) throw new Error(`the simulated account has no payment ${capture}`);
    const { subscription, payment } = found;
    const { value, currency } = payment;
    payment.status = 'REFUNDED';
    const refund = {
      id: letters(17),
      capture,
      ...(requestId !== undefined && { requestId }),
      value,
      currency,
    };
    this.#refunds.push(refund);
    this.#tell({ type: 'PAYMENT.SALE.REFUNDED', subscription, payment, refund });
    return refund;
  }

  toJSON(): SavedAccount {
    return { subscriptions: [...this.#subscriptions.values()], refunds: this.#refunds };
  }

  /** PayPal forgets the time of the next payment when there will be none. */
  #end(id: string, status: Status): void {
    const subscription = this.subscription(id);
    subscription.status = status;
    subscription.statusChangedAt = this.#time();
    delete subscription.nextBillingAt;
    this.#tell({ type: `BILLING.SUBSCRIPTION.${status}`, subscription });
  }

  #tell(occurrence: Occurrence): void {
    for (const listener of this.#listeners) listener(occurrence);
  }

  /** As PayPal writes it: without fractions of seconds. */
  #time(): string {
    return new Date(this.#now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }
}

/** What failed payments have left unpaid. */
export const outstandingOf = ({ failedPayments, price }: SimulatedSubscription): string =>
  new Big(price.value).times(failedPayments).toString();

const monthAfter = (now: number): string => {
  const time = new Date(now);
  time.setUTCMonth(time.getUTCMonth() + 1);
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
};
