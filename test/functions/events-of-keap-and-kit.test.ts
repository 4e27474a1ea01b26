import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Config, Site } from '../../functions/platform/config.ts';
import { loadConfig } from '../../lib/config.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { restHook } from '../support/rest-hook.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { readAnswer } from '../support/webhook-answer.ts';

const MOST = 1000; // contacts in one delivery of a Keap REST hook
const HAND_OUT_MS = 60_000; // for a busy machine; Lambda takes a few seconds
const TEST_MS = 90_000;

/** The test sites with other CRMs: what is received is understood by the kind alone. */
async function config(): Promise<Config> {
  const { sites, ...rest } = await loadConfig(resolve(import.meta.dirname, '../support/latchkey.config.ts'));
  const changes: Record<string, object> = {
    academy: { crm: { kind: 'keap' }, genpassOnTags: ['91'] },
    legacy: { crm: { kind: 'keap' }, genpassOnTags: [], legacyFullUpdate: false },
    slow: { crm: { kind: 'kit' }, genpassOnTags: ['12'] },
  };
  const changed = sites.map((site) => ({ ...site, ...changes[site.id] }) as Site);
  return { ...rest, sites: changed.filter(({ id }) => id in changes) };
}

let latchkey: TestLatchkey;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ config: await config(), assembly: undefined, pollers: false });
  table = openTable(latchkey);
}, 120_000);
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const payload = (name: string) =>
  readFileSync(resolve(import.meta.dirname, '../payloads', name)).toString('utf8');

async function post(path: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(latchkey.cloud.url + path, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, answer: await readAnswer(response) };
}

const toKeap = (body: string, site: 'academy' | 'legacy' = 'academy') =>
  post(`/events/keap/${HANDSHAKES[site]}`, body);
const toKit = (query: string, body = payload('kit-tag-add.json')) =>
  post(`/events/kit/${HANDSHAKES.slow}${query}`, body);

test('an edited contact of Keap is flagged', async () => {
  const { answer } = await toKeap(payload('keap-rest-hook-contact-edit.json'));
  expect(answer).toMatchObject({ status: 'flagged', command: 'crm_event' });
  expect(await latchkey.record('academy', '1041', answer.webhook)).toMatchObject({
    parameters: { type: 'contact.edit' },
  });
});

test.each(['keap-rest-hook.json', 'keap-rest-hook-tag-contacts.json'])(
  'a tag that Keap does not name is looked for at the contacts themselves, if the site has a rule: %s',
  async (name) => {
    const withRule = await toKeap(payload(name));
    expect(withRule.answer).toMatchObject({ status: 'queued', command: 'genpass_if_tagged' });
    const without = await toKeap(payload(name), 'legacy');
    expect(without.answer.command).toBe('crm_event');
    for (const [site, { webhook }] of [
      ['academy', withRule.answer],
      ['legacy', without.answer],
    ] as const) {
      const record = await latchkey.record(site, '*', webhook);
      expect(record?.contactIds).toEqual(expect.arrayContaining(['1041', '1042']));
      expect(record?.contactIds).not.toContain('91');
    }
  },
);

test('an event of Keap that is not about contacts is refused, since its ids are none', async () => {
  const body = JSON.stringify({ event_key: 'order.add', object_keys: [{ id: 77 }] });
  const { status, answer } = await toKeap(body);
  expect([status, answer.detail]).toEqual([422, expect.stringContaining('not about contacts')]);
  expect(await latchkey.flag('academy', '77')).toBeUndefined();
});

test("the secret of Keap's first POST is echoed, and nothing is recorded", async () => {
  const before = await table.items();
  const { status, headers, answer } = await post(`/events/keap/${HANDSHAKES.academy}`, '', {
    'x-hook-secret': 'c3f0-hook',
  });
  expect([status, headers.get('x-hook-secret'), answer.status]).toEqual([200, 'c3f0-hook', 'verified']);
  expect(await table.items()).toEqual(before);
});

test(
  'a delivery for 1,000 contacts is one record and one message, and is handed out as a flag for each',
  async () => {
    const { answer } = await toKeap(restHook(5001, MOST));
    expect(answer).toMatchObject({ status: 'queued', command: 'crm_event' });
    expect((await latchkey.record('academy', '*', answer.webhook))?.contactIds).toHaveLength(MOST);

    latchkey.cloud.startPollers(); // until here nothing was delivered
    const state = async () => (await latchkey.record('academy', '*', answer.webhook))?.state;
    await eventually(async () => expect(await state()).toBe('applied'), HAND_OUT_MS);

    const handedOut = (await table.items()).filter(({ id }) => String(id).startsWith(`${answer.webhook}-`));
    expect(handedOut).toHaveLength(MOST);
    expect(new Set(handedOut.map(({ command, state }) => `${command} ${state}`))).toEqual(
      new Set(['crm_event flagged']),
    );
    expect(await latchkey.flag('academy', '5500')).toMatchObject({ requestedVersion: 1 });
    expect(await latchkey.messagesIn('batch-sync')).toBe(0);
  },
  TEST_MS,
);

test.each([
  ['?tag=12', 'aal_genpass', 'queued', {}],
  ['?tag=120', 'crm_event', 'flagged', { tag: '120' }],
  ['', 'crm_event', 'flagged', {}],
])('Kit\'s webhook whose address ends in "%s" starts %s', async (query, command, status, parameters) => {
  const { answer } = await toKit(query);
  expect(answer).toMatchObject({ command, status });
  expect((await latchkey.record('slow', '987654', answer.webhook))?.parameters).toEqual(parameters);
});
