import type { Subscription } from '../../account/subscriptions.ts';
import type { Routes } from '../../router.ts';
import { eventName } from '../sender.ts';
import { created, noContent, notFound, ok, unprocessable } from './answers.ts';
import type { ApiContext } from './context.ts';
import { newWebhook } from './input.ts';
import { page } from './page.ts';

const ACCOUNT_ID = 1617;

/** The vendor's events that this account knows, and what each must be told besides. */
const EVENTS: Record<string, 'tag_id' | 'custom_field_id' | undefined> = {
  'subscriber.subscriber_activate': undefined,
  'subscriber.subscriber_unsubscribe': undefined,
  'subscriber.subscriber_bounce': undefined,
  'subscriber.subscriber_complain': undefined,
  'subscriber.tag_add': 'tag_id',
  'subscriber.tag_remove': 'tag_id',
  'custom_field.field_value_updated': 'custom_field_id',
};

/** The routes of webhooks, those of one event each. Unverified: that a 410 ends one, which the list does not show. */
export function webhookRoutes({ account }: ApiContext): Routes {
  const { subscriptions } = account;
  return {
    'GET /webhooks': ({ query }) => {
      const byId = { by: (webhook: Subscription) => Number(webhook.id), descending: true };
      const { items, pagination } = page(subscriptions.all(), byId, query);
      return ok({ webhooks: items.map(shown), pagination });
    },
    'POST /webhooks': ({ body }) => {
      const parsed = newWebhook.safeParse(body);
      if (!parsed.success) return unprocessable('`event` and `target` parameters must be provided');
      const { target_url: url, event } = parsed.data;
      if (!Object.hasOwn(EVENTS, event.name)) return unprocessable('The event is invalid');
      const parameter = EVENTS[event.name];
      const about = parameter && event[parameter];
      if (parameter && !about) return unprocessable(`${parameter} must be provided`);
      if (parameter === 'tag_id' && !account.definitions.tags.has(about ?? '')) return notFound;
      const shortName = event.name.replace(/^\w+\./, ''); // as the list shows it
      const events = [eventName(shortName, about ?? undefined)];
      const webhook = subscriptions.add({ name: '', url, events, status: 'active' });
      return created({ webhook: shown(webhook) });
    },
    'DELETE /webhooks/{id}': ({ params: { id = '' } }) => {
      if (!subscriptions.get(id)) return notFound;
      subscriptions.remove(id);
      return noContent;
    },
  };
}

function shown({ id, url, events: [event = ''] }: Subscription): Record<string, unknown> {
  const [name, about] = event.split(' ');
  const parameter = name?.startsWith('tag_') ? 'tag_id' : 'custom_field_id';
  return {
    id: Number(id),
    account_id: ACCOUNT_ID,
    event: { name, ...(about ? { [parameter]: Number(about) } : { initiator_value: null }) },
    target_url: url,
  };
}
