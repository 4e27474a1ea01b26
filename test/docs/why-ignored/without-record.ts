import { HANDSHAKES } from '../../support/latchkey.config.ts';
import { endOf, signatureOf } from '../../support/payment-events.ts';
import { answered, type Play, type Stage } from './stage.ts';

const GENPASS = `/?aal_genpass=${HANDSHAKES.academy}`;

const STRIPE = '/payments/stripe?site=academy';

const call = async ({ latchkey }: Stage, path: string, method: string) =>
  answered(await fetch(latchkey.cloud.url + path, { method }));

const posted =
  (path: string, body: string, headers: Record<string, string> = {}): Play =>
  async (stage) =>
    answered(await stage.post(path, body, headers));

/** Posts a signed event of a payment provider. */
const event =
  (provider: 'stripe' | 'paypal', body: string): Play =>
  (stage) =>
    posted(`/payments/${provider}?site=academy`, body, signatureOf(provider, body, stage.shop))(stage);

/** Posts an event with PayPal's signature, in which something is wrong. @param signed the body that it is of */
const signedByPayPal =
  (wrong: Record<string, string>, signed = '{}'): Play =>
  async (stage) => {
    const headers = { ...signatureOf('paypal', signed, stage.shop), ...wrong };
    return posted('/payments/paypal?site=academy', '{}', headers)(stage);
  };

/** What is answered and not recorded. */
export const withoutRecord: Record<string, Play> = {
  '401 The handshake in this URL is missing or wrong. Nothing was done.': posted(
    '/?aal_genpass=wrong',
    'id=1',
  ),
  '404 No such command. …': posted(`/?aal_genpas=${HANDSHAKES.academy}`, 'id=1'),
  '400 The URL names … commands (…): a webhook carries one.': posted(`${GENPASS}&aal_updateuser=x`, 'id=1'),
  '405 … does nothing here: a webhook is a POST.': (stage) => call(stage, GENPASS, 'PUT'),
  '200 This address is live. Nothing was done: a webhook is a POST.': (stage) => call(stage, GENPASS, 'GET'),
  '200 verified': posted(`/events/keap/${HANDSHAKES.guild}`, '{}', { 'x-hook-secret': 'secret' }),
  '413 The body is larger than 256 kB: send fewer fields or contacts.': posted(GENPASS, 'x'.repeat(270_000)),
  '503 Neither the table nor the queue took this webhook: send it again.': async (stage) => {
    const { dynamodb, sqs } = stage.latchkey.proxies;
    for (const proxy of [dynamodb, sqs]) proxy.decide(() => 'refuse');
    const ending = await posted(GENPASS, 'id=1')(stage);
    for (const proxy of [dynamodb, sqs]) proxy.decide(() => 'pass');
    return ending;
  },
  '404 No site sells through this provider here: POST …': posted('/payments/stripe?site=nobody', '{}'),
  '401 the header Stripe-Signature is missing: only Stripe may post here': posted(STRIPE, '{}'),
  "401 the signature is wrong: check … of the site's … parameter against the endpoint's signing secret":
    posted(...([STRIPE, '{}', { 'stripe-signature': 't=1,v1=00' }] as const)),
  '401 the header PAYPAL-… is missing': posted('/payments/paypal?site=academy', '{}'),
  "401 the signature is not of this body and the … in the site's … parameter: is that this webhook's?":
    signedByPayPal({}, 'another body'),
  '401 PAYPAL-AUTH-ALGO is not …': signedByPayPal({ 'paypal-auth-algo': 'SHA1withRSA' }),
  "401 PAYPAL-CERT-URL is not an address of PayPal's certificates": signedByPayPal({
    'paypal-cert-url': 'https://example.com/v1/notifications/certs/CERT-1',
  }),
  "400 the body is signed, but not an event of Stripe's": event('stripe', '{}'),
  "400 the body of PayPal's webhook is not JSON": event('paypal', 'x'),
  "400 the body of PayPal's webhook is not an event": event('paypal', '{}'),
  '200 ignored': event('paypal', endOf('paypal', 'WH-1', 'I-1').replace('BILLING.SUBSCRIPTION', 'CATALOG')),
};
