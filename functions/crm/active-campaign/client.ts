import type { TagChange } from '../../platform/config-parts.ts';
import type { CrmApi } from '../api.ts';
import { changeSingly, undone } from '../change-singly.ts';
import { changedAt } from '../changed-at.ts';
import type { ChangePage, Contact, Crm, Person } from '../crm.ts';
import { justBefore } from '../just-before.ts';
import { oneOf, piecesOf, readMany } from '../read-many.ts';
import type { Turns } from '../turns.ts';
import {
  automationsOfContact,
  type ContactAnswer,
  type ContactTagAnswer,
  changedContacts,
  contactList,
  type FieldValueAnswer,
  oneContact,
  syncedContact,
  tagsOfContact,
} from './answers.ts';
import { type ActiveCampaignCredentials, activeCampaignApi } from './api.ts';

/** Ids in one request: the API's page size at most. */
export const BULK = 100;
/** Contacts whose tags change side by side; the pace holds the limit. */
const AT_ONCE = 4;

/**
 * ActiveCampaign, API v3.
 * @see https://developers.activecampaign.com/reference/overview
 */
export class ActiveCampaign implements Crm {
  readonly secret: string;
  readonly #api: CrmApi;

  constructor(credentials: ActiveCampaignCredentials, pace: Turns) {
    this.secret = credentials.token;
    this.#api = activeCampaignApi(credentials, pace);
  }

  /** Two requests: the contact side-loads its field values, but not its tags. */
  async readContact(id: string): Promise<Contact | undefined> {
    return (await this.#find(id))?.contact;
  }

  /**
   * A hundred contacts a request. The API's reference does not promise that `ids` and `include` work
   * together, so each contact is used only where the answer proves it complete; the others are read singly.
   */
  async readContacts(ids: readonly string[]): Promise<Map<string, Contact | Error>> {
    const found = await this.#findMany(ids);
    return new Map([...found].map(([id, one]) => [id, one instanceof Error ? one : one.contact]));
  }

  /** In the order of ids, which does not change while pages are read, as that of times would. */
  async changedSince(since: string, resume = '0'): Promise<ChangePage> {
    const query = new URLSearchParams({
      'filters[updated_after]': justBefore(since),
      'orders[id]': 'ASC',
      id_greater: resume,
      limit: String(BULK),
    });
    const page = await this.#api.get(`/contacts?${query}`, changedContacts);
    const contacts = page?.contacts ?? [];
    const changes = contacts.map(({ id, udate }) => ({ id, changedAt: changedAt(Date.parse(udate)) }));
    const last = contacts.at(-1);
    return { changes, ...(contacts.length === BULK && last && { resume: last.id }) };
  }

  async writeFields(id: string, fields: Record<string, string>): Promise<void> {
    const fieldValues = Object.entries(fields).map(([field, value]) => ({ field, value }));
    await this.#api.send('PUT', contactPath(id), { contact: { fieldValues } });
  }

  async addTags(id: string, tags: readonly string[]): Promise<void> {
    for (const tag of tags) {
      const contactTag = { contact: Number(id), tag: Number(tag) };
      await this.#api.send('POST', '/contactTags', { contactTag });
    }
  }

  /** A tag is taken away by the id of its relation to the contact, which has to be read first. */
  async removeTags(id: string, tags: readonly string[]): Promise<void> {
    const present = await this.#api.get(`${contactPath(id)}/contactTags`, tagsOfContact);
    await this.#takeAway(present?.contactTags ?? [], tags);
  }

  /**
   * A request for each hundred contacts, which are read first, and one for each tag of each contact that is not yet
   * as it should be: no write takes many contacts and the ids of tags. So a repeat costs the reads alone.
   */
  async changeTagsOfMany(ids: readonly string[], change: TagChange): Promise<Map<string, Error>> {
    const refused = new Map<string, Error>();
    for (const piece of piecesOf(ids, BULK)) {
      const found = await this.#findMany(piece);
      const changeOne = async (id: string) => this.#changeTags(oneOf(found, id, 'ActiveCampaign'), change);
      await changeSingly(piece, changeOne, AT_ONCE, refused);
    }
    return refused;
  }

  async upsertContact({ email, firstName, lastName, phone }: Person): Promise<string> {
    const names = { ...(firstName && { firstName }), ...(lastName && { lastName }), ...(phone && { phone }) };
    const { contact } = await this.#api.send(
      'POST',
      '/contact/sync',
      { contact: { email, ...names } },
      syncedContact,
    );
    return contact.id;
  }

  /** Two requests; one where `since` is left out, for nothing has to be looked at then. */
  async startAutomation(id: string, automation: string, since?: string): Promise<void> {
    if (since !== undefined && (await this.#wasStarted(id, automation, since))) return;
    const contactAutomation = { contact: Number(id), automation: Number(automation) };
    await this.#api.send('POST', '/contactAutomations', { contactAutomation });
  }

  async #wasStarted(id: string, automation: string, since: string): Promise<boolean> {
    const runs = await this.#api.get(`${contactPath(id)}/contactAutomations`, automationsOfContact);
    const started = (run: { adddate: string }) =>
      Date.parse(run.adddate) >= Date.parse(since) - CLOCK_MARGIN_MS;
    return runs?.contactAutomations.some((run) => run.automation === automation && started(run)) ?? false;
  }

  async #changeTags({ id, contact, relations }: Found, change: TagChange): Promise<void> {
    const { add, remove } = undone(change, contact.tags);
    await this.addTags(id, add);
    await this.#takeAway(relations, remove);
  }

  async #takeAway(relations: readonly ContactTagAnswer[], tags: readonly string[]): Promise<void> {
    for (const { id, tag } of relations) {
      if (tags.includes(tag)) await this.#api.write('DELETE', `/contactTags/${id}`);
    }
  }

  async #find(id: string): Promise<Found | undefined> {
    const one = await this.#api.get(contactPath(id), oneContact);
    if (!one || isDeleted(one.contact)) return undefined;
    const tags = await this.#api.get(`${contactPath(id)}/contactTags`, tagsOfContact);
    if (!tags) return undefined; // deleted between the two requests
    return toFound(one.contact, one.fieldValues ?? [], tags.contactTags);
  }

  #findMany(ids: readonly string[]): Promise<Map<string, Found | Error>> {
    return readMany(
      piecesOf(ids, BULK),
      (piece) => this.#findBulk(piece),
      (id) => this.#find(id),
    );
  }

  async #findBulk(ids: readonly string[]): Promise<Found[]> {
    const query = new URLSearchParams(ids.map((id): [string, string] => ['ids[]', id]));
    query.set('limit', String(BULK));
    query.set('include', 'fieldValues,contactTags.tag');
    const bulk = await this.#api.get(`/contacts?${query}`, contactList);
    if (!bulk) return [];
    const values = groupBy(bulk.fieldValues ?? []);
    const tags = groupBy(bulk.contactTags ?? []);
    return bulk.contacts
      .filter((contact) => ids.includes(contact.id) && !isDeleted(contact))
      .filter(
        (contact) =>
          isComplete(contact.fieldValues, values.get(contact.id)) &&
          isComplete(contact.contactTags, tags.get(contact.id)),
      )
      .map((contact) => toFound(contact, values.get(contact.id) ?? [], tags.get(contact.id) ?? []));
  }
}

/** A contact, and its tags with the ids by which they can be taken away. */
type Found = { id: string; contact: Contact; relations: ContactTagAnswer[] };

const contactPath = (id: string): string => `/contacts/${encodeURIComponent(id)}`;

/** ActiveCampaign notes times to the second, by its own clock. */
const CLOCK_MARGIN_MS = 5_000;

/** A deleted contact keeps its record; its address is given free as `deleted+{id}@…`. */
const isDeleted = ({ deleted, email }: ContactAnswer): boolean =>
  deleted === '1' || /^deleted\+\d+@/i.test(email);

/** Whether everything the contact says is side-loaded for it really came along. */
function isComplete(listed: string[] | undefined, loaded: { id: string }[] = []): boolean {
  return listed?.every((id) => loaded.some((item) => item.id === id)) ?? false;
}

function groupBy<Item extends { contact: string }>(items: Item[]): Map<string, Item[]> {
  return Map.groupBy(items, (item) => item.contact);
}

function toFound(answer: ContactAnswer, values: FieldValueAnswer[], relations: ContactTagAnswer[]): Found {
  const { id, email, firstName, lastName, phone } = answer;
  const fields = Object.fromEntries(values.map(({ field, value }) => [field, value]));
  const tags = relations.map(({ tag }) => tag);
  return { id, contact: { id, email, firstName, lastName, phone, fields, tags }, relations };
}
