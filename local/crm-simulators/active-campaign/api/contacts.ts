import type { Contact, ContactInput } from '../../account/records.ts';
import { isEmail, longerThan } from '../../input.ts';
import type { ApiAnswer, Routes } from '../../router.ts';
import { created, noResult, ok, unprocessable, valueTooLong } from './answers.ts';
import { listContacts } from './contact-list.ts';
import type { ApiContext } from './context.ts';
import { contactInput, MAX_VALUE_LENGTH } from './input.ts';

/** The routes of contacts and what hangs on one contact. */
export function contactRoutes(context: ApiContext): Routes {
  const { account, representation } = context;
  const read = (id: string, answer: (contact: Contact) => unknown): ApiAnswer => {
    const contact = context.readContact(id);
    return contact ? ok(answer(contact)) : noResult('Subscriber', id);
  };
  const written = (contact: Contact): Record<string, unknown> => ({
    fieldValues: fieldValues(contact),
    contact: {
      ...representation.contact(contact),
      fieldValues: contact.fieldValues.map((value) => value.id),
    },
  });
  const fieldValues = (contact: Contact): unknown[] =>
    contact.fieldValues.map((value) => representation.fieldValue(contact, value));
  const automations = (contact: Contact): unknown[] =>
    contact.contactAutomations.map((run) => representation.contactAutomation(contact, run));

  return {
    'GET /contacts': ({ query }) => listContacts(context, query),
    'GET /contacts/{id}': ({ params: { id = '' } }) =>
      read(id, (contact) => ({
        contactAutomations: automations(contact),
        contactLists: [],
        deals: [],
        fieldValues: fieldValues(contact),
        geoAddresses: [],
        geoIps: [],
        accountContacts: [],
        contact: {
          ...representation.contact(contact),
          contactAutomations: contact.contactAutomations.map((run) => run.id),
          contactLists: [],
          fieldValues: contact.fieldValues.map((value) => value.id),
          geoIps: [],
          deals: [],
          accountContacts: [],
        },
      })),
    'POST /contacts': ({ body }) => {
      const input = parseContact(context, body);
      if ('status' in input) return input;
      if (!isEmail(input.email ?? '')) return invalidEmail;
      if (account.contactByEmail(input.email ?? '')) return duplicateEmail;
      return created(written(account.addContact({ ...input, email: input.email ?? '' }, 'api')));
    },
    'POST /contact/sync': ({ body }) => {
      const input = parseContact(context, body);
      if ('status' in input) return input;
      if (!isEmail(input.email ?? '')) return invalidEmail;
      const present = account.contactByEmail(input.email ?? '');
      if (present) return ok(written(account.editContact(present, input, 'api')));
      return created(written(account.addContact({ ...input, email: input.email ?? '' }, 'api')));
    },
    'PUT /contacts/{id}': ({ params: { id = '' }, body }) => {
      const contact = context.liveContact(id);
      if (contact === undefined) return noResult('Subscriber', id);
      const input = parseContact(context, body);
      if ('status' in input) return input;
      if (input.email !== undefined) {
        if (!isEmail(input.email)) return invalidEmail;
        const holder = account.contactByEmail(input.email);
        if (holder !== undefined && holder.id !== id) return duplicateEmail;
      }
      return ok(written(account.editContact(contact, input, 'api')));
    },
    'DELETE /contacts/{id}': ({ params: { id = '' } }) => {
      const contact = context.liveContact(id);
      if (contact === undefined) {
        return { status: 404, body: { message: `No result found for contact with id ${id}` } };
      }
      account.removeContact(contact, 'api');
      return ok({});
    },
    'GET /contacts/{id}/contactTags': ({ params: { id = '' } }) =>
      read(id, (contact) => ({
        contactTags: contact.contactTags.map((contactTag) => representation.contactTag(contact, contactTag)),
      })),
    'GET /contacts/{id}/fieldValues': ({ params: { id = '' } }) =>
      read(id, (contact) => ({ fieldValues: fieldValues(contact) })),
    'GET /contacts/{id}/contactAutomations': ({ params: { id = '' } }) =>
      read(id, (contact) => ({ contactAutomations: automations(contact) })),
  };
}

const invalidEmail = unprocessable('Contact Email Address is not valid.', 'email_invalid', 'email');
const duplicateEmail = unprocessable('Email address already exists in the system', 'duplicate', 'email');

/** The contact a body describes, or the answer that refuses it. A body without `contact` is a 400, as /contact/sync's. */
function parseContact({ account }: ApiContext, body: unknown): ContactInput | ApiAnswer {
  const parsed = contactInput.safeParse(body);
  if (!parsed.success) return { status: 400, body: {} };
  const { fieldValues, ...values } = parsed.data.contact;
  // What the vendor does with an unknown field is undocumented. Refusing it shows a wrong id in the
  // config, where ignoring it would lose a password without a trace.
  const unknown = fieldValues?.find(({ field }) => !account.definitions.fields.has(field));
  if (unknown)
    return unprocessable(
      `No Result found for Field with id ${unknown.field}`,
      'related_missing',
      'fieldValues',
    );
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const fields = Object.fromEntries((fieldValues ?? []).map(({ field, value }) => [field, value]));
  return longerThan(MAX_VALUE_LENGTH, fields).length > 0 ? valueTooLong : { ...given, fields };
}
