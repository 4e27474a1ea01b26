import { type Subscription, SubscriptionsController } from '@paypal/paypal-server-sdk';
import type { PayPalApi } from './api.ts';

/** A subscription with all that PayPal tells of it; undefined where there is none under this id. */
export const readOne = (api: PayPalApi, id: string): Promise<Subscription | undefined> =>
  api.read(`reading ${id}`, (client) => new SubscriptionsController(client).getSubscription({ id }));
