import { EventEmitter } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Site } from '../../../functions/platform/config.ts';
import { loadConfig } from '../../../lib/config.ts';
import { demoCrmOf } from '../../../local/demo/crms.ts';
import { lookAtMembers } from '../../../local/demo/look-at-members.ts';
import { report, wentWell } from '../../../local/demo/report.ts';
import { Screen } from '../../../local/demo/screen.ts';
import { type Outcome, playTimedRelease, RELEASE_TAG } from '../../../local/demo/timed-release.ts';
import { type Product, startProduct } from '../../../local/product.ts';
import { HANDSHAKES } from '../../support/latchkey.config.ts';

const CONTACTS = 120; // more than one bulk request takes, and more than a simulator has from the start
const crm = demoCrmOf('activecampaign');
const log = new EventEmitter<Record<string, [line: string]>>();
let written = '';
let product: Product;
let site: Site;
let outcome: Outcome;

beforeAll(async () => {
  const config = await loadConfig(resolve(import.meta.dirname, '../../support/latchkey.config.ts'));
  site = config.sites.find(({ id }) => id === 'academy') as Site;
  product = await startProduct({
    config,
    assembly: process.env.TEST_ASSEMBLY ?? '',
    schedules: false,
    batchWindowSeconds: 0.2,
    onLog: (functionName, line) => log.emit(functionName, line),
  });
  const screen = new Screen({
    write: (text) => {
      written += text;
    },
  });
  outcome = await playTimedRelease(
    { product, log, site, crm, handshake: HANDSHAKES.academy, contacts: CONTACTS },
    screen,
  );
}, 60_000);

afterAll(() => product?.stop());

const look = () => lookAtMembers(product, { site, crm }, outcome.webhooks.contactIds, RELEASE_TAG);

test('a release ends with every webhook answered and every member as the CRM has it', () => {
  expect(outcome.webhooks).toMatchObject({ posted: CONTACTS, answered: CONTACTS, failed: 0 });
  expect(outcome.members).toEqual({ waiting: 0, synced: CONTACTS, tagged: CONTACTS });
  expect(wentWell(outcome)).toBe(true);
});

test('the CRM requests are those that its simulator counted, far fewer than contacts', () => {
  expect(outcome.crmRequests.total).toBe(product.simulators.get('academy')?.requests.total);
  expect(outcome.crmRequests.total).toBeLessThan(CONTACTS / 5);
});

test('the progress is shown up to the last member', () => {
  expect(written).toContain(`Webhooks answered: ${CONTACTS} of ${CONTACTS}, failed 0`);
  expect(written).toContain(`Members synced: ${CONTACTS} of ${CONTACTS}`);
});

test('a member that differs from the CRM is not counted as synced', async () => {
  const account = product.simulators.get('academy')?.contacts;
  const [first = '', second = ''] = outcome.webhooks.contactIds;
  account?.edit(first, { firstName: 'Somebody' });
  account?.addTag(second, 'Newcomer');
  expect(await look()).toEqual({ waiting: 0, synced: CONTACTS - 2, tagged: CONTACTS });
});

test.each<[string, Partial<Outcome>]>([
  ['a webhook failed', { webhooks: { ...({} as Outcome['webhooks']), failed: 1 } }],
  ['a member is missing', { members: { waiting: 0, synced: CONTACTS - 1, tagged: CONTACTS } }],
  ['a tag is missing', { members: { waiting: 0, synced: CONTACTS, tagged: CONTACTS - 1 } }],
  ['a webhook is not final', { members: { waiting: 1, synced: CONTACTS, tagged: CONTACTS } }],
])('it did not go well when %s, and the table says so', (_, { webhooks, members }) => {
  const worse: Outcome = {
    ...outcome,
    webhooks: { ...outcome.webhooks, ...webhooks },
    members: members ?? outcome.members,
  };
  expect(wentWell(worse)).toBe(false);
  expect(report(worse, crm)).toContain('Not everything went well');
});

test('the table shows the counts and times as they were measured', () => {
  const table = report(outcome, crm);
  expect(table).toMatch(new RegExp(`webhooks answered +${CONTACTS} +of ${CONTACTS}`));
  expect(table).toMatch(/failures ActiveCampaign saw +0$/m);
  expect(table).toMatch(new RegExp(`slowest answer +${Math.round(outcome.webhooks.slowestMs)} `));
  expect(table).toContain('ActiveCampaign hangs up after 5000 ms');
  expect(table).toContain('Nothing failed, and every member is up to date.');
});

test('a window that no vendor documents is not made up', () => {
  const table = report(outcome, demoCrmOf('kit'));
  expect(table).toContain('Kit does not say how long it waits');
  expect(table).not.toMatch(/hangs up|ActiveCampaign/);
});
