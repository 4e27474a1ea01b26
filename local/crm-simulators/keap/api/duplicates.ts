import type { Account } from '../../account/account.ts';
import type { Contact, ContactInput } from '../../account/records.ts';

/** What `duplicate_option` may be here. API v2 also has `EmailAndNameAndCompany`; this account has no companies. */
const OPTIONS = ['Email', 'EmailAndName'] as const;

export type DuplicateOption = (typeof OPTIONS)[number];

export const isOption = (value: unknown): value is DuplicateOption =>
  OPTIONS.some((option) => option === value);

/**
 * The contact that `duplicate_option` finds. Which one Keap takes where several have the address is
 * undocumented: here it is the oldest.
 */
export function duplicateOf(
  account: Account,
  input: ContactInput,
  option: DuplicateOption,
): Contact | undefined {
  const { email = '', firstName = '', lastName = '' } = input;
  const found = account.contactByEmail(email);
  const hasName = found?.firstName === firstName && found.lastName === lastName;
  return option === 'Email' || hasName ? found : undefined;
}
