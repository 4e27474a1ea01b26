import { atStripe, type State } from '../../support/subscriptions.ts';
import type { Ending, Play, Stage } from './stage.ts';

const CLUB = { productId: 'club' };
const COURSE = { productId: 'course' };

/** A command about the club, to a contact whose subscription to it is in some state. */
const inState =
  (command: string, state: State): Play =>
  (stage) => {
    const { contact } = stage.shop.subscribe('stripe', { state, item: 'prod_club' });
    return stage.send('academy', command, contact, CLUB);
  };

/** A command to a contact that has no subscription. */
const toNobody =
  (command: string, parameters: Record<string, string>): Play =>
  (stage) =>
    stage.send('academy', command, stage.shop.newContact().contact, parameters);

/** What a subscription's event starts, once it is said to be a contact's. */
async function look(stage: Stage, contact: string, id: string, of: string): Promise<Ending> {
  await stage.table.putItem({ pk: `payment#academy#stripe#${id}`, sk: 'link', contactId: contact, of });
  return stage.ownJob('academy', 'subscription_look', contact, { provider: 'stripe', id });
}

/** What the event of a subscription starts that is nobody's yet. */
const find = (stage: Stage, id: string): Promise<Ending> =>
  stage.ownJob('academy', 'subscription_find', `*${id}`, { provider: 'stripe', id });

const subscribed = (stage: Stage, item: string, state: State = 'active') =>
  stage.shop.subscribe('stripe', { state, item });

const coupon = (stage: Stage, contact: string) =>
  stage.send('academy', 'aal_createcoupon', contact, { promoId: 'welcome' });

/** A revocation with a refund, one of whose requests is refused. */
const refusing =
  (where: 'crm' | 'stripe', route: string, status: number): Play =>
  (stage) => {
    const { contact } = subscribed(stage, 'prod_course');
    stage.shop[where].faults.next({ does: 'answer', status, route });
    return stage.send('academy', 'aal_revokesubscription', contact, COURSE);
  };

async function unlinked(stage: Stage): Promise<Ending> {
  const id = atStripe(stage.shop.stripe, { state: 'active', item: 'prod_club' }).id;
  return find(stage, id);
}

/** Subscriptions and coupons. */
export const payments: Record<string, Play> = {
  'nothing is outstanding for …': inState('aal_chargesubscription', 'active'),
  '… had ended before': inState('aal_cancelsubscription', 'cancelled'),
  '… was cancelled before: it ends …': inState('aal_cancelsubscription', 'cancelling'),
  '… is paused: nothing is charged': inState('aal_adminstopsubscription', 'paused'),
  '… ends …: nothing is charged': inState('aal_adminstopsubscription', 'cancelling'),
  '… had ended before: nothing is charged': inState('aal_adminstopsubscription', 'cancelled'),
  'the code that it has for …, good until …, is in field …': async (stage) => {
    const { contact } = stage.shop.newContact();
    await coupon(stage, contact);
    return coupon(stage, contact);
  },
  'the contact has another code by now, or none: nothing to do': (stage) =>
    stage.ownJob('academy', 'coupon_look', stage.shop.newContact().contact, {
      provider: 'stripe',
      id: 'promo_1',
    }),
  'the code for … is good still, until …': async (stage) => {
    const { contact } = stage.shop.newContact();
    await coupon(stage, contact);
    const { coupons } = (await stage.latchkey.member('academy', contact)) ?? {};
    return stage.ownJob('academy', 'coupon_look', contact, {
      provider: 'stripe',
      id: coupons?.welcome?.id ?? '',
    });
  },
  '…: nothing new': async (stage) => {
    const { contact, id } = subscribed(stage, 'prod_club');
    await look(stage, contact, id, 'club');
    return look(stage, contact, id, 'club');
  },
  '… has no subscription … that has begun: nothing to do': (stage) => find(stage, 'sub_unheard'),
  'not of a product of this site: nothing to do': (stage) => find(stage, subscribed(stage, 'prod_other').id),
  '… was of the product …, which the site does not have any more': (stage) => {
    const { contact, id } = subscribed(stage, 'prod_other');
    return look(stage, contact, id, 'former');
  },
  'the site has no product …; it has: …': toNobody('aal_cancelsubscription', { productId: 'unheard-of' }),
  'the site has no promotion …; it has: …': toNobody('aal_createcoupon', { promoId: 'unheard-of' }),
  '… has no subscription of this contact to …; if it has, write … into its metadata: see docs/payments.md':
    toNobody('aal_cancelsubscription', CLUB),
  '… has … subscriptions of this contact to …: …; end all but one': (stage) => {
    const { contact, customer } = subscribed(stage, 'prod_club');
    stage.shop.stripe.owner.addSubscription({ customer, products: ['prod_club'] });
    return stage.send('academy', 'aal_cancelsubscription', contact, CLUB);
  },
  "… customers at Stripe may be this contact's: …. Set the metadata … of the right one to …, then replay.": (
    stage,
  ) => {
    const { contact, email } = stage.shop.newContact();
    for (let times = 0; times < 2; times++) stage.shop.stripe.owner.addCustomer({ email });
    return coupon(stage, contact);
  },
  'no contact that Latchkey knows has the subscription …; …': unlinked,
  "contacts … have the subscription's e-mail address; …": async (stage) => {
    const email = `${stage.unique()}@example.com`;
    for (const contact of ['twin-1', 'twin-2']) {
      const address = { email, emailKey: `academy#${email}` };
      await stage.table.putItem({ pk: `academy#${contact}`, sk: 'member', revision: 1, ...address });
    }
    return find(stage, atStripe(stage.shop.stripe, { state: 'active', item: 'prod_club', email }).id);
  },
  'a customer at Stripe needs an e-mail address, and none is known': (stage) =>
    coupon(stage, stage.crm('academy').contacts.create({ email: '' }).id),
  'Stripe answered 4…': refusing('stripe', 'DELETE /v1/subscriptions/{id}', 400),
  "… is another contact's by now, or nobody's that is known: nothing to do": (stage) =>
    stage.ownJob('academy', 'subscription_look', stage.shop.newContact().contact, {
      ...{ provider: 'stripe', id: 'sub_unheard' },
    }),
  '… has no subscription … any more': (stage) =>
    look(stage, stage.shop.newContact().contact, 'sub_deleted', 'club'),
  '… declined … (…): …': (stage) => {
    const { contact, customer } = subscribed(stage, 'prod_club', 'past due');
    stage.shop.stripe.owner.declineCard(customer, 'insufficient_funds');
    return stage.send('academy', 'aal_chargesubscription', contact, CLUB);
  },
  '…; tags not applied: …': refusing('crm', 'POST /contactTags', 422),
  '…; not given back: …': refusing('stripe', 'POST /v1/refunds', 400),
  'PayPal cannot stop the charges of a subscription and leave the access as it is: …': toNobody(
    'aal_adminstopsubscription',
    { productId: 'circle' },
  ),
  'PayPal decides itself when it charges: …': toNobody('aal_chargesubscription', { productId: 'circle' }),
};
