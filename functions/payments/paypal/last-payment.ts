import {
  CaptureStatus,
  type Money as PayPalMoney,
  SubscriptionsController,
  type SubscriptionTransactionDetails,
} from '@paypal/paypal-server-sdk';
import Big from 'big.js';
import { DateTime } from 'luxon';
import { Unavailable } from '../../platform/errors.ts';
import { digitsOf, type Money } from '../money.ts';
import type { Payment } from '../provider.ts';
import type { PayPalApi } from './api.ts';

const YEARS = 3; // no plan bills less often than yearly, and PayPal takes refunds back much shorter than that

/** Payments that were made, or are on their way: the others brought nothing. */
const MADE: readonly (CaptureStatus | undefined)[] = [
  CaptureStatus.Completed,
  CaptureStatus.PartiallyRefunded,
  CaptureStatus.Refunded,
  CaptureStatus.Pending,
];

/** Not given back yet, or not all of it: then a refund gives the rest, and the amount says too much. */
const REFUNDABLE: readonly (CaptureStatus | undefined)[] = [
  CaptureStatus.Completed,
  CaptureStatus.PartiallyRefunded,
];

/**
 * The last payment for a subscription; undefined where it cannot be given back. Asked year by year, the last one first: PayPal documents
 * neither how long a range may be nor how many transactions an answer holds, nor a way to ask for its further pages.
 */
export async function lastPayment(api: PayPalApi, id: string): Promise<Payment | undefined> {
  const now = DateTime.utc();
  for (let year = 0; year < YEARS; year++) {
    const range = {
      startTime: now.minus({ years: year + 1 }).toISO(),
      endTime: now.minus({ years: year }).toISO(),
    };
    const answer = await api.read(`listing the payments of ${id}`, (client) =>
      new SubscriptionsController(client).listSubscriptionTransactions({ id, ...range }),
    );
    const payments = (answer?.transactions ?? []).flatMap(toPayment);
    const last = payments.toSorted((a, b) => b.at - a.at)[0];
    if (last) return last.isRefundable ? { id: last.id, amount: last.amount } : undefined;
  }
  return undefined;
}

/** A free cycle is a transaction too, of nothing. */
function toPayment({
  id,
  status,
  time,
  amountWithBreakdown,
}: SubscriptionTransactionDetails): (Payment & { at: number; isRefundable: boolean })[] {
  if (!MADE.includes(status)) return [];
  const amount = toMoney(amountWithBreakdown.grossAmount);
  const isRefundable = REFUNDABLE.includes(status);
  return amount.amount > 0 ? [{ id, amount, at: Date.parse(time), isRefundable }] : [];
}

/** @throws Unavailable where it is no amount of this currency */
function toMoney({ value, currencyCode }: PayPalMoney): Money {
  if (!/^-?\d+(\.\d+)?$/.test(value) || !/^[A-Z]{3}$/.test(currencyCode))
    throw new Unavailable('PayPal gave an amount that cannot be read');
  const smallest = new Big(value).times(new Big(10).pow(digitsOf(currencyCode)));
  if (!smallest.eq(smallest.round()))
    throw new Unavailable(`PayPal gave an amount with parts of the smallest unit of ${currencyCode}`);
  return { amount: smallest.toNumber(), currency: currencyCode };
}
