import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { judgeAnswer } from '../../functions/relay/judge-answer.ts';
import { queryKey } from '../../functions/relay/query.ts';
import { relaySchema } from '../../functions/relay/settings.ts';
import { checkConfig } from '../../lib/config.ts';
import { DEMO_HANDSHAKES } from '../../local/demo-sites.ts';
import { narrate } from '../../local/narrate.ts';
import { readCalled } from '../../local/plugin-simulator/called.ts';
import type { SiteRequest } from '../../local/plugin-simulator/request-log.ts';
import { tellOfPlugin } from '../../local/tell-of-plugin.ts';
import { latchkey as run } from '../cli/latchkey.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { readAnswer } from '../support/webhook-answer.ts';
import { firstCells, read, section } from './documents.ts';
import { codeBlocks, shownCalls, shownConfig } from './played.ts';

/** Without what the steps of a list are indented by. */
const page = read('docs/relay.md').replaceAll(/^ {3}/gm, '');

/** The rows of a section's tables, without the code marks of their cells. */
const rowsOf = (heading: string): string[][] =>
  [...section(page, heading).matchAll(/^\| (`.+) \|$/gm)].map(([, row = '']) =>
    row.split('|').map((cell) => cell.trim().replaceAll(/^`|`$/g, '')),
  );

const [SITE = '', EVENTS = ''] = codeBlocks(page, 'ts');
const PLUGINS = ['AccessAlly', 'ActiveMember360', 'WP Fusion', 'Memberium'];

/** What the page has added to a site's relay for a plugin: the last of the pieces of code that it names. */
function addedFor(plugin: string): object {
  const [, , what = ''] = rowsOf('## Five minutes').find(([name]) => name === plugin) ?? [];
  const code = /`?(secretIn: [^`]+)/.exec(what)?.[1] ?? '';
  return shownConfig(code);
}

const idOf = (plugin: string): string =>
  plugin === 'AccessAlly' ? 'club' : plugin.toLowerCase().replace(' ', '-');
const handshakeOf = (id: string): string => DEMO_HANDSHAKES[id] ?? `handshake-of-${id}-0123456789abcdef`;
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The page's site as it is for a plugin. */
function siteWith(id: string, added: object): object {
  const { site } = shownConfig(`site: ${SITE}`) as { site: { target: { relay: object } } };
  const relay = { ...site.target.relay, ...added };
  return { ...site, id, handshakes: [hash(handshakeOf(id))], target: { relay } };
}

const sites = [
  ...PLUGINS.map((plugin) => siteWith(idOf(plugin), addedFor(plugin))),
  siteWith('events', shownConfig(EVENTS).relay as object),
];

const environment = { ...process.env };
let folder: string;
let latchkey: TestLatchkey;
let lines: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-relay-page-'));
  await mkdir(join(folder, 'crm'));
  process.env.LATCHKEY_CONFIG = join(folder, 'latchkey.config.ts');
  process.env.LATCHKEY_HANDSHAKE = handshakeOf('club');
  await writeFile(process.env.LATCHKEY_CONFIG, `export default ${JSON.stringify({ sites })};`);
  lines = [];
  latchkey = await startTestLatchkey({
    config: checkConfig({ sites }, 'the page'),
    assembly: undefined,
    dataDir: folder,
    pluginHost: { answerMs: 5 },
    onLog: (_, line) => {
      const told = narrate(line);
      if (told) lines.push(told);
    },
  });
  for (const [id, host] of latchkey.plugins) void tellOfPlugin(id, host, (line) => lines.push(line));
}, 120_000);
afterAll(async () => {
  await latchkey.stop();
  process.env = environment;
  await rm(folder, { recursive: true });
});

/** What the simulated host of a site got of a webhook, once it has answered. */
async function arrivedAt(id: string, webhook: string): Promise<SiteRequest> {
  const host = latchkey.plugins.get(id);
  const find = (requests: readonly SiteRequest[]) =>
    requests.find((request) => request.webhookId === webhook && request.outcome !== undefined);
  await host?.until((requests) => find(requests) !== undefined);
  const found = find(host?.requests ?? []);
  if (!found) throw new Error(`${webhook} did not arrive`);
  return found;
}

const post = async (path: string, body: Record<string, string>) =>
  readAnswer(await fetch(latchkey.cloud.url + path, { method: 'POST', body: new URLSearchParams(body) }));

test.each(rowsOf('## Which URL to change'))(
  '%s: what was posted to %s arrives as that when it is posted to %s',
  async (plugin = '', before = '', after = '') => {
    const [from, to] = [new URL(before), new URL(after)];
    const id = idOf(plugin);
    const { webhook } = await post((to.pathname + to.search).replace('HANDSHAKE', handshakeOf(id)), {
      'contact[id]': '7',
      after,
    });
    const { method, path, query, delivered, ...request } = await arrivedAt(id, webhook);
    const called = readCalled(from.pathname + from.search, 'SECRET');
    expect(called).toMatchObject({ plugin, allowed: true });
    expect({ method, path, plugin: request.plugin, query: queryKey(query), delivered }).toEqual({
      ...{ method: 'POST', delivered: true, plugin },
      ...{ path: called.path, query: queryKey(called.query) },
    });
    await latchkey.until(id as never, '7', webhook, 'applied');
  },
);

test('the call that is shown is answered as the page says, and the terminal shows what the page does', async () => {
  const [call, ...others] = shownCalls(page, {});
  if (!call) throw new Error('no call is shown');
  expect(others).toEqual([]);
  const { pathname, search } = new URL(call.url);
  const response = await fetch(latchkey.cloud.url + pathname + search, call.init);
  const answer = await readAnswer(response);
  expect(answer).toEqual({ ...(call.answer as object), webhook: expect.any(String) });
  await latchkey.until('club' as never, '1', answer.webhook, 'applied');
  const alike = (line: string) => line.replace(/^\S+/, '').replace(/[\d.]+ ms/, 'ms');
  const [shown = ''] = [...page.matchAll(/^```\n(\d\d:.*?)^```/gms)].map(([, block]) => block);
  // A line is read a moment after the record is written.
  await eventually(async () =>
    expect(lines.map(alike)).toEqual(expect.arrayContaining(shown?.trim().split('\n').map(alike) ?? [])),
  );
});

test('the commands that are shown do what the page says', async () => {
  const commands = [...page.matchAll(/npx latchkey ([^`\n]+)/g)].map(([, words = '']) => words.split(' '));
  expect(commands.map(([name]) => name)).toEqual(
    expect.arrayContaining(['handshake', 'send', 'log', 'url', 'replay']),
  );
  for (const words of commands) {
    const [name = ''] = words;
    const here = ['handshake'].includes(name) ? [] : ['--local', folder];
    const place = words.indexOf('--stage');
    if (place > 0) words.splice(place, 2);
    const asked = words.filter((word) => word !== '--follow'); // which does not end
    if (name === 'status') continue; // what it makes of this machine is its own tests' matter
    expect({ words, ...(await run(...asked, ...here)) }).toMatchObject({ words, code: 0 });
  }
  const { out } = await run('log', '--site', 'club', '--contact', '42', '--local', folder);
  expect(out).toContain('aal_updateuser');
});

test('of the CRM’s events the plugin gets what the page’s filter wants, as its aal_updateuser', async () => {
  const event = (initiated_from: string) =>
    post(`/events/activecampaign/${handshakeOf('events')}`, {
      ...{ type: 'contact_tag_added', tag: 'Gold', initiated_from, 'contact[id]': '9' },
    });
  expect(await event('api')).toMatchObject({ status: 'filtered' });
  const { status, webhook } = await event('admin');
  expect(status).toBe('queued');
  const { plugin, query } = await arrivedAt('events', webhook);
  expect({ plugin, query }).toEqual({ plugin: 'AccessAlly', query: 'aal_updateuser=***' });
  expect(latchkey.plugins.get('events')?.requests).toHaveLength(1);
});

test('every setting of a relay is in the table, and no other', () => {
  const { properties = {} } = z.toJSONSchema(relaySchema, { io: 'input' });
  expect(firstCells(section(page, '## Pace')).sort()).toEqual(Object.keys(properties).sort());
});

const HTML = { 'content-type': 'text/html' };
const titled = (title: string, body = '') =>
  `<!DOCTYPE html><html><head><title>${title}</title></head><body id="error-page">${body}</body></html>`;

/** For each row about answers: some, and what becomes of the webhook. */
const ANSWERS: Record<string, [string, { status: number; headers?: object; text?: string }[]]> = {
  '2xx, with anything but a page': ['done', [{ status: 200, text: 'OK' }, { status: 204 }]],
  "200 with WP Fusion's own message": ['done', [{ status: 200, text: titled('Success') }]],
  '2xx with a page of HTML': ['trouble', [{ status: 200, text: '<!doctype html><title>Home</title>' }]],
  "a captcha or a firewall's page, with any status": [
    'trouble',
    [
      { status: 403, headers: { 'cf-mitigated': 'challenge' } },
      { status: 202, headers: { 'sg-captcha': 'challenge' } },
    ],
  ],
  'a login or maintenance page, a PHP error': [
    'trouble',
    [
      { status: 200, text: '<!doctype html><form id="loginform">' },
      { status: 200, text: '<b>Fatal error</b>: Uncaught' },
    ],
  ],
  '3xx': ['trouble', [{ status: 301, headers: { location: 'https://elsewhere.example.com/' } }]],
  '408, 425, 429, 5xx, no answer in time': [
    'trouble',
    [408, 425, 429, 500, 503].map((status) => ({ status })),
  ],
  'any other 4xx': ['final', [400, 401, 403, 404, 410, 422].map((status) => ({ status }))],
};

test('answers count as the table says', () => {
  const rows = [...section(page, '## What counts as done').matchAll(/^\| (?!-|the site)(.+?) +\|/gm)];
  expect(rows.map(([, words]) => words)).toEqual(Object.keys(ANSWERS));
  for (const [words, [kind, answers]] of Object.entries(ANSWERS))
    for (const { status, headers, text = '' } of answers) {
      const judged = judgeAnswer({ status, headers: { ...HTML, ...headers }, text }, { acceptsHtml: false });
      expect({ words, status, kind: judged.kind }).toEqual({ words, status, kind });
    }
});
