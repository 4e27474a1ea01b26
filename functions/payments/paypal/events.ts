import { verify } from 'node:crypto';
import { crc32 } from 'node:zlib';
import * as z from 'zod/mini';
import { Rejected } from '../../platform/errors.ts';
import {
  type EventRequest,
  eventType,
  type PaymentEvent,
  providerId,
  type ReadPaymentEvent,
  WrongSignature,
} from '../payment-event.ts';
import { certificateAt } from './certificate.ts';
import type { PayPalCredentials } from './credentials.ts';

/** Where PayPal's certificates lie: both of its addresses, old and new, and those of its sandbox. */
const CERTIFICATE_HOSTS = [
  'https://api.paypal.com',
  'https://api-m.paypal.com',
  'https://api.sandbox.paypal.com',
  'https://api-m.sandbox.paypal.com',
];
const CERTIFICATE_PATH = /^\/v1\/notifications\/certs\/[\w-]+$/;
const ALGORITHM = 'SHA256withRSA';

const idOrNothing = z.catch(z.optional(providerId), undefined);

const eventBody = z.object({
  id: providerId,
  event_type: eventType,
  /** What else events are about may have any shape. */
  resource: z.catch(z.optional(z.object({ id: idOrNothing, billing_agreement_id: idOrNothing })), undefined),
});

/**
 * Reads PayPal's webhooks. Verified as PayPal documents it for receivers that do not want to ask back. Nothing is
 * demanded of the time of the transmission: PayPal repeats for three days, and an event only says where to look again.
 * @throws Unavailable where PayPal's certificate cannot be had: PayPal sends the event again
 * @see https://developer.paypal.com/api/rest/webhooks/rest/
 */
export const readPaymentEvent: ReadPaymentEvent<PayPalCredentials> = async (request, credentials) => {
  await verifySignature(request, credentials);
  return readEvent(request.body);
};

async function verifySignature(
  { headers, body }: EventRequest,
  credentials: PayPalCredentials,
): Promise<void> {
  const { url, webhookId } = credentials;
  if (!webhookId)
    throw new WrongSignature(
      "the site's `paypal` parameter has no `webhookId`: put in the id that PayPal shows for the webhook",
    );
  const given = (name: string): string => {
    const value = headers[`paypal-${name}`];
    if (!value) throw new WrongSignature(`the header PAYPAL-${name.toUpperCase()} is missing`);
    return value;
  };
  const signature = given('transmission-sig');
  const message = [given('transmission-id'), given('transmission-time'), webhookId, crc32(body)].join('|');
  if (given('auth-algo') !== ALGORITHM) throw new WrongSignature(`PAYPAL-AUTH-ALGO is not ${ALGORITHM}`);
  const certificate = await certificateAt(checkedAddress(given('cert-url'), url));
  const now = new Date();
  if (now < certificate.validFromDate || now > certificate.validToDate)
    throw new WrongSignature('the certificate at PAYPAL-CERT-URL is not valid at this time');
  const { publicKey } = certificate;
  const isRight =
    publicKey.asymmetricKeyType === 'rsa' &&
    verify('RSA-SHA256', Buffer.from(message), publicKey, Buffer.from(signature, 'base64'));
  if (!isRight)
    throw new WrongSignature(
      "the signature is not of this body and the `webhookId` in the site's `paypal` parameter: is that this webhook's?",
    );
}

/** Whoever chooses where the certificate lies can sign. @returns the address, normalized */
function checkedAddress(address: string, accountUrl: string): string {
  const url = URL.parse(address);
  const isTrusted =
    url !== null &&
    [...CERTIFICATE_HOSTS, new URL(accountUrl).origin].includes(url.origin) &&
    CERTIFICATE_PATH.test(url.pathname);
  if (!isTrusted) throw new WrongSignature("PAYPAL-CERT-URL is not an address of PayPal's certificates");
  return url.origin + url.pathname;
}

function readEvent(body: Buffer): PaymentEvent {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    throw new Rejected("the body of PayPal's webhook is not JSON");
  }
  const parsed = eventBody.safeParse(json);
  if (!parsed.success) throw new Rejected("the body of PayPal's webhook is not an event");
  const { id, event_type: type, resource } = parsed.data;
  const subscription = subscriptionOf(type, resource);
  return { id, type, about: subscription ? { subscription } : undefined };
}

/** A sale of a subscription names it by what it was called before: a billing agreement. */
function subscriptionOf(type: string, resource: z.output<typeof eventBody>['resource']): string | undefined {
  if (type.startsWith('BILLING.SUBSCRIPTION.')) return resource?.id;
  return type.startsWith('PAYMENT.SALE.') ? resource?.billing_agreement_id : undefined;
}
