import * as z from 'zod/mini';
import type { Routes } from '../../../crm-simulators/router.ts';
import type { StripeAccount } from '../account.ts';
import { giveBack } from '../billing.ts';
import { checkParams, expandable, text, whole } from '../form.ts';
import type { Charge } from '../objects.ts';
import { InvalidParams, missing } from '../problem.ts';
import { represent } from '../representation.ts';

const creation = z.strictObject({
  ...expandable,
  amount: z.optional(whole),
  charge: z.optional(text),
  payment_intent: z.optional(text),
  reason: z.optional(z.enum(['duplicate', 'fraudulent', 'requested_by_customer'])),
});

/** @see https://docs.stripe.com/api/refunds */
export const refundRoutes = (account: StripeAccount): Routes => ({
  'POST /v1/refunds': ({ body }) => {
    const { charge, payment_intent, amount, reason } = checkParams(creation, body);
    const refund = giveBack(account, chargeOf(account, charge, payment_intent), { amount, reason });
    return { status: 200, body: represent(account, refund) };
  },
});

function chargeOf(account: StripeAccount, charge: string | undefined, intent: string | undefined): Charge {
  if ((charge === undefined) === (intent === undefined))
    throw new InvalidParams(400, 'One of charge and payment_intent should be specified.');
  const id = intent === undefined ? charge : account.find('payment_intent', intent)?.latest_charge;
  const found = account.find('charge', id ?? '');
  if (found) return found;
  if (intent !== undefined) throw missing('payment_intent', intent, 'payment_intent', 404);
  throw missing('charge', charge ?? '', 'charge', 404);
}
