import type { Contact, FieldValue } from '../../account/records.ts';
import type { ApiAnswer, ApiRequest, Routes } from '../../router.ts';
import { perstagOf } from '../representation.ts';
import { noResult, ok, unprocessable, valueTooLong } from './answers.ts';
import type { ApiContext } from './context.ts';
import { fieldValueBody, MAX_VALUE_LENGTH } from './input.ts';
import { page } from './page.ts';

/** The routes of custom fields (to read) and of their values (to read and write). */
export function fieldRoutes(context: ApiContext): Routes {
  const { account, representation } = context;

  const values = (contacts: Contact[]): { contact: Contact; value: FieldValue }[] =>
    contacts
      .filter((contact) => !contact.deleted)
      .flatMap((contact) => contact.fieldValues.map((value) => ({ contact, value })));
  const find = (contacts: Contact[], id = '') => values(contacts).find(({ value }) => value.id === id);

  /** Writes one value. The answer repeats contact and field as they were sent, numbers as numbers: the vendor's does. */
  const write = ({ body }: ApiRequest): ApiAnswer => {
    const parsed = fieldValueBody.safeParse(body);
    if (!parsed.success) return { status: 400, body: {} };
    const { contact: contactId, field, value } = parsed.data.fieldValue;
    const contact = context.liveContact(String(contactId));
    if (contact === undefined) return noResult('Subscriber', String(contactId));
    if (!account.definitions.fields.has(String(field))) return noResult('Field', String(field));
    if (value.length > MAX_VALUE_LENGTH) return valueTooLong;
    const edited = account.editContact(contact, { fields: { [field]: value } }, 'api');
    const stored = edited.fieldValues.find((candidate) => candidate.field === String(field));
    return ok({
      contacts: [representation.contact(edited)],
      fieldValue: {
        ...(stored && representation.fieldValue(edited, stored)),
        ...{ contact: contactId, field, owner: contactId },
      },
    });
  };

  return {
    'GET /fields': ({ query }) => {
      const perstag = query.get('filters[perstag]');
      const found = [...account.definitions.fields.values()].filter(
        (field) => perstag === null || perstagOf(field) === perstag,
      );
      const { values: fields, total } = page(found, query);
      return ok({
        fieldOptions: [],
        fieldRels: [],
        fields: fields.map((field) => representation.field(field)),
        meta: { total },
      });
    },
    'GET /fields/{id}': ({ params: { id = '' } }) => {
      const field = account.definitions.fields.get(id);
      if (field === undefined) return noResult('Field', id);
      return ok({ fieldOptions: [], fieldRels: [], field: representation.field(field) });
    },
    'GET /fieldValues': ({ query }) => {
      const field = query.get('filters[fieldid]');
      const wanted = query.get('filters[val]');
      const found = values(context.readContacts()).filter(
        ({ value }) =>
          (field === null || value.field === field) && (wanted === null || value.value === wanted),
      );
      const { values: fieldValues, total } = page(found, query);
      return ok({
        fieldValues: fieldValues.map(({ contact, value }) => representation.fieldValue(contact, value)),
        meta: { total },
      });
    },
    'GET /fieldValues/{id}': ({ params: { id = '' } }) => {
      const found = find(context.readContacts(), id);
      // 403 and not 404: so it stands in the vendor's document.
      if (found === undefined) return { ...noResult('FieldValue', id), status: 403 };
      return ok({ fieldValue: representation.fieldValue(found.contact, found.value) });
    },
    'POST /fieldValues': write,
    'PUT /fieldValues/{id}': (request) => {
      const found = find(account.contacts(), request.params.id);
      if (found === undefined) return noResult('FieldValue', request.params.id ?? '');
      const parsed = fieldValueBody.safeParse(request.body);
      if (parsed.success) {
        const { contact, field } = parsed.data.fieldValue;
        if (String(contact) !== found.contact.id || String(field) !== found.value.field) {
          return unprocessable('The value belongs to another contact or field', 'field_mismatch', 'contact');
        }
      }
      return write(request);
    },
  };
}
