import type { Random } from '../random.ts';
import { CANARY, lesson, PROGRAM, type StormSite } from '../sites.ts';
import { type PlannedContact, pickContact } from './contacts.ts';
import type { Draft } from './webhook.ts';

/** A site and those of its contacts that webhooks are about. */
export type Cast = { site: StormSite; contacts: readonly PlannedContact[] };

type Kind = (random: Random, cast: Cast) => Draft;

/** A webhook that should be taken, of any kind that the site has. */
export function goodWebhook(random: Random, cast: Cast): Draft {
  const kinds = cast.site.relays ? RELAYED : cast.site.hasCrm ? IN_CRM : MANAGED;
  return random.weighted(kinds)(random, cast);
}

/** The webhooks by which teams come to be, at the very beginning. */
export const teamsBegin = ({ site, contacts }: Cast): Draft[] =>
  site.relays ? [] : contacts.filter(({ leads }) => leads).map((leader) => beginning(site, leader));

const beginning = (site: StormSite, leader: PlannedContact): Draft =>
  webhook(site, leader, 'aal_initiateteam', { says: PROGRAM }, { teamId: PROGRAM });

function webhook(
  site: StormSite,
  contact: Pick<PlannedContact, 'id'>,
  command: string,
  about: Pick<Draft, 'says' | 'tellsOfEdit' | 'retries'>,
  fields: Record<string, string> = {},
): Draft {
  const named: Record<string, string> = site.hasCrm
    ? { 'contact[id]': contact.id, 'contact[email]': emailOf(site, contact.id) }
    : { contactId: contact.id };
  const body = new URLSearchParams({ ...named, ...fields }).toString();
  const path = `/?${command}=${site.handshake}`;
  return { site: site.id, contact: contact.id, command, method: 'POST', path, body, ...about };
}

/** The address of a contact, which nobody may find in a log. */
export const emailOf = (site: Pick<StormSite, 'id'>, contact: string): string =>
  `${CANARY}.person.${site.id}.${contact}@example.com`;

/** Somebody edits the contact in the CRM, and an automation tells of it. */
const update: Kind = (random, { site, contacts }) => {
  const contact = pickContact(random, contacts);
  return updateOf(site, contact, random.chance(0.7) && site.hasCrm);
};

/** An automation tells of a contact. @param tellsOfEdit whether somebody edits it in the CRM right before */
export const updateOf = (site: StormSite, contact: Pick<PlannedContact, 'id'>, tellsOfEdit: boolean): Draft =>
  webhook(site, contact, 'aal_updateuser', { tellsOfEdit });

const release: Kind = (random, { site, contacts }) => {
  const contact = pickContact(random, contacts);
  return webhook(site, contact, 'aal_batchsync', { tellsOfEdit: random.chance(0.5) });
};

const event: Kind = (random, cast) => {
  const { site } = cast;
  const draft = update(random, cast);
  const body = new URLSearchParams(draft.body);
  body.set('type', 'update');
  body.set('initiated_from', 'admin');
  return {
    ...draft,
    command: 'crm_event',
    path: `/events/${site.eventsOf}/${site.handshake}`,
    body: body.toString(),
  };
};

const lessonDone: Kind = (random, cast) => {
  const contact = pickContact(random, cast.contacts);
  return contact.hasLessonsLeft ? nextLesson(cast, contact) : update(random, cast);
};

function nextLesson({ site }: Cast, contact: PlannedContact): Draft {
  const says = lesson(contact.lessons++);
  return webhook(site, contact, 'aal_fieldop', { says }, { operationId: says });
}

/** All contacts have something done to them at once: more than their CRM takes in some seconds. */
export const campaign = (cast: Cast): Draft[] =>
  cast.contacts.filter(({ hasLessonsLeft }) => hasLessonsLeft).map((contact) => nextLesson(cast, contact));

const generate: Kind = (random, { site, contacts }) =>
  webhook(site, pickContact(random, contacts), 'aal_genpass', {});

const generateGiven: Kind = (random, { site, contacts }) => {
  const contact = pickContact(random, contacts);
  const password = `${CANARY}-given-${random.int(1, 99)}-${contact.id}`;
  return webhook(site, contact, 'mbr_genpass', { says: 'with a password' }, { default_pass: password });
};

const leaderOf = ({ contacts }: Cast, random: Random) => random.pick(contacts.filter(({ leads }) => leads));
const otherOf = ({ contacts }: Cast, random: Random) => random.pick(contacts.filter(({ leads }) => !leads));

const join: Kind = (random, cast) => {
  const leaderId = leaderOf(cast, random).id;
  return joining(cast, otherOf(cast, random), leaderId);
};

const joining = ({ site }: Cast, contact: PlannedContact, leaderId: string): Draft =>
  webhook(site, contact, 'team_join', { says: `the team of ${leaderId}` }, { teamId: PROGRAM, leaderId });

const leaving = ({ site }: Cast, contact: PlannedContact): Draft =>
  webhook(site, contact, 'aal_removeteam', { says: PROGRAM }, { teamId: PROGRAM });

const WHO_RUSH = 6;

/** Many are given a seat of one team by the site at the same moment, more than it has. */
export type Rush = { site: StormSite['id']; leader: string; who: string[] };

/** Plans a rush. `leave`: those who take part have left the teams that they were in, and can join. */
export function planRush(random: Random, cast: Cast): { leave: Draft[]; rush: Rush } {
  const others = cast.contacts.filter(({ leads }) => !leads);
  const first = random.int(0, others.length - WHO_RUSH);
  const who = others.slice(first, first + WHO_RUSH);
  return {
    leave: who.map((other) => leaving(cast, other)),
    rush: { site: cast.site.id, leader: leaderOf(cast, random).id, who: who.map(({ id }) => id) },
  };
}

const leave: Kind = (random, cast) => leaving(cast, otherOf(cast, random));

const seats: Kind = (random, cast) => {
  const change = String(random.pick([1, 1, 2, -1]));
  // Two that are meant differ in something; the same once more, byte by byte, is a repeat.
  const ref = String(random.int(1, 1_000_000));
  const fields = { teamId: PROGRAM, change, ref };
  return webhook(cast.site, leaderOf(cast, random), 'aal_updateteam', { says: change }, fields);
};

const tell: Kind = (random, cast) => {
  const fields = { teamId: PROGRAM, opId: 'tell', ref: String(random.int(1, 1_000_000)) };
  return webhook(cast.site, leaderOf(cast, random), 'aal_teamops', { says: 'tell' }, fields);
};

/** The last of the leaders gives up a team now and then, and begins another one. */
const lastLeader = ({ contacts }: Cast) => contacts.findLast(({ leads }) => leads) as PlannedContact;
const disband: Kind = (_, cast) =>
  webhook(cast.site, lastLeader(cast), 'aal_deleteteam', { says: PROGRAM }, { teamId: PROGRAM });
const beginAnew: Kind = (_, cast) => beginning(cast.site, lastLeader(cast));

const nobody: Kind = (random, { site }) => {
  const contact = { id: String(990_000 + random.int(1, 99)) };
  return webhook(site, contact, random.pick(['aal_genpass', 'aal_updateuser', 'aal_batchsync']), {
    says: 'for a contact that the CRM does not have',
  });
};

/** A generic sender brings what it knows of a contact, and never sends it twice. */
const brings =
  (command: string): Kind =>
  (random, { site, contacts }) =>
    bringing(site, pickContact(random, contacts), command);

function bringing(site: StormSite, contact: PlannedContact, command: string): Draft {
  const version = ++contact.version;
  const fields = { first_name: `v${version}`, email: emailOf(site, contact.id) };
  return webhook(site, contact, command, { says: `v${version}`, retries: 0 }, fields);
}

/** The sender tells of all of its contacts: until then there are none. */
export const introduce = ({ site, contacts }: Cast): Draft[] =>
  contacts.map((contact) => bringing(site, contact, 'aal_updateuser'));

/** What a plugin gets; `seq` is added with the webhook's number. */
const relayed =
  (command: string, fields: Record<string, string> = {}): Kind =>
  (random, { site, contacts }) => {
    const { id } = pickContact(random, contacts);
    const about = { 'contact[id]': id, 'contact[email]': emailOf(site, id), ...fields };
    return webhook(site, { id }, command, { retries: 0 }, about);
  };

const IN_CRM: readonly (readonly [number, Kind])[] = [
  [26, update],
  [12, release],
  [24, lessonDone],
  [10, generate],
  [4, generateGiven],
  [8, join],
  [3, leave],
  [6, seats],
  [2, tell],
  [1, disband],
  [2, beginAnew],
  [3, nobody],
  [3, (random, cast) => (cast.site.eventsOf ? event : update)(random, cast)],
];

const MANAGED: readonly (readonly [number, Kind])[] = [
  [20, brings('aal_updateuser')],
  [10, brings('aal_genpass')],
  [30, lessonDone],
  [8, join],
  [3, leave],
  [6, seats],
  [1, disband],
  [2, beginAnew],
];

const RELAYED: readonly (readonly [number, Kind])[] = [
  [20, relayed('aal_updateuser')],
  [25, relayed('aal_fieldop', { operationId: 'points' })],
  [15, relayed('aal_genpass')],
  [5, relayed('mbr_genpass', { default_pass: `${CANARY}-given-to-the-plugin` })],
];
