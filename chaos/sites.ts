import { createHash } from 'node:crypto';
import type { Config, ConfigInput } from '../functions/platform/config.ts';
import { checkConfig } from '../lib/config.ts';

/** Stands in everything that must show in no log, metric, error or message. Long enough that it comes there by no chance. */
export const CANARY = 'canarybird';

/** A site of the storm: what its webhooks need. */
export type StormSite = {
  id: 'academy' | 'guild' | 'managed' | 'relayed';
  handshake: string;
  apiKey: string;
  /** What posts its webhooks, and how events are addressed; none where nothing tells of changes. */
  eventsOf?: 'activecampaign';
  /** How many contacts take part. */
  contacts: number;
  /** Whether its contacts are in a CRM that Latchkey asks. */
  hasCrm: boolean;
  /** Whether everything goes to the site's own plugin. */
  relays: boolean;
  /** Custom fields of the CRM, as it names them. */
  fields: { points: string; mark: string; password: string };
};

const secret = (what: string, site: string): string => `${CANARY}-${what}-${site}-4d7f0a92c6e1`;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

const site = (
  id: StormSite['id'],
  rest: Omit<StormSite, 'id' | 'handshake' | 'apiKey' | 'hasCrm' | 'relays'> & Partial<StormSite>,
): StormSite => ({
  id,
  handshake: secret('handshake', id),
  apiKey: secret('api-key', id),
  hasCrm: true,
  relays: false,
  ...rest,
});

/** One of each kind: two CRMs, no CRM, and a plugin that stays. */
export const SITES: readonly StormSite[] = [
  site('academy', {
    ...{ contacts: 24, eventsOf: 'activecampaign' },
    fields: { points: '3', mark: '5', password: '7' },
  }),
  site('guild', { contacts: 14, fields: { points: '13', mark: '15', password: '17' } }),
  site('managed', {
    ...{ contacts: 12, hasCrm: false },
    fields: { points: 'points', mark: 'mark', password: 'password' },
  }),
  site('relayed', {
    ...{ contacts: 8, hasCrm: false, relays: true },
    fields: { points: '', mark: '', password: '' },
  }),
];

/** Finds a site of the storm. */
export function siteCalled(id: string): StormSite {
  const found = SITES.find((each) => each.id === id);
  if (!found) throw new Error(`the storm has no site ${id}`);
  return found;
}

/** Requests a second that a site's CRM account allows. */
export const LIMITS: Readonly<Record<string, number>> = { academy: 4, guild: 3 };

/** Operations that add points and leave a mark, so that each write in the CRM tells which webhook it came from. */
export const LESSONS = 40;
export const POINTS_OF_A_LESSON = 10;
export const lesson = (index: number): string => `lesson-${index}`;

export const PROGRAM = 'crew';
export const SEATS = 3;

const lessonsOn = ({ points, mark }: StormSite['fields']) =>
  Object.fromEntries(
    Array.from({ length: LESSONS }, (_, index) => [
      lesson(index),
      [
        { do: 'add' as const, field: points, amount: POINTS_OF_A_LESSON },
        { do: 'set' as const, field: mark, value: lesson(index) },
      ],
    ]),
  );

const teamsOf = (tags: { leads: string; belongs: string; left: string; told: string }) => ({
  [PROGRAM]: {
    seats: SEATS,
    leader: { grant: { add: [tags.leads] }, revoke: { add: [tags.left], remove: [tags.leads] } },
    members: {
      grant: { add: [tags.belongs], remove: [tags.left] },
      revoke: { add: [tags.left], remove: [tags.belongs] },
    },
    interactions: { tell: { for: 'everyone' as const, tags: { add: [tags.told] } } },
  },
});

const TAGS_IN_CRM = { leads: '30', belongs: '31', left: '32', told: '33' };

/** Seconds that a batch sync waits: as many minutes would outlast the storm. */
const BATCH_DELAY_SECONDS = 2;

const common = ({ handshake, apiKey }: StormSite) => ({
  handshakes: [hash(handshake)],
  apiKeys: [hash(apiKey)],
  batchDelaySeconds: BATCH_DELAY_SECONDS,
});

function settingsOf(of: StormSite): ConfigInput['sites'][number] {
  const { id, handshakes, ...rest } = { id: of.id, ...common(of) };
  switch (id) {
    case 'academy':
      return {
        ...{ id, handshakes, ...rest, events: true },
        crm: {
          kind: 'activecampaign',
          passwordField: of.fields.password,
          completionTag: '9',
          requestsPerSecond: LIMITS.academy,
        },
        access: { library: { anyOf: ['31', '30', '9'] } },
        operations: lessonsOn(of.fields),
        teams: teamsOf(TAGS_IN_CRM),
      };
    case 'guild':
      return {
        ...{ id, handshakes, ...rest },
        crm: { kind: 'keap', passwordField: of.fields.password, requestsPerSecond: LIMITS.guild },
        operations: lessonsOn(of.fields),
        teams: teamsOf(TAGS_IN_CRM),
      };
    case 'managed':
      return {
        ...{ id, handshakes, ...rest },
        crm: { kind: 'managed', passwordField: of.fields.password, completionTag: 'ready' },
        operations: lessonsOn(of.fields),
        teams: teamsOf({ leads: 'Leads', belongs: 'Belongs', left: 'Left', told: 'Told' }),
      };
    case 'relayed':
      return {
        ...{ id, handshakes },
        crm: { kind: 'activecampaign' },
        target: { relay: { url: 'https://relayed.example.com/', requestsPerSecond: 20, timeoutSeconds: 3 } },
      };
  }
}

/** The config that is deployed for the storm. */
export const stormConfig = (): Config => checkConfig({ sites: SITES.map(settingsOf) }, 'the storm');
