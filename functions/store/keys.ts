import { createHash } from 'node:crypto';

/** One place that makes keys. Everything about a contact lies in one partition. */

const SHARDS = 8; // spreads an index that every flag or job writes to over 8 partitions of 1,000 writes/s each

const FLAG = 'flag';
const MEMBER = 'member';
const MANAGED_CONTACT = 'contact';

export const contactPk = (site: string, contactId: string): string => `${site}#${contactId}`;

/** Webhooks of a contact sort by arrival. */
export const webhookSk = (id: string): string => `webhook#${id}`;

export const flagKey = (site: string, contactId: string) => ({ pk: contactPk(site, contactId), sk: FLAG });
/** Events that are told to the site sort by the time they happened. */
export const siteEventSk = (id: string): string => `event#${id}`;

export const siteEventKey = (event: { site: string; contactId: string; id: string }) => ({
  pk: contactPk(event.site, event.contactId),
  sk: siteEventSk(event.id),
});
export const memberKey = (site: string, contactId: string) => ({
  pk: contactPk(site, contactId),
  sk: MEMBER,
});
export const webhookKey = (webhook: { site: string; contactId: string; id: string }) => ({
  pk: contactPk(webhook.site, webhook.contactId),
  sk: webhookSk(webhook.id),
});

/** What identical webhooks of a contact claim: the first of them has it. */
export const claimKey = (webhook: { site: string; contactId: string; identity: string }) => ({
  pk: contactPk(webhook.site, webhook.contactId),
  sk: `claim#${webhook.identity}`,
});

/** When an event of a contact was handed to its site's plugin last. */
export const relayedEventKey = (site: string, contactId: string) => ({
  pk: contactPk(site, contactId),
  sk: 'relayed-event',
});

/** A contact that is in no CRM: this item is all there is of it. */
export const managedContactKey = (site: string, contactId: string) => ({
  pk: contactPk(site, contactId),
  sk: MANAGED_CONTACT,
});

const ID_DIGITS = 24; // 96 bits of the hash: no two addresses of a site will share them

/**
 * The id of a managed contact that has none but its e-mail address. It follows from the address, so that a
 * sender who knows nothing else always means the same contact; with another address it is another contact.
 */
export const contactIdOfEmail = (email: string): string =>
  `e-${createHash('sha256').update(email.trim().toLowerCase()).digest('hex').slice(0, ID_DIGITS)}`;

const teamPk = (site: string, team: string): string => `team#${site}#${team}`;

/** A team by its own id, which stays when the leadership is transferred. */
export const teamKey = (site: string, team: string) => ({ pk: teamPk(site, team), sk: 'team' });

/** What the sort keys of a team's members begin with; they sort by contact. */
export const PERSON = 'person#';

export const personKey = (site: string, team: string, contactId: string) => ({
  pk: teamPk(site, team),
  sk: `${PERSON}${contactId}`,
});

/** What the sort keys of those who left a team begin with; they sort by when they left. */
export const FORMER = 'former#';

export const formerKey = (site: string, team: string, leftAt: string, contactId: string) => ({
  pk: teamPk(site, team),
  sk: `${FORMER}${leftAt}#${contactId}`,
});

/** What the sort keys of a contact's places in teams begin with. */
export const PLACE = 'place#';

/** A contact's place in a team of a program: it has one at most. */
export const placeKey = (site: string, contactId: string, program: string) => ({
  pk: contactPk(site, contactId),
  sk: `${PLACE}${program}`,
});

/** Whose a subscription or a promotion code of a payment provider is, by the provider's id of it. */
export const paymentLinkKey = (site: string, provider: string, id: string) => ({
  pk: `payment#${site}#${provider}#${id}`,
  sk: 'link',
});

/** The item that holds a CRM account's pace; the account is named by its API's host. */
export const paceKey = (account: string) => ({ pk: `pace#${account}`, sk: 'pace' });

/** The item that all requests to a site's WordPress host pass through. */
export const gateKey = (site: string) => ({ pk: `gate#${site}`, sk: 'gate' });

/** Which CRM account a site's requests count against. */
export const crmAccountKey = (site: string) => ({ pk: `account#${site}`, sk: 'account' });

/** How far a site's CRM was asked for changes. */
export const reconcileKey = (site: string) => ({ pk: `reconcile#${site}`, sk: 'cursor' });

/** A key that no item ever has: see touch-table.ts. */
export const untouchedKey = { pk: 'untouched', sk: 'untouched' };

/** A one-time token, by the hash of it. */
export const tokenKey = (hash: string) => ({ pk: `token#${hash}`, sk: 'token' });

/** Tries to log in that count against one limit, by the hash of what is limited. */
export const attemptsKey = (hash: string) => ({ pk: `attempts#${hash}`, sk: 'attempts' });

/** Index key of the members of a site with an e-mail address, whatever its case. */
export const emailIndexKey = (site: string, email: string): string => `${site}#${email.trim().toLowerCase()}`;

/** Index key of the members of a site. */
export const siteIndexKey = (site: string, contactId: string): string => inShard(`site#${site}`, contactId);

/** Index keys of all members of a site. */
export const allSiteIndexKeys = (site: string): string[] => allShards(`site#${site}`);

/** Index key of the contacts of a site that need a sync. */
export const pendingMembers = (site: string, contactId: string): string =>
  inShard(`members#${site}`, contactId);

/** Index keys of all contacts of a site that need a sync. */
export const allPendingMembers = (site: string): string[] => allShards(`members#${site}`);

/** The contact an item belongs to, from its partition. */
export const contactIdIn = (pk: string, site: string): string => pk.slice(site.length + 1);

/** Index key of the jobs that are not final. */
export const pendingJobs = (webhookId: string): string => inShard('jobs', webhookId);

export const allPendingJobs: readonly string[] = allShards('jobs');

/** Index key of the events that the site has not taken yet. */
export const pendingSiteEvents = (eventId: string): string => inShard('events', eventId);

export const allPendingSiteEvents: readonly string[] = allShards('events');

/** Index key of a site's webhooks. */
export const logKey = (site: string, webhookId: string): string => inShard(`log#${site}`, webhookId);

/** Index key of a site's webhooks of a command. */
export const commandLogKey = (site: string, command: string, webhookId: string): string =>
  inShard(`log#${site}#${command}`, webhookId);

/** Index key of a site's webhooks that ended in a state. */
export const outcomeLogKey = (site: string, state: string, webhookId: string): string =>
  inShard(`log#${site}#${state}`, webhookId);

/** All index keys that a log is spread over: those of a site, and where it is given, of a command or a state. */
export const allLogKeys = (site: string, part?: string): string[] =>
  allShards(part === undefined ? `log#${site}` : `log#${site}#${part}`);

/** An index key, in the shard of whatever has this id. */
function inShard(key: string, id: string): string {
  return `${key}#${shardOf(id)}`;
}

/** An index key in every shard. */
function allShards(key: string): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `${key}#${shard}`);
}

function shardOf(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
  return sum % SHARDS;
}
