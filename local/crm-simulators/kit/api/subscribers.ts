import type { Contact, ContactInput, ContactTag } from '../../account/records.ts';
import { isEmail, longerThan } from '../../input.ts';
import type { ApiAnswer, Routes } from '../../router.ts';
import { created, noContent, notFound, ok, unprocessable } from './answers.ts';
import type { ApiContext } from './context.ts';
import { newSubscriber, subscriberChanges } from './input.ts';
import { page } from './page.ts';
import { listSubscribers } from './subscriber-list.ts';

/** Unverified, as is that Kit refuses what is longer. */
const MAX_VALUE_LENGTH = 16_383;

/** The routes of subscribers. What is read by an id is never late. */
export function subscriberRoutes(context: ApiContext): Routes {
  const { account, states, representation } = context;
  const find = (id: string, answer: (contact: Contact) => ApiAnswer): ApiAnswer => {
    const contact = account.contact(id);
    return contact ? answer(contact) : notFound;
  };
  const shown = (contact: Contact) => ({ subscriber: representation.subscriber(contact) });

  return {
    'GET /subscribers': ({ query }) => listSubscribers(context, query),
    'GET /subscribers/{id}': ({ params: { id = '' } }) => find(id, (contact) => ok(shown(contact))),
    'POST /subscribers': ({ body }) => {
      const parsed = newSubscriber.safeParse(body);
      if (!parsed.success || !isEmail(parsed.data.email_address)) return invalidEmail;
      const { email_address: email, first_name, state, fields = {} } = parsed.data;
      const unknown = unknownKeys(context, fields);
      if (unknown.length > 0) return unprocessable(`Unknown custom fields: ${unknown.join(', ')}`);
      if (longerThan(MAX_VALUE_LENGTH, fields).length > 0) return tooLong;
      // Whether an absent name empties the one that is there is not documented: the worse is assumed.
      const input = { email, firstName: first_name ?? '', fields };
      const present = account.contactByEmail(email);
      if (present) return ok(shown(account.editContact(present, input, 'api')));
      const contact = account.addContact(input, 'api');
      if (state) states.set(contact.id, state);
      return created(shown(contact));
    },
    'PUT /subscribers/{id}': ({ params: { id = '' }, body }) =>
      find(id, (contact) => {
        const parsed = subscriberChanges.safeParse(body);
        if (!parsed.success) return unprocessable('The parameters are invalid');
        const { email_address: email, first_name, fields = {} } = parsed.data;
        if (email !== undefined && !isEmail(email)) return invalidEmail;
        const holder = email === undefined ? undefined : account.contactByEmail(email);
        if (holder && holder.id !== id) return unprocessable('Email address has already been taken');
        if (longerThan(MAX_VALUE_LENGTH, fields).length > 0) return tooLong;
        const dropped = unknownKeys(context, fields);
        const known = Object.entries(fields).filter(([key]) => !dropped.includes(key));
        const input: ContactInput = {
          ...(email !== undefined && { email }),
          ...(first_name !== undefined && { firstName: first_name ?? '' }),
          fields: Object.fromEntries(known),
        };
        const warnings = dropped.map((key) => `Unknown custom field: ${key}`);
        const edited = account.editContact(contact, input, 'api');
        return ok({ ...shown(edited), ...(warnings.length > 0 && { warnings }) });
      }),
    'POST /subscribers/{id}/unsubscribe': ({ params: { id = '' } }) =>
      find(id, (contact) => {
        states.set(id, 'cancelled');
        account.editContact(contact, {}, 'api');
        return noContent;
      }),
    'GET /subscribers/{id}/tags': ({ params: { id = '' }, query }) =>
      find(id, (contact) => {
        const byRelation = { by: (tagging: ContactTag) => Number(tagging.id), descending: true };
        const { items, pagination } = page([...contact.contactTags], byRelation, query);
        return ok({ tags: items.map((tagging) => representation.tagging(tagging)), pagination });
      }),
  };
}

const invalidEmail = unprocessable('Email address is invalid');
const tooLong = unprocessable('The value of a custom field is too long');

const unknownKeys = ({ account }: ApiContext, fields: object): string[] =>
  Object.keys(fields).filter((key) => !account.definitions.fields.has(key));
