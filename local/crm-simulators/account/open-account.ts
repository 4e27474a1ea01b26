import { readState, stateFile } from '../state-file.ts';
import { Account, type AccountRules, type SavedAccount } from './account.ts';
import { type SeededFields, seedDefinitions } from './seed.ts';

/** An account, and how to write what is not written yet. */
export type OpenAccount = { account: Account; flush(): Promise<void> };

export type OpenAccountOptions = {
  now: () => number;
  /** Where the account is kept; in memory alone when absent. */
  file: string | undefined;
  rules: AccountRules;
  fields: SeededFields;
};

/** Opens the account of a file, or a fresh one that has fields and tags and no contacts. Throws on a broken file. */
export function openAccount({ now, file, rules, fields }: OpenAccountOptions): OpenAccount {
  const saved = file === undefined ? undefined : readState<SavedAccount>(file);
  const account = new Account(now, rules, saved);
  if (saved === undefined) seedDefinitions(account, fields);
  if (file === undefined) return { account, flush: async () => {} };
  const state = stateFile(file, () => account);
  account.onWrite(() => state.changed());
  return { account, flush: () => state.flush() };
}
