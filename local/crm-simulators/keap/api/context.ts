import type { Account } from '../../account/account.ts';
import type { Automation } from '../../account/automation.ts';
import type { Reads } from '../../account/reads.ts';
import type { KeapFaults } from '../faults.ts';

/** What the API's routes work with. */
export type ApiContext = Reads & { account: Account; automation: Automation; faults: KeapFaults };
