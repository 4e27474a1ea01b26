import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Contact } from '../crm/crm.ts';
import type { Discount, Subscription } from '../payments/provider.ts';
import { dynamo } from '../platform/aws.ts';
import { contactIdIn, emailIndexKey, flagKey, memberKey, siteIndexKey } from './keys.ts';
import { newSiteEventItem, type SiteEvent } from './site-events.ts';
import {
  inTable,
  readItem,
  readItems,
  unlessConditionFails,
  updateOf,
  type Writes,
  writeTogether,
} from './table.ts';

/** What lets a member log in. The password itself is nowhere: only its memory-hard hash. */
export type Account = {
  passwordHash: string;
  /** `generated` here, `adopted` from the CRM's field, or `given` by the webhook. */
  passwordFrom: 'generated' | 'adopted' | 'given';
  /** The webhook, or the request of the site, that created the account. */
  createdBy: string;
  createdAt: string;
};

/** A tag that we added or took away ourselves, and when (ISO time): reads may lag behind that. */
export type OwnTag = { tag: string; added: boolean; at: string };

/** A field that we wrote ourselves, what it held before, and when (ISO time): reads may lag behind that. */
export type OwnField = { field: string; value: string; replaced: string[]; at: string };

/** A subscription as it was last seen at its provider. */
export type KnownSubscription = Pick<Subscription, 'id' | 'state' | 'paidUntil' | 'endsAt'> & {
  provider: string;
  /** When it was read (ISO time): what was read earlier does not replace it. */
  readAt: string;
  /** A payment had failed before it was paused or cancelled. */
  hasFailed?: true;
};

/** A promotion code that was made for a contact: all that was decided of it, since the config may change. */
export type Coupon = {
  code: string;
  discount: Discount;
  /** The custom field that holds it. */
  field: string;
  /** ISO time. */
  expiresAt: string;
  /** The webhook that it was made for. */
  by: string;
  /** The provider's id of it, once it was made there. */
  id?: string;
};

/** Our copy of a contact. */
export type Member = Omit<Contact, 'id'> & {
  site: string;
  contactId: string;
  /** The flag's version that the data was pulled for. */
  version: number;
  /** When the pull began (ISO time): what changed in the CRM before is in the data. */
  pulledAt: string;
  /** When what was pulled was stored. */
  syncedAt: string;
  /** Names of the contents that the site was last told this member may see; for sites that want events. */
  access?: string[];
  /** Tags that we changed lately. */
  ownTags?: OwnTag[];
  /** Fields that we wrote lately. */
  ownFields?: OwnField[];
  /** Subscriptions by the name of the site's product. */
  subscriptions?: Record<string, KnownSubscription>;
  /** The payment providers' ids of this contact as their customer, by provider. */
  customers?: Record<string, string>;
  /** Codes that may still be used, by the name of the site's promotion. */
  coupons?: Record<string, Coupon>;
  account?: Account;
  /** Tags that an import has yet to add in the CRM, now that there is an account. */
  tagsDue?: string[];
  /** Random bits that the password of an account in the making is derived from. */
  passwordSeed?: string;
  /** Since when the CRM has no such contact. */
  goneAt?: string;
  /** The webhook that asked for the last password-reset mail. */
  resetRequestedBy?: string;
  /** The contact that took this one's account over, after the CRM merged the two. */
  mergedInto?: string;
  /** Counts the changes of the data, so that none is based on what another has changed meanwhile. */
  revision: number;
};

/** What a member's item may hold: a member in the making has a seed or an account before its data. */
export type MemberItem = Partial<Member>;

/** Reads a member, up to date; undefined for a contact that was never pulled and has no account. */
export async function readMember(site: string, contactId: string): Promise<MemberItem | undefined> {
  return readItem<MemberItem>(memberKey(site, contactId));
}

/** Reads members, up to date, by contact; those that are none are left out. */
export async function readMembers(
  site: string,
  contactIds: readonly string[],
): Promise<Map<string, MemberItem>> {
  const items = await readItems(contactIds.map((id) => memberKey(site, id)));
  return new Map(items.map((item) => [contactIdIn(item.pk, site), item as MemberItem]));
}

/** Whatever an item's attribute `attribute` is to become; undefined takes it away. */
export type MemberChanges = { [Name in keyof Member]?: Member[Name] | undefined };

/**
 * Changes a member, and records the events that tell of it and whatever else belongs to it, together.
 * @param was the member as it was read; undefined where it had no item
 * @param also further writes of the same transaction
 * @returns false where it was changed by others since; then nothing is written
 */
export async function changeMemberItem(
  site: string,
  contactId: string,
  was: MemberItem | undefined,
  changes: MemberChanges,
  events: readonly SiteEvent[],
  also: Writes = [],
): Promise<boolean> {
  const { email } = changes;
  const { ExpressionAttributeNames, ExpressionAttributeValues, UpdateExpression } = updateOf({
    ...changes,
    ...(email !== undefined && { emailKey: email === '' ? undefined : emailIndexKey(site, email) }),
    siteKey: siteIndexKey(site, contactId), // the same each time, so that only the first write costs the index one
    revision: (was?.revision ?? 0) + 1,
  });
  const update = {
    ...inTable(),
    Key: memberKey(site, contactId),
    UpdateExpression,
    ConditionExpression: was?.revision === undefined ? 'attribute_not_exists(#revision)' : '#revision = :was',
    ExpressionAttributeNames: { ...ExpressionAttributeNames, '#revision': 'revision' },
    ExpressionAttributeValues: {
      ...ExpressionAttributeValues,
      ...(was?.revision !== undefined && { ':was': was.revision }),
    },
  };
  return events.length + also.length === 0
    ? (await unlessConditionFails(dynamo.send(new UpdateCommand(update)))) !== undefined
    : writeTogether([{ Update: update }, ...events.map(putEvent), ...also]);
}

const putEvent = (event: SiteEvent) => ({ Put: { ...inTable(), Item: newSiteEventItem(event) } });

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
 * Creates the member's account, forgets the seed of its password and records the events that tell of it.
 * @param tagsDue tags that have yet to be added in the CRM
 * @returns false where there is an account already; it stays as it is
 */
export async function createAccount(
  site: string,
  contactId: string,
  account: Account,
  events: readonly SiteEvent[],
  tagsDue: readonly string[] = [],
): Promise<boolean> {
  return writeTogether([
    { Update: accountUpdate(site, contactId, account, tagsDue) },
    ...events.map(putEvent),
  ]);
}

/**
 * Moves an account to the contact that the CRM merged its own into.
 * @returns false where it is not there any more, or the other contact has one by now
 */
export async function moveAccount(
  site: string,
  from: string,
  to: string,
  account: Account,
): Promise<boolean> {
  return writeTogether([
    {
      Update: {
        ...inTable(),
        Key: memberKey(site, from),
        UpdateExpression: 'SET mergedInto = :to REMOVE account',
        ConditionExpression: 'account.createdBy = :by AND account.createdAt = :at',
        ExpressionAttributeValues: { ':to': to, ':by': account.createdBy, ':at': account.createdAt },
      },
    },
    { Update: accountUpdate(site, to, account) },
  ]);
}

const accountUpdate = (
  site: string,
  contactId: string,
  account: Account,
  tagsDue: readonly string[] = [],
) => ({
  ...inTable(),
  Key: memberKey(site, contactId),
  UpdateExpression: `SET account = :account${tagsDue.length > 0 ? ', tagsDue = :tags' : ''}
    REMOVE passwordSeed, mergedInto`,
  ConditionExpression: 'attribute_not_exists(account)',
  ExpressionAttributeValues: { ':account': account, ...(tagsDue.length > 0 && { ':tags': tagsDue }) },
});

/** Reads a contact's flag and member in one request, up to date. */
export async function readFlagAndMember(site: string, contactId: string) {
  const { sk: flagSk } = flagKey(site, contactId);
  const items = await readItems([flagKey(site, contactId), memberKey(site, contactId)]);
  return {
    flagItem: items.find(({ sk }) => sk === flagSk),
    member: items.find(({ sk }) => sk !== flagSk) as MemberItem | undefined,
  };
}
