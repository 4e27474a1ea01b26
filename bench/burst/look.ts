import type { Flag } from '../../functions/store/flags.ts';
import { contactPk, flagKey, memberKey, teamKey, webhookSk } from '../../functions/store/keys.ts';
import type { Member } from '../../functions/store/members.ts';
import type { Team } from '../../functions/store/teams.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { itemsOf } from '../../local/items-of.ts';
import type { Product } from '../../local/product.ts';
import { SITES } from './sites.ts';

/** What became of a contact, in the table and in its CRM. */
export type FoundContact = {
  flag?: Partial<Flag>;
  member?: Pick<Member, 'account'>;
  /** Seats of each team that it leads. */
  teams: number[];
  /** Points that its CRM has, and whether the password field there is filled. */
  points: number;
  hasPassword: boolean;
};

/** What is there when everything has been worked off. */
export type Found = {
  records: ReadonlyMap<string, Pick<WebhookRecord, 'state' | 'reason'> & { contact: string }>;
  /** By the contact's partition key. */
  contacts: ReadonlyMap<string, FoundContact>;
};

const [FLAG, MEMBER, TEAM] = [flagKey('', ''), memberKey('', ''), teamKey('', '')].map(({ sk }) => sk);

/** Looks at every record, and at every contact of the burst's sites. */
export async function lookAtAll(product: Product): Promise<Found> {
  const records = new Map<string, Pick<WebhookRecord, 'state' | 'reason'> & { contact: string }>();
  const contacts = contactsInCrms(product);
  for await (const item of itemsOf(product.cloud)) {
    const { pk, sk } = item;
    if (sk.startsWith(webhookSk(''))) {
      const { id, state, reason } = item as unknown as WebhookRecord;
      records.set(id, { state, contact: pk, ...(reason !== undefined && { reason }) });
    }
    const contact = contacts.get(pk);
    if (contact && sk === FLAG) contact.flag = item as Partial<Flag>;
    if (contact && sk === MEMBER) contact.member = item as unknown as Member;
    if (sk === TEAM) {
      const { leader, seats } = item as unknown as Team;
      const [, site = ''] = pk.split('#'); // the key is all that names it
      contacts.get(contactPk(site, leader))?.teams.push(seats);
    }
  }
  return { records, contacts };
}

/** The contacts as their CRMs have them now. */
export function contactsInCrms({ simulators }: Pick<Product, 'simulators'>): Map<string, FoundContact> {
  const contacts = new Map<string, FoundContact>();
  for (const { id: site, points, password } of SITES) {
    for (const { id, fields } of simulators.get(site)?.contacts.all() ?? []) {
      contacts.set(contactPk(site, id), {
        teams: [],
        points: Number(fields[points] ?? 0),
        hasPassword: (fields[password] ?? '') !== '',
      });
    }
  }
  return contacts;
}
