import type { OwnField } from '../store/members.ts';
import { isRecent } from './own-tags.ts';

type Fields = Record<string, string>;

/**
 * What a pull brought, with the values that we wrote ourselves so lately that the pull may not know them. A value
 * that ours replaced is an old one; any other was written by somebody else since, and counts.
 * @param pulledAt when the pull began, ISO time
 * @returns `lags`: the CRM does not show our writes yet, so the contact has to be pulled again
 */
export function withOwnFields(
  pulled: Fields,
  ownFields: readonly OwnField[],
  pulledAt: string,
): { fields: Fields; lags: boolean } {
  const old = ownFields.filter(
    ({ field, replaced, at }) => isRecent(at, pulledAt) && replaced.includes(pulled[field] ?? ''),
  );
  const fields = { ...pulled, ...Object.fromEntries(old.map(({ field, value }) => [field, value])) };
  return { fields, lags: old.length > 0 };
}

/** The list of our own writes with this one, and without those that no read can lag behind any more. */
export function noteOwnField(
  ownFields: readonly OwnField[],
  { field, value, was, at }: { field: string; value: string; was: string; at: string },
): OwnField[] {
  const recent = ownFields.filter((own) => isRecent(own.at, at));
  const before = recent.find((own) => own.field === field)?.replaced ?? [];
  const replaced = [...new Set([...before, was])].filter((old) => old !== value);
  return [...recent.filter((own) => own.field !== field), { field, value, replaced, at }];
}
