import { createHash } from 'node:crypto';
import type { Config } from '../../functions/platform/config.ts';
import { checkConfig } from '../../lib/config.ts';
import type { SimulatedKind } from '../../local/crm-simulators/start-simulator.ts';

/** A site of the burst, with a CRM of its own. */
export type BurstSite = {
  id: string;
  handshake: string;
  crm: SimulatedKind;
  /** Custom fields of the simulated account: one that operations add to, and the password's. */
  points: string;
  password: string;
  /** Who posts its webhooks, and who its CRM's events, by the names of `latchkey send`; not every CRM has such events. */
  sender: string;
  eventSender?: string;
};

const siteOf = (crm: SimulatedKind, more: Omit<BurstSite, 'id' | 'handshake' | 'crm'>): BurstSite => ({
  ...{ id: `site-${crm}`, handshake: `benchmark-${crm}-0123456789abcdef`, crm },
  ...more,
});

/** One of each CRM. */
export const SITES: readonly BurstSite[] = [
  siteOf('activecampaign', {
    ...{ points: '3', password: '7' },
    ...{ sender: 'activecampaign', eventSender: 'activecampaign-event' },
  }),
  siteOf('keap', { points: '13', password: '17', sender: 'keap', eventSender: 'keap-rest-hook' }),
  siteOf('ontraport', { points: 'f1555', password: 'f1557', sender: 'ontraport' }),
  siteOf('kit', { points: 'points', password: 'password', sender: 'kit', eventSender: 'kit' }),
];

/** What the operations add to a contact's points. */
export const OPERATIONS: Readonly<Record<string, number>> = { lesson: 10, quiz: 3 };

/** The team program, and the seats that a new team has. */
export const PROGRAM = 'crew';
export const SEATS = 3;

/**
 * The most that a config allows: what comes after the answers is to last minutes, not the hours that real accounts'
 * limits make of it.
 */
const REQUESTS_PER_SECOND = 100;
const BATCH_DELAY_SECONDS = 5;

/** The config of the burst's sites. */
export function burstConfig(): Config {
  const role = (tag: string) => ({ grant: { add: [tag] }, revoke: { remove: [tag] } });
  const sites = SITES.map(({ id, handshake, crm: kind, points, password }) => ({
    id,
    handshakes: [createHash('sha256').update(handshake).digest('hex')],
    crm: { kind, passwordField: password, requestsPerSecond: REQUESTS_PER_SECOND },
    batchDelaySeconds: BATCH_DELAY_SECONDS,
    operations: Object.fromEntries(
      Object.entries(OPERATIONS).map(([name, amount]) => [name, [{ do: 'add', field: points, amount }]]),
    ),
    teams: { [PROGRAM]: { seats: SEATS, leader: role('30'), members: role('31') } },
  }));
  return checkConfig({ sites }, 'the benchmark');
}
