import SDK from 'stripe';
import type { Shop } from './payments.ts';

export type Provider = 'stripe' | 'paypal';

/** The headers that prove a body to be the provider's. */
export function signatureOf(provider: Provider, body: string, shop: Shop): Record<string, string> {
  if (provider === 'paypal') return shop.paypal.sign(body);
  const [secret = ''] = shop.stripe.credentials.webhookSecrets as string[];
  return { 'stripe-signature': SDK.webhooks.generateTestHeaderString({ payload: body, secret }) };
}

/** An event that tells of a subscription's end. @param more what else stands in what it is about */
export const endOf = (provider: Provider, event: string, subscription: string, more: object = {}): string =>
  JSON.stringify(
    provider === 'stripe'
      ? {
          ...{ id: event, object: 'event', type: 'customer.subscription.deleted' },
          data: { object: { ...more, id: subscription } },
        }
      : {
          ...{ id: event, event_type: 'BILLING.SUBSCRIPTION.EXPIRED' },
          resource: { ...more, id: subscription },
        },
  );
