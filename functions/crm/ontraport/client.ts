import type { TagChange } from '../../platform/config-parts.ts';
import { Rejected } from '../../platform/errors.ts';
import { asText } from '../answers.ts';
import { CrmApi } from '../api.ts';
import { changedAt } from '../changed-at.ts';
import type { ChangePage, Contact, Crm, Person } from '../crm.ts';
import { checkedNumber, isNumber, partNumbers } from '../numbered.ts';
import { piecesOf, readMany } from '../read-many.ts';
import type { Turns } from '../turns.ts';
import {
  type ContactAnswer,
  changedContacts,
  contactByEmail,
  contactList,
  oneContact,
  savedContact,
  updatedContact,
} from './answers.ts';

const CONTACT = 0; // the object type of contacts
/** Contacts in one answer: what is over that is left out without a word. */
export const BULK = 50;

type Credentials = { url: string; token: string; appId: string };

/**
 * Ontraport's API, version 1.
 *
 * Its collection endpoints take every contact of the account where `ids` is empty, so an id that is no number
 * never reaches it.
 * @see https://api.ontraport.com/doc/
 */
export class Ontraport implements Crm {
  readonly secret: string;
  readonly #api: CrmApi;

  constructor({ url, token, appId }: Credentials, pace: Turns) {
    this.secret = token;
    this.#api = new CrmApi({
      name: 'Ontraport',
      base: url.replace(/\/+$/, ''),
      headers: { 'api-key': token, 'api-appid': appId },
      pace,
      retryAfterMs: untilReset,
    });
  }

  /** One request: the contact brings its fields and tags. */
  async readContact(id: string): Promise<Contact | undefined> {
    const contact = await this.#readObject(id);
    return contact && toContact(contact);
  }

  /**
   * Fifty contacts a request. Only what came back whole is used: what a list leaves out, for whatever reason,
   * is read singly.
   */
  async readContacts(ids: readonly string[]): Promise<Map<string, Contact | Error>> {
    return readMany(
      piecesOf(ids.filter(isNumber), BULK),
      (piece) => this.#readBulk(piece),
      (id) => this.readContact(id),
    );
  }

  /**
   * By date last modified, which Ontraport notes in whole seconds. In the order of ids, which does not change
   * while pages are read. Unverified: whether a change of tags alone counts as a modification.
   */
  async changedSince(since: string, resume = '0'): Promise<ChangePage> {
    const query = new URLSearchParams({
      condition: JSON.stringify([
        condition('dlm', '>=', Math.floor(Date.parse(since) / 1000)),
        'AND',
        condition('id', '>', Number(resume)),
      ]),
      listFields: 'id,dlm',
      sort: 'id',
      sortDir: 'asc',
      range: String(BULK),
    });
    const page = await this.#api.get(`/Contacts?${query}`, changedContacts);
    const contacts = page?.data ?? [];
    const changes = contacts.map(({ id, dlm }) => ({
      id,
      changedAt: changedAt(Number(dlm || Number.NaN) * 1000),
    }));
    const last = contacts.at(-1);
    return { changes, ...(contacts.length === BULK && last && { resume: last.id }) };
  }

  /** Ontraport ignores a field that it does not have: one that the answer does not confirm is looked for. */
  async writeFields(id: string, fields: Record<string, string>): Promise<void> {
    const { data } = await this.#api.send('PUT', '/Contacts', { ...fields, id: checked(id) }, updatedContact);
    const unconfirmed = Object.keys(fields).filter((field) => !(field in data.attrs));
    if (unconfirmed.length === 0) return;
    const contact = await this.#readObject(id);
    if (!contact) throw new Rejected(`Ontraport has no contact ${id}`);
    const unknown = unconfirmed.filter((field) => !(field in contact));
    if (unknown.length > 0) throw new Rejected(`Ontraport has no field ${unknown.join(', ')}`);
  }

  /**
   * Ontraport takes the order at once and carries it out later: a read right afterwards may lack the tags, and
   * a contact or tag that is not there is not told.
   */
  async addTags(id: string, tags: readonly string[]): Promise<void> {
    await this.#addToAll([id], tags);
  }

  /** Later and without a complaint, as in {@link addTags}. */
  async removeTags(id: string, tags: readonly string[]): Promise<void> {
    await this.#takeFromAll([id], tags);
  }

  /**
   * Two requests for each fifty contacts: an order takes the parameters of a list, whose `range` is fifty unless told
   * and at most, and lists leave the rest out without a word. Later and without a complaint, as in {@link addTags}:
   * nothing tells which contacts are not there, nor what is done already, so that a repeat costs the same again.
   */
  async changeTagsOfMany(ids: readonly string[], { add, remove }: TagChange): Promise<Map<string, Error>> {
    const { numbers, refused } = partNumbers(ids, 'Ontraport');
    for (const piece of piecesOf(numbers, BULK)) {
      await this.#addToAll(piece, add);
      await this.#takeFromAll(piece, remove);
    }
    return refused;
  }

  async upsertContact({ email, firstName, lastName, phone }: Person): Promise<string> {
    const names = {
      ...(firstName && { firstname: firstName }),
      ...(lastName && { lastname: lastName }),
      ...(phone && { sms_number: phone }),
    };
    const { data } = await this.#api.send(
      'POST',
      '/Contacts/saveorupdate',
      { email, ...names },
      savedContact,
    );
    return data.id ?? data.attrs?.id ?? this.#idOf(email);
  }

  /**
   * Ontraport does not tell when a contact was put on an automation, so a repeat after a crash puts it there
   * again. Unverified: whether that starts it from the beginning for a contact that is still on it.
   */
  async startAutomation(id: string, automation: string): Promise<void> {
    const what = { add_list: list([automation]), sub_type: 'Automation' };
    await this.#order('PUT', '/objects/subscribe', [id], what);
  }

  async #readObject(id: string): Promise<ContactAnswer | undefined> {
    if (!isNumber(id)) return undefined;
    const one = await this.#api.get(`/object?objectID=${CONTACT}&id=${id}`, oneContact);
    return one && !Array.isArray(one.data) ? one.data : undefined;
  }

  async #readBulk(ids: readonly string[]): Promise<Contact[]> {
    const query = new URLSearchParams({ ids: ids.join(','), range: String(BULK) });
    const bulk = await this.#api.get(`/Contacts?${query}`, contactList);
    return (bulk?.data ?? []).filter(({ id }) => ids.includes(id)).map(toContact);
  }

  async #addToAll(ids: readonly string[], tags: readonly string[]): Promise<void> {
    if (tags.length > 0) await this.#order('PUT', '/objects/tag', ids, { add_list: list(tags) });
  }

  async #takeFromAll(ids: readonly string[], tags: readonly string[]): Promise<void> {
    if (tags.length > 0) await this.#order('DELETE', '/objects/tag', ids, { remove_list: list(tags) });
  }

  /** Has something done to contacts. Without an id it would be done to all of them. */
  async #order(method: 'PUT' | 'DELETE', path: string, ids: readonly string[], what: object): Promise<void> {
    await this.#api.send(method, path, { objectID: CONTACT, ids: list(ids), ...what });
  }

  /** For an answer to an upsert that does not name the contact. */
  async #idOf(email: string): Promise<string> {
    const query = new URLSearchParams({ objectID: String(CONTACT), email });
    const found = await this.#api.get(`/object/getByEmail?${query}`, contactByEmail);
    if (!found || Array.isArray(found.data))
      throw new Error('Ontraport does not show the contact it saved yet');
    return found.data.id;
  }
}

/** @throws Rejected where it is no id */
const checked = (id: string): string => checkedNumber(id, 'Ontraport');

/** Ids as Ontraport takes them. @throws Rejected where one is no id */
const list = (ids: readonly string[]): string => ids.map(checked).join(',');

const condition = (field: string, op: string, value: number) => ({ field: { field }, op, value: { value } });

const WINDOW_SECONDS = 60; // of the limit, so no wait is longer

/** Ontraport sends no `Retry-After`, but the seconds until its limit has room again. */
function untilReset(headers: Headers): number | undefined {
  const seconds = Number(headers.get('x-rate-limit-reset') || Number.NaN);
  return seconds >= 0 ? Math.min(seconds, WINDOW_SECONDS) * 1000 : undefined;
}

function toContact(contact: ContactAnswer): Contact {
  const { id, email, firstname, lastname, sms_number, office_phone, contact_cat } = contact;
  return {
    id,
    email,
    firstName: firstname,
    lastName: lastname,
    phone: sms_number || office_phone,
    fields: customFields(contact),
    tags: (contact_cat ?? '').match(/\d+/g) ?? [], // written as */*1*/*7*/*
  };
}

/** Those that hold something; the others are null. */
function customFields(contact: ContactAnswer): Record<string, string> {
  const fields = Object.entries(contact).filter(([name, value]) => /^f\d+$/.test(name) && value !== null);
  return Object.fromEntries(fields.map(([name, value]) => [name, asText(value)]));
}
