import type { Job, World } from '../jobs/apply.ts';
import { type Account, readMember } from '../store/members.ts';
import { timeOfId } from '../webhooks/webhook.ts';
import { changeTags } from './change-tags.ts';
import { type CreationOptions, createMember } from './create-member.ts';
import { syncMember } from './sync-member.ts';

/** What a genpass command may ask for beyond the account itself. */
export type GenpassOptions = CreationOptions & {
  /** Tags to add when done. */
  tags?: string[];
  /** Automations to start when done. */
  automations?: string[];
};

/**
 * Makes sure that the contact is a member with a password, whatever happened in earlier attempts. A password
 * is never overwritten, neither in the table nor in the CRM's field. Last come the completion signals, which
 * tell an automation that all of it is there.
 */
export async function generatePassword(
  job: Job<unknown>,
  world: World,
  options: GenpassOptions,
): Promise<string> {
  const known = await readMember(world.site.id, job.contactId);
  const result = known?.account
    ? await refreshMember(job, world, known.account)
    : await newMember(job, world, options);
  await signalCompletion(job, world, options);
  return result;
}

async function refreshMember(job: Job<unknown>, world: World, account: Account): Promise<string> {
  if (account.createdBy === job.id) return created(account.passwordFrom);
  if (!world.site.legacyFullUpdate) return 'the member exists; marked for a pull, password untouched';
  await syncMember(job, world);
  return 'the member exists; pulled from the CRM, password untouched';
}

async function newMember(job: Job<unknown>, world: World, options: GenpassOptions): Promise<string> {
  const made = await createMember({ contactId: job.contactId, by: job.id }, world, options);
  switch (made.account) {
    case 'created':
      return created(made.passwordFrom);
    case 'none':
      return `the password field is filled (${made.passwordFrom}), no account created`;
    case 'taken over':
      return `account taken over from contact ${made.from}, which the CRM merged into this one; password untouched`;
    case 'exists':
      return 'another webhook created the account in the meantime';
  }
}

const created = (from: Account['passwordFrom']): string => `account created, password ${from}`;

async function signalCompletion(job: Job<unknown>, world: World, options: GenpassOptions): Promise<void> {
  const { completionTag } = world.site.crm;
  const tags = [...new Set([...(options.tags ?? []), ...(completionTag ? [completionTag] : [])])];
  if (tags.length > 0) await changeTags(job.contactId, { add: tags, remove: [] }, world);
  for (const automation of options.automations ?? []) {
    await world.crm.startAutomation(job.contactId, automation, askedAt(job));
  }
}

/** Since when the job, or the one that it stands in for, may have started an automation. */
const askedAt = ({ replayOf, receivedAt }: Job<unknown>): string =>
  replayOf === undefined ? receivedAt : timeOfId(replayOf);
