import SDK from 'stripe';
import * as z from 'zod/mini';
import { Rejected, reasonOf } from '../../platform/errors.ts';
import { parseJson } from '../../platform/parse-json.ts';
import {
  eventType,
  type PaymentEvent,
  providerId,
  type ReadPaymentEvent,
  WrongSignature,
} from '../payment-event.ts';
import type { StripeCredentials } from './credentials.ts';

/** How old a signature may be: Stripe's own rule against replays. */
const TOLERANCE_SECONDS = 300;

/** Events beside `customer.subscription.*` that may tell something of a subscription. */
const OF_PAYMENTS = new Set([
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'invoice.marked_uncollectible',
]);

/** An id, or what it is the id of. */
const reference = z.pipe(
  z.union([providerId, z.object({ id: providerId })]),
  z.transform((given) => (typeof given === 'string' ? given : given.id)),
);

/** A field that other objects than those that matter may have with another meaning. */
const ofOwnKind = <Schema extends z.ZodMiniType>(schema: Schema) => z.catch(z.nullish(schema), undefined);

const event = z.object({
  id: providerId,
  type: eventType,
  data: z.object({
    object: z.object({
      id: ofOwnKind(providerId),
      parent: ofOwnKind(
        z.object({ subscription_details: z.nullish(z.object({ subscription: z.nullish(reference) })) }),
      ),
      /** As invoices had it before API version 2025-03-31: an endpoint keeps the version it was made with. */
      subscription: ofOwnKind(reference),
    }),
  }),
});

/**
 * Stripe's webhooks, signed by `Stripe-Signature`.
 * @see https://docs.stripe.com/webhooks/signature
 */
export const readPaymentEvent: ReadPaymentEvent<StripeCredentials> = async (
  { headers, body },
  credentials,
) => {
  const { id, type, data } =
    event.safeParse(verified(body, headers['stripe-signature'], credentials)).data ?? {};
  if (id === undefined || type === undefined || data === undefined)
    throw new Rejected("the body is signed, but not an event of Stripe's");
  return { id, type, about: aboutOf(type, data.object) };
};

function aboutOf(
  type: string,
  { id, parent, subscription }: z.output<typeof event>['data']['object'],
): PaymentEvent['about'] {
  if (type === 'promotion_code.updated') return id ? { promotionCode: id } : undefined;
  const isOfSubscription = type.startsWith('customer.subscription.');
  const ofPayment = OF_PAYMENTS.has(type)
    ? (parent?.subscription_details?.subscription ?? subscription)
    : undefined;
  const about = isOfSubscription ? id : ofPayment;
  return about ? { subscription: about } : undefined;
}

/** The body's JSON once a secret has proved it; undefined where it is none. */
function verified(
  body: Buffer,
  signature: string | undefined,
  { webhookSecrets }: StripeCredentials,
): unknown {
  if (webhookSecrets.length === 0)
    throw new WrongSignature(
      "nothing to verify with: put the webhook endpoint's signing secret (whsec_…) into `webhookSecrets` of the " +
        "site's `stripe` parameter",
    );
  if (!signature)
    throw new WrongSignature('the header Stripe-Signature is missing: only Stripe may post here');
  const complaints: string[] = [];
  for (const secret of webhookSecrets) {
    const complaint = complaintAbout(signature, body, secret);
    if (complaint === undefined) return parseJson(body.toString('utf8'));
    complaints.push(complaint);
  }
  if (complaints.some((complaint) => complaint.includes('tolerance')))
    throw new WrongSignature(`the signature is older than ${TOLERANCE_SECONDS} seconds`);
  throw new WrongSignature(
    "the signature is wrong: check `webhookSecrets` of the site's `stripe` parameter against the endpoint's signing " +
      'secret',
  );
}

/** Why a signature does not prove a body; undefined where it does. Of some headers the SDK complains by any error. */
function complaintAbout(signature: string, body: Buffer, secret: string): string | undefined {
  try {
    const isRight = SDK.webhooks.signature?.verifyHeader(body, signature, secret, TOLERANCE_SECONDS);
    return isRight ? undefined : 'it is wrong';
  } catch (error) {
    return reasonOf(error);
  }
}
