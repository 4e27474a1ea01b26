import * as z from 'zod/mini';
import { Rejected, Throttled } from '../platform/errors.ts';
import type { Credentials } from './credentials.ts';
import type { Contact, Crm } from './crm.ts';
import type { Pace } from './pace.ts';
import { type CrmRequest, requestCrm } from './request.ts';

const BULK = 100; // ids in one request: the API's page size at most
const AT_ONCE = 4; // single reads side by side; the pace holds the limit

/** A list without what is not as documented: the contact that it belongs to is then read singly. */
function listOf<Schema extends z.ZodMiniType>(schema: Schema) {
  const readable = (item: unknown): z.output<Schema>[] => {
    const result = z.safeParse(schema, item);
    return result.success ? [result.data] : [];
  };
  return z.pipe(
    z.array(z.unknown()),
    z.transform((items) => items.flatMap(readable)),
  );
}

const text = z.pipe(
  z.nullish(z.union([z.string(), z.number()])),
  z.transform((value) => String(value ?? '')),
);
const contactSchema = z.object({
  id: text,
  email: text,
  firstName: text,
  lastName: text,
  phone: text,
  /** In answers with `include`: the ids of what is side-loaded for this contact. */
  fieldValues: z.optional(z.array(text)),
  contactTags: z.optional(z.array(text)),
});
const fieldValueSchema = z.object({ id: text, contact: text, field: text, value: text });
const contactTagSchema = z.object({ id: text, contact: text, tag: text });
const oneSchema = z.object({ contact: contactSchema, fieldValues: z.optional(z.array(fieldValueSchema)) });
const tagsSchema = z.object({ contactTags: z.array(contactTagSchema) });
const bulkSchema = z.object({
  contacts: listOf(contactSchema),
  fieldValues: z.optional(listOf(fieldValueSchema)),
  contactTags: z.optional(listOf(contactTagSchema)),
});
const automationsSchema = z.object({
  contactAutomations: z.array(z.object({ automation: text, adddate: text })),
});

/**
 * ActiveCampaign, API v3.
 * @see https://developers.activecampaign.com/reference/overview
 */
export class ActiveCampaign implements Crm {
  readonly secret: string;
  readonly #base: string;
  readonly #pace: Pace;

  constructor({ url, token }: Credentials, pace: Pace) {
    this.secret = token;
    this.#base = `${url.replace(/\/+$/, '')}/api/3`;
    this.#pace = pace;
  }

  /** Two requests: the contact side-loads its field values, but not its tags. */
  async readContact(id: string): Promise<Contact | undefined> {
    const path = `/contacts/${encodeURIComponent(id)}`;
    const one = await this.#get(path, oneSchema);
    if (!one) return undefined;
    const tags = await this.#get(`${path}/contactTags`, tagsSchema);
    if (!tags) return undefined; // deleted between the two requests
    return toContact(one.contact, one.fieldValues ?? [], tags.contactTags);
  }

  /**
   * A hundred contacts a request. The API's reference does not promise that `ids` and `include` work
   * together, so each contact is used only where the answer proves it complete; the others are read singly.
   */
  async readContacts(ids: readonly string[]): Promise<Map<string, Contact | Error>> {
    const found = new Map<string, Contact | Error>();
    for (let start = 0; start < ids.length; start += BULK) {
      const wanted = ids.slice(start, start + BULK);
      for (const contact of await this.#readBulk(wanted)) found.set(contact.id, contact);
      await this.#readSingly(
        wanted.filter((id) => !found.has(id)),
        found,
      );
    }
    return found;
  }

  async writeFields(id: string, fields: Record<string, string>): Promise<void> {
    const fieldValues = Object.entries(fields).map(([field, value]) => ({ field, value }));
    await this.#send('PUT', `/contacts/${encodeURIComponent(id)}`, { contact: { fieldValues } });
  }

  async addTags(id: string, tags: readonly string[]): Promise<void> {
    for (const tag of tags) {
      await this.#send('POST', '/contactTags', { contactTag: { contact: Number(id), tag: Number(tag) } });
    }
  }

  async startAutomation(id: string, automation: string, since: string): Promise<void> {
    const path = `/contacts/${encodeURIComponent(id)}/contactAutomations`;
    const runs = (await this.#get(path, automationsSchema))?.contactAutomations ?? [];
    const started = (run: { adddate: string }) =>
      Date.parse(run.adddate) >= Date.parse(since) - CLOCK_MARGIN_MS;
    if (runs.some((run) => run.automation === automation && started(run))) return;
    const contactAutomation = { contact: Number(id), automation: Number(automation) };
    await this.#send('POST', '/contactAutomations', { contactAutomation });
  }

  async #readBulk(ids: readonly string[]): Promise<Contact[]> {
    const query = new URLSearchParams(ids.map((id): [string, string] => ['ids[]', id]));
    query.set('limit', String(BULK));
    query.set('include', 'fieldValues,contactTags.tag');
    const bulk = await this.#get(`/contacts?${query}`, bulkSchema);
    if (!bulk) return [];
    const values = groupBy(bulk.fieldValues ?? []);
    const tags = groupBy(bulk.contactTags ?? []);
    return bulk.contacts
      .filter((contact) => ids.includes(contact.id))
      .filter(
        (contact) =>
          isComplete(contact.fieldValues, values.get(contact.id)) &&
          isComplete(contact.contactTags, tags.get(contact.id)),
      )
      .map((contact) => toContact(contact, values.get(contact.id) ?? [], tags.get(contact.id) ?? []));
  }

  /**
   * Reads one by one. It stops where the limit or the time is used up, and where all that were read side by
   * side failed, since then the account is ill; those that were not read have that error.
   */
  async #readSingly(ids: string[], into: Map<string, Contact | Error>): Promise<void> {
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const group = ids.slice(start, start + AT_ONCE);
      const results = await Promise.all(group.map((id) => this.readContact(id).catch(asError)));
      for (const [index, id] of group.entries()) {
        const result = results[index];
        if (result) into.set(result instanceof Error ? id : result.id, result);
      }
      const stop = reasonToStop(results);
      if (!stop) continue;
      for (const id of ids.slice(start + AT_ONCE)) into.set(id, stop);
      return;
    }
  }

  async #get<Schema extends z.ZodMiniType>(
    path: string,
    schema: Schema,
  ): Promise<z.output<Schema> | undefined> {
    const answer = await requestCrm(this.#pace, this.#request('GET', path));
    if (answer === undefined) return undefined;
    const result = z.safeParse(schema, answer);
    if (result.success) return result.data;
    const at = result.error.issues[0]?.path.join('.');
    throw new Error(`ActiveCampaign's answer to GET ${path.split('?')[0]} is not as documented, at ${at}`);
  }

  async #send(method: 'POST' | 'PUT', path: string, body: object): Promise<void> {
    const answer = await requestCrm(this.#pace, this.#request(method, path, body));
    if (answer !== undefined) return;
    throw new Rejected(`${method} ${path}: ActiveCampaign knows no such contact, tag, field or automation`);
  }

  #request(method: CrmRequest['method'], path: string, body?: object): CrmRequest {
    const url = new URL(this.#base + path);
    return { method, url, headers: { 'api-token': this.secret }, ...(body && { body }) };
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function reasonToStop(results: (Contact | Error | undefined)[]): Error | undefined {
  const errors = results.filter((result) => result instanceof Error);
  const isIll = errors.length === AT_ONCE && !errors.some((error) => error instanceof Rejected);
  return errors.find((error) => error instanceof Throttled) ?? (isIll ? errors[0] : undefined);
}

/** ActiveCampaign notes times to the second, by its own clock. */
const CLOCK_MARGIN_MS = 5_000;

/** Whether everything the contact says is side-loaded for it really came along. */
function isComplete(listed: string[] | undefined, loaded: { id: string }[] = []): boolean {
  return listed?.every((id) => loaded.some((item) => item.id === id)) ?? false;
}

function groupBy<Item extends { contact: string }>(items: Item[]): Map<string, Item[]> {
  return Map.groupBy(items, (item) => item.contact);
}

function toContact(
  contact: z.output<typeof contactSchema>,
  values: z.output<typeof fieldValueSchema>[],
  tags: z.output<typeof contactTagSchema>[],
): Contact {
  const { id, email, firstName, lastName, phone } = contact;
  const fields = Object.fromEntries(values.map(({ field, value }) => [field, value]));
  return { id, email, firstName, lastName, phone, fields, tags: tags.map(({ tag }) => tag) };
}
