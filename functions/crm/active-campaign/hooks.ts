import type { CrmApi } from '../api.ts';
import type { Opening } from '../definition.ts';
import type { Hook, HookApi } from '../hooks.ts';
import { oneWebhook, type WebhookAnswer, webhookPage } from './answers.ts';
import { type ActiveCampaignCredentials, activeCampaignApi } from './api.ts';

/** How the account's owner sees them. */
const NAME = 'Latchkey';

/** Everything that makes or changes a contact, its tags included. A deleted contact has no event. */
const EVENTS = ['subscribe', 'unsubscribe', 'update', 'contact_tag_added', 'contact_tag_removed'];

/** Whoever makes the change: the contact, the account's users, the API, an automation. */
const SOURCES = ['public', 'admin', 'api', 'system'];

/** The vendor's largest page. */
const MAX_PAGE = 100;

/**
 * ActiveCampaign's webhooks: one for all events, which name tags themselves. Its API documents no member for a
 * webhook's state, so one that a 410 has switched off is either gone from the list or looks as if it were on.
 * @see https://developers.activecampaign.com/reference/create-webhook
 */
export const hooks: HookApi<ActiveCampaignCredentials> = {
  list: async (opening) => (await listWebhooks(openApi(opening))).map(toHook),

  missing: async (opening, url) => {
    const events = await missingEvents(openApi(opening), url);
    return events.length > 0 ? [{ url, events }] : [];
  },

  install: async (opening, url) => {
    const api = openApi(opening);
    const events = await missingEvents(api, url);
    if (events.length === 0) return [];
    const wanted = { name: NAME, url, events, sources: SOURCES };
    const { webhook } = await api.send('POST', '/webhooks', { webhook: wanted }, oneWebhook);
    return [toHook({ ...webhook, url, events })];
  },

  remove: async (opening, { id }) => {
    await openApi(opening).write('DELETE', `/webhooks/${encodeURIComponent(id)}`);
  },
};

const openApi = ({ credentials, pace }: Opening<ActiveCampaignCredentials>): CrmApi =>
  activeCampaignApi(credentials, pace);

/**
 * Unverified: that this list has the pages which the API's others have, and begins them where it is told. So it
 * is read until a page brings nothing new.
 */
async function listWebhooks(api: CrmApi): Promise<WebhookAnswer[]> {
  const found = new Map<string, WebhookAnswer>();
  for (;;) {
    const query = new URLSearchParams({ limit: String(MAX_PAGE), offset: String(found.size) });
    const page = await api.get(`/webhooks?${query}`, webhookPage);
    const unseen = page?.webhooks.filter(({ id }) => !found.has(id)) ?? [];
    if (unseen.length === 0) return [...found.values()];
    for (const webhook of unseen) found.set(webhook.id, webhook);
  }
}

/** Events that no webhook posts to the address, whoever and on whichever list causes them. */
async function missingEvents(api: CrmApi, url: string): Promise<string[]> {
  const webhooks = (await listWebhooks(api)).filter((webhook) => webhook.url === url && isUnlimited(webhook));
  return EVENTS.filter((event) => !webhooks.some(({ events }) => events.includes(event)));
}

const isUnlimited = ({ sources, listid }: WebhookAnswer): boolean =>
  SOURCES.every((source) => sources.includes(source)) && (listid === '' || listid === '0');

const toHook = ({ id, url, events }: Pick<WebhookAnswer, 'id' | 'url' | 'events'>): Hook => ({
  ...{ id, url, events },
  isOn: true,
});
