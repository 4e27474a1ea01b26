import type { StripeAccount } from './account.ts';
import { end, fail, giveBack, redeem, settle, subscriptionOf } from './billing.ts';
import {
  type CustomerInput,
  type InvoiceInput,
  newCustomer,
  newInvoice,
  newSubscription,
  type SubscriptionInput,
} from './made.ts';
import type { Charge, Invoice, Kind, Kinds } from './objects.ts';

/** What the owner of an account does in Stripe's Dashboard, and what customers and banks do to it. */
export class AccountOwner {
  readonly #account: StripeAccount;

  constructor(account: StripeAccount) {
    this.#account = account;
  }

  /** @returns its id */
  addCustomer(input: CustomerInput = {}): string {
    return this.#account.put(newCustomer(this.#account, input), 'customer.created').id;
  }

  setMetadata(id: string, metadata: Record<string, string>): void {
    const object = this.#account.anything(id);
    if (object?.object === 'customer') this.#account.put({ ...object, metadata }, 'customer.updated');
    else this.#account.put({ ...this.read('subscription', id), metadata }, 'customer.subscription.updated');
  }

  /** Deletes a customer, whose subscriptions end with that. */
  deleteCustomer(id: string): void {
    for (const subscription of this.all('subscription'))
      if (subscription.customer === id) this.endSubscription(subscription.id);
    this.#account.put({ ...this.read('customer', id), deleted: true }, 'customer.deleted');
  }

  /** Has a customer's card declined from now on, with a code such as `insufficient_funds`; undefined: no more. */
  declineCard(customer: string, declineCode: string | undefined): void {
    if (declineCode === undefined) this.#account.declining.delete(customer);
    else this.#account.declining.set(customer, declineCode);
    this.#account.changed();
  }

  /** @returns its id */
  addSubscription(input: SubscriptionInput): string {
    return this.#account.put(newSubscription(this.#account, input), 'customer.subscription.created').id;
  }

  /** The charges of a subscription go on. */
  resume(id: string): void {
    this.#account.put(
      { ...this.read('subscription', id), pause_collection: null },
      'customer.subscription.updated',
    );
  }

  /** A subscription ends from outside. */
  endSubscription(id: string): void {
    end(this.#account, this.read('subscription', id));
  }

  /** @returns the id of an invoice that is open */
  addInvoice(input: InvoiceInput): string {
    return this.#account.put(newInvoice(this.#account, input), 'invoice.created', 'invoice.finalized').id;
  }

  /** A period begins and is paid for. @returns the invoice's id */
  addPaidInvoice(input: InvoiceInput): string {
    const id = this.addInvoice(input);
    this.payInvoice(id);
    return id;
  }

  /** A period begins and its payment fails. @returns the id of the invoice, which stays open */
  addFailedInvoice(input: InvoiceInput, declineCode = 'insufficient_funds'): string {
    const id = this.addInvoice(input);
    fail(this.#account, this.read('invoice', id), declineCode);
    return id;
  }

  /** An open invoice is paid from outside. @param intent whether by a payment intent, as is usual, or a bare charge */
  payInvoice(id: string, { intent = true } = {}): void {
    settle(this.#account, this.read('invoice', id), { intent });
  }

  voidInvoice(id: string): void {
    this.#account.put({ ...this.read('invoice', id), status: 'void' }, 'invoice.voided');
  }

  writeOffInvoice(id: string): void {
    this.#account.put(
      { ...this.read('invoice', id), status: 'uncollectible' },
      'invoice.marked_uncollectible',
    );
  }

  /** Gives a charge back in the Dashboard, all of it or an amount. */
  refund(charge: string, amount?: number): void {
    giveBack(this.#account, this.read('charge', charge), { amount });
  }

  /** A customer uses a promotion code. @param id of the promotion code, not the code itself */
  redeem(id: string): void {
    redeem(this.#account, this.read('promotion_code', id));
  }

  /** Switches a promotion code off. @param id of the promotion code, not the code itself */
  switchOff(id: string): void {
    this.#account.put({ ...this.read('promotion_code', id), active: false }, 'promotion_code.updated');
  }

  /** @throws Problem where there is none */
  read<K extends Kind>(kind: K, id: string): Kinds[K] {
    return this.#account.get(kind, id);
  }

  /** All of a kind, newest first. */
  all<K extends Kind>(kind: K): Kinds[K][] {
    return this.#account.all(kind);
  }

  /** The idempotency keys of all requests that have begun, the oldest first. */
  keys(): string[] {
    return [...this.#account.replies.keys()];
  }

  /** Charges that were made for a subscription. */
  chargesOf(subscription: string): Charge[] {
    const invoices = new Set(
      this.all('invoice')
        .filter((invoice: Invoice) => subscriptionOf(this.#account, invoice).id === subscription)
        .map(({ id }) => id),
    );
    return this.all('invoice_payment')
      .filter(({ invoice }) => invoices.has(invoice))
      .map(({ payment }) =>
        payment.type === 'charge'
          ? this.read('charge', payment.charge)
          : this.read('charge', this.read('payment_intent', payment.payment_intent).latest_charge),
      );
  }
}
