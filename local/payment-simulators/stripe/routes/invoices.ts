import * as z from 'zod/mini';
import type { Routes } from '../../../crm-simulators/router.ts';
import type { StripeAccount } from '../account.ts';
import { chargeFor } from '../billing.ts';
import type { StripeFaults } from '../faults.ts';
import { checkParams, expandable, flag, paged, text } from '../form.ts';
import { missing, Problem } from '../problem.ts';
import { listed, represent } from '../representation.ts';

const read = z.strictObject(expandable);
const list = z.strictObject({ ...paged, subscription: z.optional(text), status: z.optional(text) });
const paymentList = z.strictObject({ ...paged, invoice: z.optional(text), status: z.optional(text) });
const payment = z.strictObject({ ...expandable, off_session: z.optional(flag) });

/** @see https://docs.stripe.com/api/invoices */
export const invoiceRoutes = (account: StripeAccount, faults: StripeFaults): Routes => ({
  'GET /v1/invoices': ({ body }) => {
    const { subscription, status, ...page } = checkParams(list, body);
    if (subscription !== undefined && !account.find('subscription', subscription))
      throw missing('subscription', subscription, 'subscription', 400);
    const found = account
      .all('invoice')
      .filter(
        ({ parent, ...invoice }) =>
          (subscription === undefined || parent.subscription_details.subscription === subscription) &&
          (status === undefined || invoice.status === status),
      );
    return { status: 200, body: listed(account, '/v1/invoices', found, page) };
  },

  'GET /v1/invoices/{id}': ({ params, body }) => {
    const { expand } = checkParams(read, body);
    const invoice = account.get('invoice', params.id ?? '');
    return { status: 200, body: represent(account, invoice, Object.values(expand ?? {})) };
  },

  'POST /v1/invoices/{id}/pay': ({ params, body }) => {
    const { expand } = checkParams(payment, body);
    const invoice = account.get('invoice', params.id ?? '');
    if (invoice.status === 'paid') throw new Problem(400, 'Invoice is already paid');
    if (invoice.status !== 'open')
      throw new Problem(400, `You can only pay an open invoice. This invoice is ${invoice.status}.`);
    if (faults.refusesPayments !== undefined)
      throw new Problem(400, 'This invoice cannot be paid.', { code: faults.refusesPayments });
    const paid = faults.paysLater ? invoice : chargeFor(account, invoice);
    return { status: 200, body: represent(account, paid, Object.values(expand ?? {})) };
  },

  'GET /v1/invoice_payments': ({ body }) => {
    const { invoice, status, ...page } = checkParams(paymentList, body);
    const found = account
      .all('invoice_payment')
      .filter(
        (each) =>
          (invoice === undefined || each.invoice === invoice) &&
          (status === undefined || each.status === status),
      );
    return { status: 200, body: listed(account, '/v1/invoice_payments', found, page) };
  },
});
