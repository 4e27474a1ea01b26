import type { TagChange } from '../../platform/config-parts.ts';
import { Rejected } from '../../platform/errors.ts';
import type { CrmApi } from '../api.ts';
import { changeTagsSingly } from '../change-singly.ts';
import type { ChangePage, Contact, Crm, Person } from '../crm.ts';
import { justBefore } from '../just-before.ts';
import { checkedNumber } from '../numbered.ts';
import { readSingly } from '../read-singly.ts';
import type { Turns } from '../turns.ts';
import {
  oneSubscriber,
  type SubscriberAnswer,
  subscriberIds,
  subscribersByEmail,
  tagPage,
} from './answers.ts';
import { type KitCredentials, kitApi } from './api.ts';
import { MAX_PAGE, nextOf, readPages } from './pages.ts';

/**
 * Kit, API v4. Contacts are its subscribers, also those who cancelled or whose address bounced: they are members
 * still. Kit cannot read many subscribers by their ids, so each takes two requests.
 * @see https://developers.kit.com/api-reference/overview
 */
export class Kit implements Crm {
  readonly secret: string;
  readonly #api: CrmApi;

  constructor(credentials: KitCredentials, pace: Turns) {
    this.secret = credentials.token;
    this.#api = kitApi(credentials, pace);
  }

  /**
   * Two requests, one more for each further thousand tags. Unverified: that a subscriber's own tags are, like the
   * subscriber, read as they are; lists of subscribers lag behind.
   */
  async readContact(id: string): Promise<Contact | undefined> {
    const one = await this.#api.get(subscriberPath(id), oneSubscriber);
    if (!one) return undefined;
    const pages = await readPages(this.#api, `${subscriberPath(id)}/tags`, tagPage);
    if (!pages) return undefined; // deleted between the two requests
    return toContact(
      one.subscriber,
      pages.flatMap(({ tags }) => tags.map((tag) => tag.id)),
    );
  }

  async readContacts(ids: readonly string[]): Promise<Map<string, Contact | Error>> {
    const found = new Map<string, Contact | Error>();
    await readSingly(ids, (id) => this.readContact(id), found);
    return found;
  }

  /**
   * Ordered by id: the cursor of an order by time holds the time alone, and would tear apart what has the same.
   * The list is late by half a minute, now and then by five, so ask with an overlap. It does not say when a
   * subscriber changed, who therefore counts as changed just now: rather once too often. Unverified: that the
   * filter heeds the time of day (then a day's changes come at most), and whether a tag is a change to Kit.
   */
  async changedSince(since: string, resume?: string): Promise<ChangePage> {
    const query = new URLSearchParams({
      status: 'all', // unless told, the active ones alone
      updated_after: justBefore(since),
      sort_field: 'id',
      sort_order: 'asc',
      per_page: String(MAX_PAGE),
      slim: 'true',
      include_total_count: 'false',
      ...(resume && { after: resume }),
    });
    const page = await this.#api.get(`/subscribers?${query}`, subscriberIds);
    const changedAt = new Date().toISOString();
    const changes = (page?.subscribers ?? []).map(({ id }) => ({ id, changedAt }));
    const next = page && nextOf(page.pagination);
    return { changes, ...(next && { resume: next }) };
  }

  /**
   * Kit's documents differ on what becomes of a field that the account does not have: an error, or dropped with a
   * warning. The answer has every field of the account, and shows which it is.
   */
  async writeFields(id: string, fields: Record<string, string>): Promise<void> {
    const { subscriber } = await this.#api.send('PUT', subscriberPath(id), { fields }, oneSubscriber);
    const dropped = Object.keys(fields).filter((key) => !Object.hasOwn(subscriber.fields, key));
    if (dropped.length > 0) {
      throw new Rejected(
        `PUT ${subscriberPath(id)}: Kit has no custom field with the key ${dropped.join(', ')}`,
      );
    }
  }

  async addTags(id: string, tags: readonly string[]): Promise<void> {
    for (const tag of tags) await this.#api.send('POST', taggingPath(tag, id), {});
  }

  /** Whether a tag that the subscriber does not have is a 404 is not documented; it is no error here. */
  async removeTags(id: string, tags: readonly string[]): Promise<void> {
    for (const tag of tags) await this.#api.write('DELETE', taggingPath(tag, id));
  }

  /**
   * A request for each tag of each contact, one after another, which uses the limit of a key up; a repeat costs the
   * same again, since looking first would cost as much. Kit's bulk requests are for OAuth alone.
   * @see https://developers.kit.com/api-reference/bulk-and-async-processing
   */
  changeTagsOfMany(ids: readonly string[], change: TagChange): Promise<Map<string, Error>> {
    return changeTagsSingly(this, ids, change, 1);
  }

  /**
   * Kit keeps no last name but in a custom field, which an account need not have: it is not written. Unverified:
   * that an upsert without a first name leaves the one that is there. So who has no name is looked up before; a
   * subscriber of the last minutes may be missing in that list.
   */
  async upsertContact({ email, firstName }: Person): Promise<string> {
    const known = firstName ? undefined : await this.#findByEmail(email);
    if (known) return known;
    const body = { email_address: email, ...(firstName && { first_name: firstName }) };
    const { subscriber } = await this.#api.send('POST', '/subscribers', body, oneSubscriber);
    return subscriber.id;
  }

  /**
   * Automations are sequences. Who has been added to one stays added: the API starts nobody a second time,
   * whatever `since`.
   */
  async startAutomation(id: string, automation: string): Promise<void> {
    const sequence = encodeURIComponent(automation);
    await this.#api.send('POST', `/sequences/${sequence}/subscribers/${encodeURIComponent(id)}`, {});
  }

  async #findByEmail(email: string): Promise<string | undefined> {
    const query = new URLSearchParams({ email_address: email, status: 'all' });
    const found = await this.#api.get(`/subscribers?${query}`, subscribersByEmail);
    const isSame = (address: string): boolean => address.toLowerCase() === email.toLowerCase();
    return found?.subscribers.find(({ email_address }) => isSame(email_address))?.id;
  }
}

const subscriberPath = (id: string): string => `/subscribers/${encodeURIComponent(id)}`;

/** With another id than a number, such as `..`, this could be the path of the tag itself. */
const taggingPath = (tag: string, id: string): string =>
  `/tags/${encodeURIComponent(tag)}/subscribers/${checkedNumber(id, 'Kit')}`;

/** Kit has a first name; a last one is a custom field with this key, by Kit's own example. There is no phone. */
function toContact({ id, email_address, first_name, fields }: SubscriberAnswer, tags: string[]): Contact {
  return {
    id,
    email: email_address,
    firstName: first_name,
    lastName: fields.last_name ?? '',
    phone: '',
    fields,
    tags,
  };
}
