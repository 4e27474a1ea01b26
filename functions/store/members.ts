import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Contact } from '../crm/crm.ts';
import { dynamo } from '../platform/aws.ts';
import { memberKey } from './keys.ts';
import { inTable, unlessConditionFails } from './table.ts';

/** What lets a member log in. The password itself is nowhere: only its memory-hard hash. */
export type Account = {
  passwordHash: string;
  /** `generated` here, `adopted` from the CRM's field, or `given` by the webhook. */
  passwordFrom: 'generated' | 'adopted' | 'given';
  /** The webhook that created the account. */
  createdBy: string;
  createdAt: string;
};

/** Our copy of a contact. `version` is the flag's version that its data was pulled for. */
export type Member = Contact & {
  site: string;
  contactId: string;
  version: number;
  syncedAt: string;
  account?: Account;
  /** Random bits that the password of an account in the making is derived from. */
  passwordSeed?: string;
};

/** Reads a member, up to date; undefined for a contact that was never pulled and has no account. */
export async function readMember(site: string, contactId: string): Promise<Partial<Member> | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ ...inTable(), Key: memberKey(site, contactId), ConsistentRead: true }),
  );
  return Item as Partial<Member> | undefined;
}

/**
 * Stores what a pull that began at `version` brought.
 * @returns false where a pull that began later was stored already: its data is newer
 */
export async function storePulled(
  site: string,
  contact: Contact,
  version: number,
  now: string,
): Promise<boolean> {
  const { id, ...data } = contact;
  const values = { site, contactId: id, ...data, version, syncedAt: now };
  const names = Object.keys(values);
  const stored = await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: memberKey(site, id),
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ConditionExpression: 'attribute_not_exists(#version) OR #version <= :version',
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [`:${name}`, value]),
        ),
      }),
    ),
  );
  return stored !== undefined;
}

/**
 * Fixes the random bits of a password in the making. The first caller's stay, so that every attempt and
 * every webhook of this contact arrives at the same password.
 * @returns the bits that count
 */
export async function fixPasswordSeed(site: string, contactId: string, seed: string): Promise<string> {
  const { Attributes } = await dynamo.send(
    new UpdateCommand({
      ...inTable(),
      Key: memberKey(site, contactId),
      UpdateExpression: 'SET passwordSeed = if_not_exists(passwordSeed, :seed)',
      ExpressionAttributeValues: { ':seed': seed },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return Attributes?.passwordSeed;
}

/**
 * Creates the member's account and forgets the seed of its password.
 * @returns false where there is an account already; it stays as it is
 */
export async function createAccount(site: string, contactId: string, account: Account): Promise<boolean> {
  const created = await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: memberKey(site, contactId),
        UpdateExpression: 'SET account = :account REMOVE passwordSeed',
        ConditionExpression: 'attribute_not_exists(account)',
        ExpressionAttributeValues: { ':account': account },
      }),
    ),
  );
  return created !== undefined;
}

/** Adds tags that we applied in the CRM to our copy, which was pulled before. */
export async function addTagsToCopy(site: string, contactId: string, tags: readonly string[]): Promise<void> {
  const member = await readMember(site, contactId);
  const missing = tags.filter((tag) => !member?.tags?.includes(tag));
  if (!member?.tags || missing.length === 0) return;
  await dynamo.send(
    new UpdateCommand({
      ...inTable(),
      Key: memberKey(site, contactId),
      UpdateExpression: 'SET tags = list_append(tags, :missing)',
      ExpressionAttributeValues: { ':missing': missing },
    }),
  );
}
