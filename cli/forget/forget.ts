import { findTraces, forgetContact, type Traces } from '../../functions/members/forget-contact.ts';
import type { Site } from '../../functions/platform/config.ts';
import { Rejected } from '../../functions/platform/errors.ts';
import type { ContactItem } from '../../functions/store/contact-items.ts';
import { contactIdOfEmail } from '../../functions/store/keys.ts';
import { contactIdsByEmail } from '../../functions/store/members-by-email.ts';
import { loadConfig } from '../../lib/config.ts';
import { UserError } from '../../local/user-error.ts';
import type { Terminal } from '../command.ts';
import { findSite } from '../find-site.ts';
import { whatIsNotFound, whatStays } from './what-stays.ts';

/** What is told to `latchkey forget`, beside where. */
export type ForgetOptions = { site: string; yes?: true; json?: true };

/**
 * Erases a person: tells what there is of a contact, and deletes it where that is wanted.
 * @param who the contact's id, or its e-mail address
 * @throws UserError where it cannot be done now, or the address is that of several contacts
 */
export async function forget(who: string, options: ForgetOptions, { out }: Terminal): Promise<void> {
  const site = findSite(options.site, await loadConfig());
  const traces = await findPerson(site, who);
  const counts = countsOf(traces);
  const isGone = traces.items.length + traces.elsewhere.length === 0;
  if (options.yes) await forgetAll(site, traces);
  if (options.json) {
    out(`${JSON.stringify({ contact: traces.contactId, erased: options.yes === true, items: counts })}\n`);
    return;
  }
  if (isGone) {
    out(`There is nothing of contact ${traces.contactId}.\n${whatIsNotFound(site, who)}`);
    return;
  }
  out(`${options.yes ? 'Erased' : 'There is'} of contact ${traces.contactId}:\n`);
  for (const [what, count] of Object.entries(counts)) out(`  ${count} ${what}\n`);
  out(options.yes ? whatStays(site) : 'Nothing was erased: --yes erases it.\n');
  out(whatIsNotFound(site, who));
}

async function findPerson(site: Site, who: string): Promise<Traces> {
  const byId = await findTraces(site, who);
  if (byId.items.length > 0 || !who.includes('@')) return byId;
  const ids = await contactIdsByEmail(site.id, who);
  if (ids.length > 1)
    throw new UserError(`${ids.length} contacts have this e-mail address. Say which: ${ids.join(', ')}.`);
  // A managed contact may be no member yet, and of a site that relays nobody is one.
  return findTraces(site, ids[0] ?? contactIdOfEmail(who));
}

async function forgetAll(site: Site, traces: Traces): Promise<void> {
  try {
    await forgetContact(site, traces);
  } catch (cause) {
    if (!(cause instanceof Rejected)) throw cause;
    throw new UserError(`Nothing was erased: ${cause.message}.`, { cause });
  }
  const { items } = await findTraces(site, traces.contactId);
  if (items.length > 0)
    throw new UserError(
      `Something of contact ${traces.contactId} has come meanwhile: run the same command again.`,
    );
}

/** What the sort keys of items begin with, in words. */
const KINDS: [string, string][] = [
  ['member', 'member, with its account'],
  ['contact', 'contact that is in no CRM'],
  ['flag', 'flag'],
  ['place#', 'places in teams'],
  ['webhook#', 'webhooks, jobs for a coming date included'],
  ['relayed-event', 'time at which an event went to the plugin'],
  ['claim#', 'claims of webhooks that count once'],
  ['event#', 'events to the site, those that it has not taken included'],
];

function kindOf({ sk, state, queue }: ContactItem): string {
  if (queue === 'deliveries' && state === 'queued') return 'webhooks that wait to be handed to the plugin';
  return (
    KINDS.find(([start]) => sk === start || (start.endsWith('#') && sk.startsWith(start)))?.[1] ?? 'others'
  );
}

function countsOf({ items, elsewhere }: Traces): Record<string, number> {
  const kinds = Object.groupBy(items, kindOf);
  const counts = Object.entries(kinds).map(([kind, some = []]): [string, number] => [kind, some.length]);
  return Object.fromEntries([
    ...counts,
    ...(elsewhere.length > 0
      ? [['payment links and counts of failed logins', elsewhere.length] as const]
      : []),
  ]);
}
