import { isDeepStrictEqual } from 'node:util';
import type { Site } from '../../functions/platform/config.ts';
import type { Flag } from '../../functions/store/flags.ts';
import { contactPk, flagKey, memberKey, webhookSk } from '../../functions/store/keys.ts';
import type { Member } from '../../functions/store/members.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { ContactView } from '../crm-simulators/account/contacts-access.ts';
import { itemsOf } from '../items-of.ts';
import type { Product } from '../product.ts';
import type { DemoCrm } from './crms.ts';

/** What the table holds about some contacts, held against their CRM one by one. */
export type Look = {
  /** Webhooks that are not final yet. */
  waiting: number;
  /** Members whose flag is down and whose tags, fields and names are the CRM's. */
  synced: number;
  /** Members whose tags include the one that was asked about. */
  tagged: number;
};

// The sort keys are the same for every contact.
const { sk: FLAG_SK } = flagKey('', '');
const { sk: MEMBER_SK } = memberKey('', '');

type Partition = { flag?: Flag; member?: Member; webhooks: WebhookRecord[] };

/**
 * Looks at the members in the table itself and compares each with its contact in the CRM.
 * @param tag name of the tag that they should have
 */
export async function lookAtMembers(
  { cloud, simulators }: Pick<Product, 'cloud' | 'simulators'>,
  { site, crm }: { site: Site; crm: DemoCrm },
  contactIds: readonly string[],
  tag: string,
): Promise<Look> {
  const account = simulators.get(site.id)?.contacts;
  const partitions = await readPartitions(cloud);
  const look: Look = { waiting: 0, synced: 0, tagged: 0 };
  for (const id of contactIds) {
    const { flag, member, webhooks } = partitions.get(contactPk(site.id, id)) ?? { webhooks: [] };
    const contact = account?.get(id);
    look.waiting += webhooks.filter(({ state }) => state === 'queued').length;
    if (!contact || !member) continue;
    const isDown = flag !== undefined && flag.syncedVersion === flag.requestedVersion;
    if (isDown && isSame(member, contact, site, crm)) look.synced += 1;
    const tagId = contact.tagIds[contact.tags.indexOf(tag)];
    if (tagId !== undefined && member.tags.includes(tagId)) look.tagged += 1;
  }
  return look;
}

/**
 * Whether our copy is the contact. The password field is left out: a copy never holds it. So is what is empty,
 * which one CRM names and another does not.
 */
function isSame(
  member: Member,
  contact: ContactView,
  { crm: { passwordField } }: Site,
  { lacks }: DemoCrm,
): boolean {
  const comparable = ({ email, firstName, lastName, phone, fields }: Member | ContactView) => {
    const filled = Object.entries(fields).filter(([field, value]) => field !== passwordField && value !== '');
    return { email, firstName, lastName, phone, fields: Object.fromEntries(filled) };
  };
  const missing = Object.fromEntries(lacks.map((name) => [name, '']));
  return (
    isDeepStrictEqual(comparable(member), comparable({ ...contact, ...missing })) &&
    isDeepStrictEqual(member.tags.toSorted(), contact.tagIds.toSorted())
  );
}

/** The whole table: it is a demo's own, and small. */
async function readPartitions(cloud: Product['cloud']): Promise<Map<string, Partition>> {
  const partitions = new Map<string, Partition>();
  for await (const item of itemsOf(cloud)) {
    const partition: Partition = partitions.get(item.pk) ?? { webhooks: [] };
    partitions.set(item.pk, partition);
    if (item.sk === FLAG_SK) partition.flag = item as unknown as Flag;
    else if (item.sk === MEMBER_SK) partition.member = item as unknown as Member;
    else if (item.sk.startsWith(webhookSk(''))) partition.webhooks.push(item as unknown as WebhookRecord);
  }
  return partitions;
}
