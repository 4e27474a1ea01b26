import type { Account } from '../../account/account.ts';
import { readsOf } from '../../account/reads.ts';
import type { Contact, ContactInput } from '../../account/records.ts';
import { isEmail, longerThan } from '../../input.ts';
import type { ApiAnswer, Routes } from '../../router.ts';
import type { OntraportFaults } from '../faults.ts';
import { type ContactRecord, contactRecord } from '../representation.ts';
import { badRequest, invalidEmail, notFound, ok, tooLong } from './answers.ts';
import { listContacts } from './contact-list.ts';
import { contactBody } from './input.ts';

/** The API's names for what an account calls otherwise. */
const NAMES = { firstname: 'firstName', lastname: 'lastName', email: 'email', sms_number: 'phone' } as const;

/** Unverified, as is that Ontraport refuses what is longer. */
const MAX_VALUE_LENGTH = 16_383;

/** The routes of contacts and their fields. */
export function contactRoutes(account: Account, faults: OntraportFaults): Routes {
  const { readContact, liveContact } = readsOf(account, faults);
  const recordOf = (contact: Contact): ContactRecord => contactRecord(contact, account.definitions);

  /** Edits a contact. The answer names what is another than before, and never a field that there is not. */
  const edited = (contact: Contact, input: ContactInput): ApiAnswer => {
    const before = recordOf(contact);
    const after = recordOf(account.editContact(contact, input, 'api'));
    const changed = Object.entries(after).filter(([name, value]) => value !== before[name]);
    return ok({ attrs: { ...Object.fromEntries(changed), dlm: after.dlm, id: after.id } });
  };

  return {
    'GET /object': ({ query }) => {
      if (query.get('objectID') !== '0') return badRequest('Only contacts (objectID 0) are simulated');
      const contact = readContact(idIn(query.get('id')));
      return contact ? ok(recordOf(contact)) : notFound;
    },
    'GET /object/getByEmail': ({ query }) => {
      const contact = account.contactByEmail(query.get('email') ?? '');
      return ok(contact ? { id: contact.id } : []);
    },
    'GET /Contacts': ({ query }) => listContacts(account, faults, query),
    'PUT /Contacts': ({ body }) => {
      const input = parseContact(account, body);
      if ('status' in input) return input;
      const contact = liveContact(idIn(input.id));
      return contact ? edited(contact, input.changes) : notFound;
    },
    'POST /Contacts/saveorupdate': ({ body }) => {
      const input = parseContact(account, body);
      if ('status' in input) return input;
      const { email = '' } = input.changes;
      const present = account.contactByEmail(email);
      if (present) return edited(present, input.changes);
      return ok(recordOf(account.addContact({ ...input.changes, email }, 'api')));
    },
  };
}

/** The id that a text begins with: "1.5" and "1abc" are 1. Unverified, but the worst that could be. */
const idIn = (text: string | null): string => /^\d*/.exec(text ?? '')?.[0] ?? '';

/** What a body says of a contact, or the answer that refuses it. What it names beside that is ignored, as documented. */
function parseContact(account: Account, body: unknown): { id: string; changes: ContactInput } | ApiAnswer {
  const parsed = contactBody.safeParse(body);
  if (!parsed.success) return badRequest('The contact is not properly formed');
  const changes: ContactInput = {};
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed.data)) {
    if (isOwn(name)) changes[NAMES[name]] = value;
    else if (account.definitions.fields.has(name)) fields[name] = value;
  }
  if (changes.email && !isEmail(changes.email)) return invalidEmail;
  const [long] = longerThan(MAX_VALUE_LENGTH, fields);
  if (long !== undefined) return tooLong(long);
  return { id: parsed.data.id ?? '', changes: { ...changes, fields } };
}

const isOwn = (name: string): name is keyof typeof NAMES => Object.hasOwn(NAMES, name);
