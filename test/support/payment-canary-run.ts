import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { WebhookId, WebhookRecord } from '../../functions/store/webhooks.ts';
import { clientOptions } from '../../local/endpoints.ts';
import { startFaultProxy } from '../../local/fault-proxy.ts';
import { allPages } from './console.ts';
import { FIELDS, HANDSHAKES } from './latchkey.config.ts';
import { eventually, startTestLatchkey, type TestSite } from './latchkey.ts';
import { endOf, type Provider, signatureOf } from './payment-events.ts';
import { Shop } from './payments.ts';
import { sentMessages } from './sent-messages.ts';
import { atPayPal, atStripe, type Wanted } from './subscriptions.ts';
import { type Item, openTable } from './table-access.ts';
import type { WebhookAnswer } from './webhook-answer.ts';

const LOCAL_PARTS = { stripe: 'canary.stripe.payer', paypal: 'canary.paypal.payer' }; // of e-mail addresses
const WRONG_KEY = 'rk_test_canaryWrongKey55c2';
const WRONG_SECRET = 'canary-wrong-client-secret-91ad';
const BROKEN_SECRET = 'whsec_canaryInBrokenJson17';
/** Not as they look, so that nothing else looks like them. */
const CARD = {
  number: 'canary-card-4242424242424242',
  last4: 'canary-last4-4242',
  brand: 'canary-brand-visa',
};
const ITEMS = { stripe: 'prod_club', paypal: 'P-CIRCLE' };
const CLUB = { productId: 'club' };
const CIRCLE = { productId: 'circle' };
const WELCOME = { promoId: 'welcome' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const TOO_LARGE = 300 * 1024; // bytes

/** What must show up nowhere, where it was to begin with, and every place where it could have come to. */
export type PaymentCanaryRun = {
  canaries: Record<string, string>;
  /** All that Latchkey was given to read: its parameters, what was posted, what the providers have. */
  given: string[];
  places: { lines: string[]; messages: string[]; deadLetters: string[]; answers: string[]; pages: string[] };
  items: Item[];
  /** What the CRM's field holds of whose code is kept, and of whose code was used. */
  fields: string[];
};

/** Runs canaries through all that commands and events about payments can meet, and gathers what is left of it. */
export async function runPaymentCanaries(): Promise<PaymentCanaryRun> {
  let realSqs = '';
  const sqsProxy = await startFaultProxy(() => realSqs);
  const latchkey = await startTestLatchkey({
    pollers: false,
    endpointsOf: (real) => {
      realSqs = real.sqs;
      return { sqs: sqsProxy.url };
    },
  });
  const { cloud } = latchkey;
  const table = openTable(latchkey);
  const shop = new Shop(latchkey, 'told');
  /** Its credentials are wrong. */
  const closed = new Shop(latchkey, 'academy');
  const given: string[] = [];
  const answers: string[] = [];
  let bought = 0;

  const setParameter = (at: Shop, provider: Provider, value: string) => {
    given.push(value);
    cloud.parameters.values.set(`/latchkey/local/${at.site}/${provider}`, value);
  };
  const request = async (path: string, body: string, headers: Record<string, string> = FORM) => {
    given.push(body);
    const response = await fetch(cloud.url + path, { method: 'POST', headers, body });
    const text = await response.text();
    answers.push(`${response.status} ${JSON.stringify([...response.headers])} ${text}`);
    return JSON.parse(text) as Pick<WebhookAnswer, 'webhook'>;
  };
  /** Posts a webhook of the CRM. @returns what finds its record */
  const command = async (
    at: Shop,
    name: string,
    { contact }: { contact: string },
    parameters: Record<string, string>,
  ) => {
    const body = new URLSearchParams({ 'contact[id]': contact, ...parameters }).toString();
    const { webhook } = await request(`/?${name}=${HANDSHAKES[at.site]}`, body);
    return { site: at.site, contactId: contact, id: webhook };
  };
  const post = (at: Shop, provider: Provider, body: string, headers = signatureOf(provider, body, at)) =>
    request(`/payments/${provider}?site=${at.site}`, body, {
      'content-type': 'application/json',
      ...headers,
    });
  /** A contact whose address is a canary, and what it has bought; whose that is, metadata says, or nothing. */
  const buy = (at: Shop, provider: Provider, wanted: Partial<Wanted> = {}, isNamed = true) => {
    const email = `${LOCAL_PARTS[provider]}@${at.site}-${++bought}.example`;
    const contact = at.crm.contacts.create({ email }).id;
    const reference = isNamed ? at.reference(contact) : undefined;
    const whole = { item: ITEMS[provider], state: 'active' as const, email, reference, ...wanted };
    const again = () => (provider === 'stripe' ? atStripe(at.stripe, whole) : atPayPal(at.paypal, whole));
    return { contact, again, ...again() };
  };
  /** Whatever Latchkey does not read of an event. */
  const payer = (provider: Provider): object => {
    const email = `${LOCAL_PARTS[provider]}@private.example`;
    return {
      ...{ customer_email: email, subscriber: { email_address: email, payment_source: { card: CARD } } },
      default_payment_method: { card: CARD, billing_details: { email } },
    };
  };
  const ended = (provider: Provider, event: string, subscription: string): string =>
    endOf(provider, event, subscription, payer(provider));

  try {
    for (const { stripe, paypal } of [shop, closed]) {
      stripe.faults.quotes = true;
      paypal.faults.quoted = [CARD.number, LOCAL_PARTS.paypal, paypal.credentials.clientSecret, WRONG_SECRET];
    }
    setParameter(shop, 'stripe', JSON.stringify(shop.stripe.credentials));
    setParameter(shop, 'paypal', JSON.stringify(shop.paypal.credentials));
    const wrongKey = JSON.stringify({ ...closed.stripe.credentials, key: WRONG_KEY });
    setParameter(closed, 'stripe', wrongKey);
    setParameter(
      closed,
      'paypal',
      JSON.stringify({ ...closed.paypal.credentials, clientSecret: WRONG_SECRET }),
    );

    // Applied; each event comes twice.
    const applied: WebhookId[] = [];
    for (const provider of ['stripe', 'paypal'] as const) {
      const { id } = buy(shop, provider);
      const body = ended(provider, `evt_${provider}`, id);
      applied.push({ site: 'told', contactId: `*${id}`, id: (await post(shop, provider, body)).webhook });
      await post(shop, provider, body);
    }
    applied.push(
      await command(shop, 'aal_cancelsubscription', buy(shop, 'stripe', {}, false), CLUB),
      await command(shop, 'aal_revokesubscription', buy(shop, 'paypal', {}, false), CIRCLE),
    );
    const [buyer, payerAtPayPal] = [buy(shop, 'stripe'), buy(shop, 'paypal')];
    for (const each of [buyer, payerAtPayPal]) applied.push(await command(shop, 'aal_genpass', each, {}));
    applied.push(await command(shop, 'aal_cancelsubscription', payerAtPayPal, CIRCLE));
    const used = await command(shop, 'aal_createcoupon', buyer, WELCOME);
    const kept = await command(shop, 'aal_createcoupon', buy(shop, 'stripe', {}, false), WELCOME);
    applied.push(used, kept);

    // Rejected: several customers or subscriptions, a card that is declined, a subscription of nobody.
    const twins = buy(shop, 'stripe', {}, false);
    const twice = buy(shop, 'paypal', {}, false);
    for (const { again } of [twins, twice]) again();
    const poor = buy(shop, 'stripe', { state: 'past due' });
    shop.stripe.owner.declineCard(poor.customer, 'insufficient_funds');
    const stray = atPayPal(shop.paypal, {
      item: 'P-CIRCLE',
      state: 'active',
      email: `${LOCAL_PARTS.paypal}@x`,
    });
    const found = await post(shop, 'paypal', ended('paypal', 'evt_stray', stray.id));
    const rejected: WebhookId[] = [
      await command(shop, 'aal_cancelsubscription', twins, CLUB),
      await command(shop, 'aal_createcoupon', twins, WELCOME),
      await command(shop, 'aal_cancelsubscription', twice, CIRCLE),
      await command(shop, 'aal_chargesubscription', poor, CLUB),
      { site: 'told', contactId: `*${stray.id}`, id: found.webhook },
    ];

    // Refused or not taken, each with all that an event can carry.
    const loud = ended('stripe', 'evt_loud', 'sub_loud');
    await post(shop, 'stripe', loud, {});
    await post(shop, 'stripe', loud, { 'stripe-signature': `t=1,v1=${CARD.number}` });
    await post(shop, 'stripe', loud, signatureOf('stripe', loud, closed));
    await post(shop, 'paypal', loud, {
      ...signatureOf('paypal', loud, shop),
      'paypal-cert-url': CARD.number,
    });
    await post(shop, 'paypal', loud, signatureOf('paypal', loud, closed));
    for (const provider of ['stripe', 'paypal'] as const) {
      await post(shop, provider, JSON.stringify({ id: CARD.number, ...payer(provider) }));
      await post(shop, provider, `{"card":"${CARD.number}`);
    }
    await post(shop, 'stripe', loud.padEnd(TOO_LARGE));
    await request(`/payments/stripe?site=${CARD.number}`, loud);
    setParameter(closed, 'stripe', `{"key":"${WRONG_KEY}","webhookSecrets":["${BROKEN_SECRET}`);
    await post(closed, 'stripe', loud);
    setParameter(closed, 'stripe', wrongKey);

    // With wrong credentials: at the last attempt, and one that waits for its next.
    const failedCoupon = await command(closed, 'aal_createcoupon', buy(closed, 'stripe'), WELCOME);
    const failed: WebhookId[] = [
      await command(closed, 'aal_cancelsubscription', buy(closed, 'stripe'), CLUB),
      await command(closed, 'aal_cancelsubscription', buy(closed, 'paypal'), CIRCLE),
      failedCoupon,
    ];
    for (const webhook of failed) await table.change(webhook, { attempts: 15 });
    const waiting = await command(closed, 'aal_createcoupon', buy(closed, 'stripe'), WELCOME);

    cloud.startPollers();
    const until = ({ site, contactId, id }: WebhookId, state: WebhookRecord['state']) =>
      latchkey.until(site as TestSite, contactId, id, state);
    for (const webhook of applied) await until(webhook, 'applied');
    for (const webhook of rejected) await until(webhook, 'rejected');
    for (const webhook of failed) await until(webhook, 'failed');
    await eventually(async () => {
      const record = await latchkey.record('academy', waiting.contactId, waiting.id);
      if (!record?.reason) throw new Error('the coupon has not been tried');
    });

    // A code is used, which its provider tells.
    const couponOf = async ({ site, contactId }: typeof used) =>
      (await latchkey.member(site, contactId))?.coupons?.welcome;
    const { id: promotion = '', code: usedCode = '' } = (await couponOf(used)) ?? {};
    shop.stripe.owner.redeem(promotion);
    const redeemed = JSON.stringify({
      ...{ id: 'evt_redeemed', object: 'event', type: 'promotion_code.updated' },
      data: { object: { ...payer('stripe'), id: promotion, code: usedCode } },
    });
    const { webhook: look } = await post(shop, 'stripe', redeemed);
    await until({ ...used, id: look }, 'applied');

    const sqs = new SQSClient(clientOptions(realSqs));
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        ...{ QueueUrl: cloud.queues['operations/dead-letters'], MaxNumberOfMessages: 10, WaitTimeSeconds: 1 },
      }),
    );
    sqs.destroy();
    for (const { stripe, paypal } of [shop, closed])
      given.push(
        JSON.stringify([stripe.owner.all('customer'), stripe.owner.all('promotion_code'), paypal.account]),
      );
    const [webhookSecret = ''] = shop.stripe.credentials.webhookSecrets as string[];
    const items = await table.items();
    return {
      canaries: {
        'a Stripe key': String(shop.stripe.credentials.key),
        'a wrong Stripe key': WRONG_KEY,
        'a webhook secret': webhookSecret,
        'a webhook secret in a broken parameter': BROKEN_SECRET,
        'a PayPal client secret': shop.paypal.credentials.clientSecret,
        'a wrong PayPal client secret': WRONG_SECRET,
        "a card's number": CARD.number,
        "a card's last digits": CARD.last4,
        "a card's brand": CARD.brand,
        "a payer's address at Stripe": LOCAL_PARTS.stripe,
        "a payer's address at PayPal": LOCAL_PARTS.paypal,
        'a promotion code': (await couponOf(kept))?.code ?? '',
        'a promotion code that was used': usedCode,
        'a promotion code of a job that failed': (await couponOf(failedCoupon))?.code ?? '',
        'a promotion code of a job that waits': (await couponOf(waiting))?.code ?? '',
      },
      given,
      places: {
        lines: latchkey.lines,
        messages: sentMessages(sqsProxy).map(({ MessageBody }) => MessageBody),
        deadLetters: Messages.map(({ Body }) => String(Body)),
        answers,
        pages: await allPages(latchkey, items),
      },
      items,
      fields: await Promise.all(
        [kept, used].map(
          async ({ contactId }) => shop.crm.contacts.get(contactId)?.fields[FIELDS.coupon] ?? '',
        ),
      ),
    };
  } finally {
    table.close();
    await latchkey.stop();
    await sqsProxy.close();
  }
}
