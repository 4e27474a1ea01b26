import { beforeEach, expect, test } from '@jest/globals';
import { sha256Of } from '../../../cli/secrets.ts';
import { SteadyPace } from '../../../cli/steady-pace.ts';
import { OwnWebhooks } from '../../../cli/webhooks/own-webhooks.ts';
import type { Hook, HookApi } from '../../../functions/crm/hooks.ts';
import { checkConfig } from '../../../lib/config.ts';

const HANDSHAKES = { mine: 'handshake-of-mine', old: 'old-handshake-of-mine', other: 'handshake-of-other' };
const { sites } = checkConfig(
  {
    sites: [
      { id: 'mine', handshakes: [sha256Of(HANDSHAKES.mine), sha256Of(HANDSHAKES.old)], crm: { kind: 'kit' } },
      { id: 'other', handshakes: [sha256Of(HANDSHAKES.other)], crm: { kind: 'kit' } },
    ],
  },
  'test',
);
const BASE = 'https://hooks.example.com';
const urlOf = (handshake: string): string => `${BASE}/events/kit/${handshake}`;

/** An account, and what was done in it, in order. */
let account: Hook[];
let done: string[];

const EVENTS = ['made', 'changed'];
const hook = (id: string, changes: Partial<Hook> = {}): Hook => ({
  ...{ id, url: urlOf(HANDSHAKES.mine), events: EVENTS, isOn: true },
  ...changes,
});

const hookApi: HookApi<unknown> = {
  list: async () => [...account],
  missing: async (_, url) => (account.some((each) => each.url === url) ? [] : [{ url, events: EVENTS }]),
  install: async (_, url) => {
    if (account.some((each) => each.url === url)) return [];
    const made = hook('new', { url });
    account.push(made);
    done.push('made');
    return [made];
  },
  remove: async (_, { id }) => {
    account = account.filter((each) => each.id !== id);
    done.push(`removed ${id}`);
  },
};

let own: OwnWebhooks;
beforeEach(() => {
  account = [];
  done = [];
  const [site] = sites;
  if (!site) throw new Error('no site');
  const opening = { site: 'mine', credentials: {}, pace: new SteadyPace(1_000) };
  own = new OwnWebhooks({ hookApi, account: opening, site, sites, baseUrl: BASE });
});

test('one that is off is removed before it is made anew: while it is there, it would count as there', async () => {
  account = [hook('1', { isOn: false, state: 'Inactive' })];
  const { current, missing } = await own.look(HANDSHAKES.mine);
  expect([current, missing]).toEqual([account, []]);
  expect(await own.install(HANDSHAKES.mine)).toEqual({
    made: [hook('new')],
    removed: [hook('1', { isOn: false, state: 'Inactive' })],
  });
  expect(done).toEqual(['removed 1', 'made']);
});

test('those with another handshake are removed after the new ones are made, so that no change is missed', async () => {
  account = [hook('1', { url: urlOf(HANDSHAKES.old) }), hook('2', { url: urlOf('of-nobody-any-more') })];
  expect(await own.look(HANDSHAKES.mine)).toEqual({
    current: [],
    superseded: account,
    missing: [{ url: urlOf(HANDSHAKES.mine), events: EVENTS }],
  });
  await own.install(HANDSHAKES.mine);
  expect(done).toEqual(['made', 'removed 1', 'removed 2']);
});

test('an address with a query is that of the handshake before it', async () => {
  account = [hook('1', { url: `${urlOf(HANDSHAKES.mine)}?tag=20` })];
  expect(await own.look(HANDSHAKES.mine)).toMatchObject({ current: account, superseded: [] });
});

test('what posts elsewhere, or for another site of the config, is left as it is', async () => {
  const others = [
    hook('1', { url: urlOf(HANDSHAKES.other), isOn: false }),
    hook('2', { url: `https://other.example/events/kit/${HANDSHAKES.mine}` }),
    hook('3', { url: `${BASE}/events/keap/${HANDSHAKES.mine}` }),
    hook('4', { url: `${BASE}/?aal_updateuser=${HANDSHAKES.mine}` }),
  ];
  account = [...others, hook('5', { url: urlOf(HANDSHAKES.old) })];
  await own.install(HANDSHAKES.mine);
  expect(account).toEqual([...others, hook('new')]);
  expect(await own.remove()).toEqual([hook('new')]);
  expect(account).toEqual(others);
});

test('what is shown has no handshake, but what else stands in the address', () => {
  const shown = own.shown([hook('1'), hook('2', { url: `${urlOf(HANDSHAKES.old)}?tag=20` })]);
  expect(shown.map(({ url }) => url)).toEqual([urlOf('…'), `${urlOf('…')}?tag=20`]);
});
