import type { TagChange } from '../../platform/config-parts.ts';
import { Rejected, Unavailable } from '../../platform/errors.ts';
import { asText } from '../answers.ts';
import type { CrmApi } from '../api.ts';
import { changeSingly, undone } from '../change-singly.ts';
import { changedAt } from '../changed-at.ts';
import type { ChangePage, Contact, Crm, Person } from '../crm.ts';
import { justBefore } from '../just-before.ts';
import { checkedNumber, isNumber, partNumbers } from '../numbered.ts';
import { oneOf, readMany } from '../read-many.ts';
import type { Turns } from '../turns.ts';
import {
  type ContactAnswer,
  changedContacts,
  contactList,
  contactsByEmail,
  oneContact,
  savedContact,
  sequenceResults,
  tagResults,
} from './answers.ts';
import { type KeapCredentials, keapApi } from './api.ts';

/** The largest page that Keap's lists have. */
export const BULK = 1000;
/** Characters of ids in one request: gateways refuse addresses beyond some 7,000. */
const LONGEST_LIST = 6_000;

/**
 * Between the values of a field that has several. Unverified, as is whether Keap gives them as text or as a list:
 * both are read.
 */
export const SEPARATOR = ',';

/** What has to be asked for: custom fields do not come by themselves. */
const FIELDS = 'id,given_name,family_name,email_addresses,phone_numbers,custom_fields,tag_ids';

/**
 * Keap's REST API. It is read by version 2 and written by version 1, because a write of version 2 takes away every
 * custom field and every e-mail address that it does not list.
 * @see https://developer.keap.com/docs/restv2/
 */
export class Keap implements Crm {
  readonly secret: string;
  readonly #api: CrmApi;

  constructor(credentials: KeapCredentials, pace: Turns) {
    this.secret = credentials.token;
    this.#api = keapApi(credentials, pace);
  }

  /** One request: the contact brings its fields and tags. */
  async readContact(id: string): Promise<Contact | undefined> {
    if (!isNumber(id)) return undefined;
    const contact = await this.#api.get(`/v2/contacts/${id}?${query({ fields: FIELDS })}`, oneContact);
    return contact && toContact(contact);
  }

  /** A thousand contacts a request, somewhat fewer where ids are long. */
  async readContacts(ids: readonly string[]): Promise<Map<string, Contact | Error>> {
    return readMany(
      pieces(ids.filter(isNumber)),
      (piece) => this.#readBulk(piece),
      (id) => this.readContact(id),
    );
  }

  /**
   * In the order of ids, which does not change while pages are read, and each page from the last id of the one
   * before: what Keap's page tokens promise then is not documented. Unverified: whether a change of tags counts.
   */
  async changedSince(since: string, resume = '0'): Promise<ChangePage> {
    const page = await this.#api.get(
      `/v2/contacts?${query({
        filter: `start_update_time==${justBefore(since)};contact_id>${resume}`,
        order_by: 'id asc',
        page_size: String(BULK),
        fields: 'id,update_time',
      })}`,
      changedContacts,
    );
    const contacts = page?.contacts ?? [];
    const isInOrder = contacts.every(
      ({ id }, index) => Number(id) > Number(contacts[index - 1]?.id ?? resume),
    );
    if (!isInOrder) throw new Unavailable("Keap's list of changes is not in the order of ids");
    const changes = contacts.map(({ id, update_time }) => ({
      id,
      changedAt: changedAt(Date.parse(update_time)),
    }));
    const last = contacts.at(-1);
    const hasMore = contacts.length === BULK || page?.next_page_token;
    return { changes, ...(hasMore && last && { resume: last.id }) };
  }

  /** Version 1 documents that it changes "only the values provided": the other custom fields stay. */
  async writeFields(id: string, fields: Record<string, string>): Promise<void> {
    const custom_fields = Object.entries(fields).map(([field, content]) => ({ id: Number(field), content }));
    await this.#api.send('PATCH', contactPath(id), { custom_fields });
  }

  /**
   * One request. Keap answers with a word for each tag, and documents none of them: a tag whose word is not plainly
   * a success is looked for at the contact.
   */
  async addTags(id: string, tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    const tagIds = tags.map((tag) => Number(checked(tag)));
    const results = await this.#api.send('POST', `${contactPath(id)}/tags`, { tagIds }, tagResults);
    const doubtful = withoutSuccess(tags, results);
    const present = doubtful.length > 0 ? (await this.readContact(id))?.tags : [];
    const missing = doubtful.filter((tag) => !present?.includes(tag));
    if (missing.length > 0)
      throw new Unavailable(`Keap did not give contact ${id} the tag ${missing.join(', ')}: does it exist?`);
  }

  async removeTags(id: string, tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    await this.#api.write('DELETE', `${contactPath(id)}/tags?${query({ ids: tags.map(checked).join(',') })}`);
  }

  /**
   * A request for each tag and a thousand contacts, somewhat fewer where ids are long. Keap answers with a word for
   * each contact, and documents neither the words nor what becomes of a list in which one contact is not there. So
   * whoever has no plain success is read, in bulk, and what is undone then is done singly.
   */
  async changeTagsOfMany(ids: readonly string[], change: TagChange): Promise<Map<string, Error>> {
    const { numbers, refused } = partNumbers(ids, 'Keap');
    for (const piece of pieces(numbers)) {
      const doubtful: string[] = [];
      for (const tag of change.add) doubtful.push(...(await this.#addToAll(piece, tag)));
      for (const tag of change.remove) doubtful.push(...(await this.#takeFromAll(piece, tag)));
      await this.#changeUndone(doubtful, change, refused);
    }
    return refused;
  }

  /**
   * Who is there is looked up, so that no write touches a contact's addresses. Several contacts may have one
   * address; the oldest is taken.
   */
  async upsertContact({ email, firstName, lastName, phone }: Person): Promise<string> {
    const names = { ...(firstName && { given_name: firstName }), ...(lastName && { family_name: lastName }) };
    const known = await this.#findByEmail(email);
    if (known === undefined) {
      const email_addresses = [{ email, field: 'EMAIL1' }];
      const phone_numbers = phone ? [{ number: phone, field: 'PHONE1' }] : undefined;
      const person = { duplicate_option: 'Email', email_addresses, phone_numbers, ...names };
      return (await this.#api.send('PUT', '/v1/contacts', person, savedContact)).id;
    }
    if (Object.keys(names).length > 0) await this.#api.send('PATCH', contactPath(known), names);
    return known;
  }

  /**
   * Puts a contact into a sequence of a campaign, which is what Keap can start from outside. Who is in it stays in
   * it, whatever `since`.
   * @param automation ids of the campaign and of its sequence, such as `12:3`
   */
  async startAutomation(id: string, automation: string): Promise<void> {
    const [, campaign, sequence] = /^([1-9]\d*):([1-9]\d*)$/.exec(automation) ?? [];
    if (!campaign || !sequence)
      throw new Rejected(`"${automation}" is no automation of Keap's: those are written campaign:sequence`);
    const path = `/v2/campaigns/${campaign}/sequences/${sequence}:addContacts`;
    const { add_to_sequence_results: results } = await this.#api.send(
      'POST',
      path,
      { contact_ids: [checked(id)] },
      sequenceResults,
    );
    const result = results[id];
    if (result === 'SUCCESS' || result === 'ALREADY_IN_SEQUENCE') return;
    if (result === 'CONTACT_DOES_NOT_EXIST') throw new Rejected(`Keap has no contact ${id}`);
    throw new Unavailable(`Keap did not put contact ${id} into ${automation}: ${result ?? 'without a word'}`);
  }

  /** Adds a tag to contacts. @returns those for whom the answer does not prove it */
  async #addToAll(ids: readonly string[], tag: string): Promise<readonly string[]> {
    const body = { ids: ids.map(Number) };
    const results = await this.#api.send('POST', taggedPath(tag), body, tagResults).catch(ifRefused);
    return results ? withoutSuccess(ids, results) : ids;
  }

  /** Takes a tag away from contacts. @returns those for whom the answer does not prove it */
  async #takeFromAll(ids: readonly string[], tag: string): Promise<readonly string[]> {
    const path = `${taggedPath(tag)}?${query({ ids: ids.join(',') })}`;
    const answer = await this.#api.write('DELETE', path).catch(ifRefused);
    return answer === undefined ? ids : [];
  }

  /** @param refused gets the contacts that Keap does not have */
  async #changeUndone(ids: readonly string[], change: TagChange, refused: Map<string, Error>): Promise<void> {
    const found = await this.readContacts([...new Set(ids)]);
    const changeOne = async (id: string): Promise<void> => {
      const { add, remove } = undone(change, oneOf(found, id, 'Keap').tags);
      await this.addTags(id, add);
      await this.removeTags(id, remove);
    };
    await changeSingly(ids, changeOne, 1, refused);
  }

  async #readBulk(ids: readonly string[]): Promise<Contact[]> {
    const wanted = query({ filter: `ids==${ids.join(',')}`, page_size: String(BULK), fields: FIELDS });
    const bulk = await this.#api.get(`/v2/contacts?${wanted}`, contactList);
    const asked = new Set(ids);
    return (bulk?.contacts ?? []).filter(({ id }) => asked.has(id)).map(toContact);
  }

  async #findByEmail(email: string): Promise<string | undefined> {
    const wanted = query({ filter: `email==${email}`, order_by: 'id asc', fields: 'id,email_addresses' });
    const found = await this.#api.get(`/v2/contacts?${wanted}`, contactsByEmail);
    const isSame = (address: { email: string }): boolean =>
      address.email.toLowerCase() === email.toLowerCase();
    return found?.contacts.find(({ email_addresses }) => email_addresses.some(isSame))?.id;
  }
}

/** @throws Rejected where it is no id */
const checked = (id: string): string => checkedNumber(id, 'Keap');

const contactPath = (id: string): string => `/v1/contacts/${checked(id)}`;

/** The contacts that have a tag. */
const taggedPath = (tag: string): string => `/v1/tags/${checked(tag)}/contacts`;

/** Of tags or of contacts, those whose word in Keap's answer is not plainly a success. */
const withoutSuccess = (ids: readonly string[], words: Readonly<Record<string, string>>): string[] =>
  ids.filter((id) => words[id] !== 'SUCCESS');

/** Makes a refusal of a whole list undefined. @throws every other error */
function ifRefused(error: unknown): undefined {
  if (!(error instanceof Rejected)) throw error;
}

/** Parameters as Keap's examples write them: `==` and `;` encoded, commas not, which would make lists long. */
const query = (parameters: Record<string, string>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`)
    .join('&');

/** Ids in as few pieces as one request each can ask for. */
function pieces(ids: readonly string[]): string[][] {
  const cut: string[][] = [];
  let room = 0; // characters that are left in the last piece
  for (const id of ids) {
    const last = cut.at(-1);
    if (last && last.length < BULK && room > id.length) {
      last.push(id);
      room -= id.length + 1;
    } else {
      cut.push([id]);
      room = LONGEST_LIST - id.length;
    }
  }
  return cut;
}

/** Of several addresses and numbers the first is the contact's. */
function toContact(contact: ContactAnswer): Contact {
  const { id, given_name, family_name, email_addresses, phone_numbers, custom_fields, tag_ids } = contact;
  const email = email_addresses.find(({ field }) => field === 'EMAIL1') ?? email_addresses[0];
  const phone = phone_numbers.find(({ field }) => field === 'PHONE1') ?? phone_numbers[0];
  const filled = custom_fields.filter(({ content }) => content !== null && content !== undefined);
  return {
    id,
    email: email?.email ?? '',
    firstName: given_name,
    lastName: family_name,
    phone: phone?.number ?? '',
    fields: Object.fromEntries(filled.map(({ id, content }) => [id, contentAsText(content)])),
    tags: tag_ids,
  };
}

/** A list of values as they are written. */
const contentAsText = (content: unknown): string =>
  Array.isArray(content) ? content.map(asText).join(SEPARATOR) : asText(content);
