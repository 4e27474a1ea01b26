import type { CrmApi } from '../api.ts';
import { changedAt } from '../changed-at.ts';
import type { ChangePage, Contact, Crm, Person } from '../crm.ts';
import { justBefore } from '../just-before.ts';
import { piecesOf, readMany } from '../read-many.ts';
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
    const one = await this.#api.get(contactPath(id), oneContact);
    if (!one || isDeleted(one.contact)) return undefined;
    const tags = await this.#api.get(`${contactPath(id)}/contactTags`, tagsOfContact);
    if (!tags) return undefined; // deleted between the two requests
    return toContact(one.contact, one.fieldValues ?? [], tags.contactTags);
  }

  /**
   * A hundred contacts a request. The API's reference does not promise that `ids` and `include` work
   * together, so each contact is used only where the answer proves it complete; the others are read singly.
   */
  async readContacts(ids: readonly string[]): Promise<Map<string, Contact | Error>> {
    return readMany(
      piecesOf(ids, BULK),
      (piece) => this.#readBulk(piece),
      (id) => this.readContact(id),
    );
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
    for (const relation of present?.contactTags ?? []) {
      if (tags.includes(relation.tag)) await this.#api.write('DELETE', `/contactTags/${relation.id}`);
    }
  }

  async upsertContact({ email, firstName, lastName }: Person): Promise<string> {
    const names = { ...(firstName && { firstName }), ...(lastName && { lastName }) };
    const { contact } = await this.#api.send(
      'POST',
      '/contact/sync',
      { contact: { email, ...names } },
      syncedContact,
    );
    return contact.id;
  }

  async startAutomation(id: string, automation: string, since: string): Promise<void> {
    const runs = await this.#api.get(`${contactPath(id)}/contactAutomations`, automationsOfContact);
    const started = (run: { adddate: string }) =>
      Date.parse(run.adddate) >= Date.parse(since) - CLOCK_MARGIN_MS;
    if (runs?.contactAutomations.some((run) => run.automation === automation && started(run))) return;
    const contactAutomation = { contact: Number(id), automation: Number(automation) };
    await this.#api.send('POST', '/contactAutomations', { contactAutomation });
  }

  async #readBulk(ids: readonly string[]): Promise<Contact[]> {
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
      .map((contact) => toContact(contact, values.get(contact.id) ?? [], tags.get(contact.id) ?? []));
  }
}

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

function toContact(contact: ContactAnswer, values: FieldValueAnswer[], tags: ContactTagAnswer[]): Contact {
  const { id, email, firstName, lastName, phone } = contact;
  const fields = Object.fromEntries(values.map(({ field, value }) => [field, value]));
  return { id, email, firstName, lastName, phone, fields, tags: tags.map(({ tag }) => tag) };
}
