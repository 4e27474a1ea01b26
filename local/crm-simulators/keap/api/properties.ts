import type { Contact } from '../../account/records.ts';
import type { ApiAnswer } from '../../router.ts';
import { CONTACT_FIELDS, contactV2 } from '../representation.ts';
import { isAnswer, problem } from './answers.ts';
import type { ApiContext } from './context.ts';

/** Shows a contact with the properties that a query asked for. */
export type Show = (contact: Contact) => Record<string, unknown>;

/** Reads `fields`. An unknown property is a 400. */
export function showing({ account, faults }: ApiContext, query: URLSearchParams): Show | ApiAnswer {
  const fields = namesIn(query, 'fields');
  if (isAnswer(fields)) return fields;
  const emptyFields = faults.listEmptyFields ? [...account.definitions.fields.values()] : [];
  return (contact) => contactV2(contact, { fields, emptyFields });
}

/** A body without what `update_mask` leaves out; all of it without a mask. An unknown property is a 400. */
export function masked(body: unknown, query: URLSearchParams): { body: unknown } | ApiAnswer {
  const mask = namesIn(query, 'update_mask');
  if (isAnswer(mask)) return mask;
  if (mask === undefined || typeof body !== 'object' || body === null) return { body };
  return { body: Object.fromEntries(Object.entries(body).filter(([name]) => mask.includes(name))) };
}

/** The properties that a query names, by comma or one by one; undefined where it names none. */
function namesIn(query: URLSearchParams, key: 'fields' | 'update_mask'): string[] | undefined | ApiAnswer {
  if (!query.has(key)) return undefined;
  const names = query.getAll(key).flatMap((value) => value.split(','));
  const unknown = names.find((name) => !CONTACT_FIELDS.has(name));
  return unknown === undefined ? names : problem(400, `${key} has an unknown property: ${unknown}`);
}
