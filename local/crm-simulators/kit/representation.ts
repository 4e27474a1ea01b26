import type { Definitions } from '../account/definitions.ts';
import type { Contact, ContactTag, Field, Tag } from '../account/records.ts';
import type { States } from './states.ts';

/** `2026-07-17T22:01:25Z`: whole seconds, in UTC. */
const vendorTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Records in the shapes of the API's answers. Ids are numbers here, and what is empty is null. */
export class Representation {
  readonly #definitions: Definitions;
  readonly #states: States;

  constructor(definitions: Definitions, states: States) {
    this.#definitions = definitions;
    this.#states = states;
  }

  /** @param slim leaves the custom fields out. */
  subscriber(contact: Contact, slim = false): Record<string, unknown> {
    return {
      id: Number(contact.id),
      first_name: contact.firstName || null,
      email_address: contact.email,
      state: this.#states.of(contact.id),
      created_at: vendorTime(contact.createdAt),
      ...(!slim && { fields: this.#fields(contact, ({ id }) => id) }),
    };
  }

  /** As webhooks show it: fields by their labels, and the time to the millisecond. */
  inWebhook(contact: Contact): Record<string, unknown> {
    return {
      ...this.subscriber(contact, true),
      created_at: new Date(contact.createdAt).toISOString(),
      fields: this.#fields(contact, ({ title }) => title),
    };
  }

  tag(tag: Tag): Record<string, unknown> {
    return { id: Number(tag.id), name: tag.name, created_at: vendorTime(tag.createdAt) };
  }

  tagging({ tag, createdAt }: ContactTag): Record<string, unknown> {
    const name = this.#definitions.tags.get(tag)?.name ?? '';
    return { id: Number(tag), name, tagged_at: vendorTime(createdAt) };
  }

  #fields(contact: Contact, keyOf: (field: Field) => string): Record<string, string | null> {
    const values = new Map(contact.fieldValues.map(({ field, value }) => [field, value]));
    const fields = [...this.#definitions.fields.values()];
    return Object.fromEntries(fields.map((field) => [keyOf(field), values.get(field.id) || null]));
  }
}
