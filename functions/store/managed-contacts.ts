import { type NativeAttributeValue, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Contact, ContactData } from '../crm/crm.ts';
import { dynamo } from '../platform/aws.ts';
import { contactIdIn, managedContactKey, webhookKey } from './keys.ts';
import { inTable, readItems, unlessConditionFails, updateOf, writeTogether } from './table.ts';
import type { WebhookId } from './webhooks.ts';

type Attributes = Record<string, NativeAttributeValue>;

/** A field is an attribute of the item, not an entry of a map: so one can be set though the others are unknown. */
const FIELD = 'field:';

/** Reads managed contacts, up to date; those that nobody ever spoke of are left out. */
export async function readManagedContacts(site: string, ids: readonly string[]): Promise<Contact[]> {
  const items = await readItems([...new Set(ids)].map((id) => managedContactKey(site, id)));
  return items.map((item) => toContact(contactIdIn(item.pk, site), item));
}

function toContact(id: string, item: Attributes): Contact {
  const fields = Object.entries(item)
    .filter(([name]) => name.startsWith(FIELD))
    .map(([name, value]) => [name.slice(FIELD.length), String(value)] as const);
  const { email = '', firstName = '', lastName = '', phone = '', tags = [] } = item;
  return { id, email, firstName, lastName, phone, fields: Object.fromEntries(fields), tags: [...tags] };
}

/** Stores what was said of a contact, which comes into being by it; what was not said stays. */
export async function storeManagedContact(site: string, id: string, data: ContactData): Promise<void> {
  await dynamo.send(new UpdateCommand(changeOf(site, id, data)));
}

/**
 * Stores what a webhook said of its contact and takes it out of the webhook's record, in one step: so it takes
 * effect once, whatever happens to the contact between two attempts at the job. Where an earlier attempt has
 * done it, nothing is done.
 */
export async function storeSentContact(webhook: WebhookId, data: ContactData): Promise<void> {
  await writeTogether([
    { Update: changeOf(webhook.site, webhook.contactId, data) },
    {
      Update: {
        ...inTable(),
        Key: webhookKey(webhook),
        UpdateExpression: 'REMOVE secrets.contact',
        ConditionExpression: 'attribute_exists(secrets.contact)',
      },
    },
  ]);
}

/** Sets fields of a contact. @returns false where there is no such contact */
export async function writeManagedFields(
  site: string,
  id: string,
  fields: Record<string, string>,
): Promise<boolean> {
  return ifKnown(changeOf(site, id, { fields }));
}

/** Adds or takes away tags of a contact, each by itself. @returns false where there is no such contact */
export async function changeManagedTags(
  site: string,
  id: string,
  change: 'ADD' | 'DELETE',
  tags: readonly string[],
): Promise<boolean> {
  return ifKnown({
    ...inTable(),
    Key: managedContactKey(site, id),
    UpdateExpression: `${change} tags :tags`,
    ExpressionAttributeValues: { ':tags': new Set(tags) },
  });
}

/** An update would make an item of a contact that is not there. */
async function ifKnown(update: UpdateCommandInput): Promise<boolean> {
  const ConditionExpression = 'attribute_exists(pk)';
  const done = await unlessConditionFails(dynamo.send(new UpdateCommand({ ...update, ConditionExpression })));
  return done !== undefined;
}

function changeOf(site: string, id: string, { tags, fields = {}, ...properties }: ContactData) {
  const said: Attributes = { ...properties, changedAt: new Date().toISOString() };
  for (const [field, value] of Object.entries(fields)) said[FIELD + field] = value;
  if (tags) said.tags = tags.length > 0 ? new Set(tags) : undefined; // an empty set cannot be stored
  return { ...inTable(), Key: managedContactKey(site, id), ...updateOf(said) };
}
