import { Rejected } from '../../platform/errors.ts';
import type { CrmApi } from '../api.ts';
import type { Opening } from '../definition.ts';
import type { Hook, HookApi } from '../hooks.ts';
import { oneWebhook, tagPage, type WebhookAnswer, webhookPage } from './answers.ts';
import { type KitCredentials, kitApi } from './api.ts';
import { readPages } from './pages.ts';

/** What a webhook is made for. */
type Wanted = { name: string; tag?: string; url: string };

/**
 * Kit's webhooks, each for one event and, if it is about a tag, for one tag. What they post does not name the tag,
 * so the address does. Kit says nothing of their state. Its webhook for the values of a custom field has no
 * documented body and is not made: such changes are found when changes are asked for.
 * @see https://developers.kit.com/api-reference/webhooks-legacy/create-a-webhook
 */
export const hooks: HookApi<KitCredentials> = {
  list: (opening) => listHooks(openApi(opening)),

  /**
   * One for new subscribers, and two for each tag that the account has now.
   * @throws Rejected where a tag of `tags` does not exist
   */
  missing: async (opening, url, tags) =>
    (await missingHooks(openApi(opening), url, tags)).map((wanted) => ({
      url: wanted.url,
      events: [eventOf(wanted)],
    })),

  /**
   * Install again when the account has new tags.
   * @throws Rejected where a tag of `tags` does not exist
   */
  install: async (opening, url, tags) => {
    const api = openApi(opening);
    const made: Hook[] = [];
    for (const wanted of await missingHooks(api, url, tags)) made.push(await make(api, wanted));
    return made;
  },

  remove: async (opening, { id }) => {
    await openApi(opening).write('DELETE', `/webhooks/${encodeURIComponent(id)}`);
  },
};

const openApi = ({ credentials, pace }: Opening<KitCredentials>): CrmApi => kitApi(credentials, pace);

async function listHooks(api: CrmApi): Promise<Hook[]> {
  const pages = (await readPages(api, '/webhooks', webhookPage)) ?? [];
  return pages.flatMap(({ webhooks }) => webhooks.map(toHook));
}

async function missingHooks(api: CrmApi, url: string, tags: readonly string[]): Promise<Wanted[]> {
  const wanted = await wantedHooks(api, url, tags);
  const present = (await listHooks(api)).map(({ events, url }) => `${events} ${url}`);
  return wanted.filter((each) => !present.includes(`${eventOf(each)} ${each.url}`));
}

async function wantedHooks(api: CrmApi, url: string, tags: readonly string[]): Promise<Wanted[]> {
  const pages = (await readPages(api, '/tags', tagPage)) ?? [];
  const present = pages.flatMap((page) => page.tags.map(({ id }) => id));
  const unknown = tags.filter((tag) => !present.includes(tag));
  if (unknown.length > 0) throw new Rejected(`Kit has no tag with the id ${unknown.join(', ')}`);
  return [
    { name: 'subscriber_activate', url },
    ...present.flatMap((tag) => [
      { name: 'tag_add', tag, url: withTag(url, tag) },
      { name: 'tag_remove', tag, url }, // the address names tags that a contact gains, and no others
    ]),
  ];
}

async function make(api: CrmApi, wanted: Wanted): Promise<Hook> {
  const { name, tag, url } = wanted;
  const event = { name: `subscriber.${name}`, ...(tag && { tag_id: Number(tag) }) };
  const { webhook } = await api.send('POST', '/webhooks', { target_url: url, event }, oneWebhook);
  return { id: webhook.id, url, events: [eventOf(wanted)], isOn: true };
}

function toHook({ id, target_url, event: { name, tag_id } }: WebhookAnswer): Hook {
  const event = { name: name.replace(/^subscriber\./, ''), ...(tag_id && { tag: tag_id }) };
  return { id, url: target_url, events: [eventOf(event)], isOn: true };
}

const eventOf = ({ name, tag }: Pick<Wanted, 'name' | 'tag'>): string => (tag ? `${name} ${tag}` : name);

function withTag(url: string, tag: string): string {
  const target = new URL(url);
  target.searchParams.set('tag', tag);
  return target.href;
}
