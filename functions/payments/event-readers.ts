// Generated from the files of this folder by `npm run generate`: change those.
import { credentials as paypal } from './paypal/credentials.ts';
import { credentials as stripe } from './stripe/credentials.ts';
import { readPaymentEvent as paypalEvent } from './paypal/events.ts';
import { readPaymentEvent as stripeEvent } from './stripe/events.ts';
import { type EventReader, eventReader } from './payment-event.ts';

/** How the events of each payment provider are verified and read. */
export const eventReaders: Readonly<Record<string, EventReader>> = {
  paypal: eventReader(paypal, paypalEvent),
  stripe: eventReader(stripe, stripeEvent),
};
