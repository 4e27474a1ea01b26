import { senders } from '../../cli/send/senders.ts';
import type { Outgoing } from '../support/post.ts';
import { type BurstSite, OPERATIONS, PROGRAM, SITES } from './sites.ts';

/** What webhooks of a burst ask for. The first two do no more than mark their contact. */
const KINDS = ['update', 'event', 'batch', 'operation', 'genpass', 'team', 'seats'] as const;
export type Kind = (typeof KINDS)[number];

export const isLight = (kind: Kind): boolean => kind === 'update' || kind === 'event';

/** A webhook of a burst. */
export type BurstWebhook = Outgoing & {
  kind: Kind;
  site: string;
  contactId: string;
  /** The operation, of those that ask for one. */
  operation?: string;
};

/** In a thousand webhooks of a site where most automations end in aal_updateuser. */
const SHARES: Readonly<Record<Kind, number>> = {
  update: 640,
  event: 100,
  batch: 150,
  operation: 60,
  genpass: 20,
  team: 15,
  seats: 15,
};

/** Seats that `aal_updateteam` adds. */
export const MORE_SEATS = 2;

/** CRMs deliver at least once: of what would add, one in so many comes twice; genpass always does. */
const REPEATED_ONE_IN = 5;
/** How many others come between a webhook and its repeat. */
const REPEATED_AFTER = 100;
/** How many come between a team and the change of its seats, which has nothing to change before. */
const SEATS_AFTER = 2_000;

/**
 * Makes webhooks of all kinds, for contacts of all sites, as their CRMs' automations and events post them. The same ones
 * in every run. Those of one contact with one operation come once, or are repeats of each other byte by byte.
 * @param contacts by the site's id
 */
export function makeBurst(count: number, contacts: ReadonlyMap<string, readonly string[]>): BurstWebhook[] {
  const webhooks: BurstWebhook[] = [];
  const repeats = new Map<number, BurstWebhook>();
  const teams: Team[] = [];
  const made: Partial<Record<Kind, number>> = {};
  for (let n = 0; webhooks.length < count; n++) {
    const repeat = repeats.get(n);
    if (repeat) webhooks.push(repeat);
    const kind = kindOf((n * 7919) % 1000); // spread as chance would
    const number = made[kind] ?? 0;
    const about = kind === 'seats' ? teamOfAge(teams, n) : whose(kind, number, contacts);
    if (!about) continue;
    made[kind] = number + 1;
    const webhook = write(kind, about);
    webhooks.push(webhook);
    if (kind === 'team') teams.push({ ...about, at: n });
    if (isRepeated(kind, number)) repeats.set(n + REPEATED_AFTER, webhook);
  }
  return webhooks.slice(0, count);
}

type Team = Whose & { at: number };

/** The oldest team, where it is old enough to have more seats; each gets them once. */
function teamOfAge(teams: Team[], n: number): Whose | undefined {
  const [oldest] = teams;
  return oldest && oldest.at + SEATS_AFTER <= n ? teams.shift() : undefined;
}

function kindOf(perMille: number): Kind {
  let sum = 0;
  for (const kind of KINDS) {
    sum += SHARES[kind];
    if (perMille < sum) return kind;
  }
  return 'update';
}

const isRepeated = (kind: Kind, number: number): boolean =>
  kind === 'genpass' || ((kind === 'operation' || kind === 'seats') && number % REPEATED_ONE_IN === 0);

type Whose = { site: BurstSite; contactId: string; operation?: string };

/** The n-th of a kind: sites take turns; so do a contact's operations, so that each comes once. */
function whose(kind: Kind, n: number, contacts: ReadonlyMap<string, readonly string[]>): Whose {
  const withEvents = SITES.filter(({ eventSender }) => eventSender !== undefined);
  const sites = kind === 'event' ? withEvents : SITES;
  const site = sites[n % sites.length] as BurstSite;
  const round = Math.floor(n / sites.length);
  const ids = contacts.get(site.id) ?? [];
  if (kind !== 'operation') return { site, contactId: ids[round % ids.length] ?? '' };
  const names = Object.keys(OPERATIONS);
  const index = Math.floor(round / names.length);
  if (index >= ids.length) throw new Error(`${ids.length} contacts are too few for so many operations`);
  return { site, contactId: ids[index] ?? '', operation: names[round % names.length] ?? '' };
}

const COMMANDS: Readonly<Record<Exclude<Kind, 'event'>, string>> = {
  update: 'aal_updateuser',
  batch: 'aal_batchsync',
  operation: 'aal_fieldop',
  genpass: 'aal_genpass',
  team: 'aal_initiateteam',
  seats: 'aal_updateteam',
};

function write(kind: Kind, { site, contactId, operation }: Whose): BurstWebhook {
  const { handshake, crm, sender, eventSender } = site;
  const name = kind === 'event' ? (eventSender ?? sender) : sender;
  const body = senders[name]?.bodyOf(contactId);
  if (!body) throw new Error(`nobody posts as ${name}`);
  const query = new URLSearchParams({
    ...(kind !== 'event' && { [COMMANDS[kind]]: handshake }),
    ...(operation !== undefined && { operationId: operation }),
    ...((kind === 'team' || kind === 'seats') && { teamId: PROGRAM }),
    ...(kind === 'seats' && { change: String(MORE_SEATS) }),
  });
  return {
    ...{ kind, site: site.id, contactId, contentType: body.contentType, body: body.text },
    path: kind === 'event' ? `/events/${crm}/${handshake}` : `/?${query}`,
    ...(operation !== undefined && { operation }),
  };
}
