import type { Account } from '../../account/account.ts';
import { readsOf } from '../../account/reads.ts';
import type { ApiAnswer } from '../../router.ts';
import type { OntraportFaults } from '../faults.ts';
import { type ContactRecord, contactRecord } from '../representation.ts';
import { badRequest, ok } from './answers.ts';
import { compare, parseCondition } from './condition.ts';

/** The vendor's page, which is what a list has unless told, and at most: the rest is cut off without a word. */
export const MAX_RANGE = 50;

/** GET /Contacts: `ids` (everybody when empty), `condition`, order, page, `listFields`. */
export function listContacts(account: Account, faults: OntraportFaults, query: URLSearchParams): ApiAnswer {
  const ids = new Set((query.get('ids') ?? '').split(',').filter(Boolean));
  const matches = parseCondition(query.get('condition') ?? '[]');
  if (matches === undefined) return badRequest('The condition is not properly formed');

  const start = Number(query.get('start') ?? 0);
  const range = Math.min(Number(query.get('range') ?? MAX_RANGE), MAX_RANGE, faults.cutListsAt);
  const found = readsOf(account, faults)
    .readContacts()
    .filter(({ id }) => faults.ignoreIds || ids.size === 0 || ids.has(id))
    .filter(({ id }) => !faults.omitFromLists.has(id))
    .map((contact) => contactRecord(contact, account.definitions))
    .filter(matches)
    .sort(orderOf(query))
    .slice(start, start + range);
  return ok(found.map((record) => shown(record, faults, query.get('listFields'))));
}

function orderOf(query: URLSearchParams): (a: ContactRecord, b: ContactRecord) => number {
  const field = query.get('sort') ?? 'id';
  const sign = query.get('sortDir') === 'desc' ? -1 : 1;
  return (a, b) => sign * compare(a[field] ?? '', b[field] ?? '');
}

/** The members that were asked for, all of them unless told. */
function shown(record: ContactRecord, faults: OntraportFaults, listFields: string | null): ContactRecord {
  const wanted = listFields?.split(',');
  const isHidden = (name: string): boolean => name === 'contact_cat' && faults.omitTags.has(record.id ?? '');
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => !isHidden(name) && (wanted?.includes(name) ?? true)),
  );
}
