import * as z from 'zod/mini';
import type { Routes } from '../../../crm-simulators/router.ts';
import type { StripeAccount } from '../account.ts';
import { end } from '../billing.ts';
import type { StripeFaults } from '../faults.ts';
import { checkParams, expandable, flag, paged, searched, text } from '../form.ts';
import type { Subscription } from '../objects.ts';
import { missing, Problem } from '../problem.ts';
import { listed, represent, searchResult } from '../representation.ts';
import { search } from '../search.ts';

const read = z.strictObject(expandable);
const list = z.strictObject({ ...paged, customer: z.optional(text), status: z.optional(text) });
const itemList = z.strictObject({ ...paged, subscription: text });
const query = z.strictObject(searched);
const cancellation = z.strictObject({
  ...expandable,
  prorate: z.optional(flag),
  invoice_now: z.optional(flag),
});
const update = z.strictObject({
  ...expandable,
  cancel_at_period_end: z.optional(flag),
  pause_collection: z.optional(
    z.strictObject({ behavior: z.enum(['keep_as_draft', 'mark_uncollectible', 'void']) }),
  ),
});

/** @see https://docs.stripe.com/api/subscriptions */
export const subscriptionRoutes = (account: StripeAccount, faults: StripeFaults): Routes => ({
  'GET /v1/subscriptions': ({ body }) => {
    const { customer, status, ...page } = checkParams(list, body);
    const found = account
      .all('subscription')
      .filter((each) => (customer === undefined || each.customer === customer) && isAskedFor(each, status));
    return { status: 200, body: listed(account, '/v1/subscriptions', found, page) };
  },

  'GET /v1/subscriptions/search': ({ body }) => {
    const { query: words, ...page } = checkParams(query, body);
    const found = search(account, faults, 'subscription', words);
    return { status: 200, body: searchResult(account, '/v1/subscriptions/search', found, page) };
  },

  'GET /v1/subscription_items': ({ body }) => {
    const { subscription, limit, starting_after } = checkParams(itemList, body);
    const { items } = account.get('subscription', subscription);
    const from = items.findIndex(({ id }) => id === starting_after) + 1;
    const data = items.slice(from, from + limit);
    const has_more = items.length > from + limit;
    return { status: 200, body: { object: 'list', url: '/v1/subscription_items', data, has_more } };
  },

  'GET /v1/subscriptions/{id}': ({ params, body }) => {
    const { expand } = checkParams(read, body);
    const subscription = account.get('subscription', params.id ?? '');
    return { status: 200, body: represent(account, subscription, Object.values(expand ?? {})) };
  },

  'POST /v1/subscriptions/{id}': ({ params, body }) => {
    const { expand, cancel_at_period_end, pause_collection } = checkParams(update, body);
    const subscription = account.get('subscription', params.id ?? '');
    if (hasEnded(subscription))
      throw new Problem(
        400,
        'A canceled subscription can only update its cancellation_details and metadata.',
      );
    const changed: Subscription = {
      ...subscription,
      ...(cancel_at_period_end !== undefined && {
        cancel_at_period_end,
        cancel_at: cancel_at_period_end ? periodEnd(subscription) : null,
        canceled_at: cancel_at_period_end ? account.time : null,
      }),
      ...(pause_collection && { pause_collection: { ...pause_collection, resumes_at: null } }),
    };
    account.put(changed, 'customer.subscription.updated');
    return { status: 200, body: represent(account, changed, Object.values(expand ?? {})) };
  },

  /** One that has ended is not found any more by this. */
  'DELETE /v1/subscriptions/{id}': ({ params, body }) => {
    checkParams(cancellation, body);
    const subscription = account.get('subscription', params.id ?? '');
    if (hasEnded(subscription)) throw missing('subscription', subscription.id);
    return { status: 200, body: represent(account, end(account, subscription)) };
  },
});

const hasEnded = ({ status }: Subscription): boolean =>
  status === 'canceled' || status === 'incomplete_expired';

/** Without a status those that are canceled are left out. */
function isAskedFor(subscription: Subscription, status: string | undefined): boolean {
  if (status === 'all') return true;
  return status === undefined ? subscription.status !== 'canceled' : subscription.status === status;
}

const periodEnd = ({ items }: Subscription): number =>
  Math.max(...items.map(({ current_period_end }) => current_period_end));
