import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { checkConfig, loadConfig } from '../../lib/config.ts';
import { sites } from './synthesize.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'latchkey-config-'));
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(() => {
  delete process.env.LATCHKEY_CONFIG;
});

async function write(name: string, text: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, text);
  return file;
}

test("the repository's own config is valid, and its defaults are filled in", async () => {
  const config = await loadConfig();
  expect(config.sites.length).toBeGreaterThan(0);
  for (const site of config.sites) expect(site.batchDelaySeconds).toEqual(expect.any(Number));
});

test('LATCHKEY_CONFIG names another config', async () => {
  const [site] = sites(1);
  const text = `export default { sites: [${JSON.stringify({ ...site, id: 'elsewhere' })}] };`;
  process.env.LATCHKEY_CONFIG = await write('elsewhere.config.ts', text);
  expect((await loadConfig()).sites.map(({ id }) => id)).toEqual(['elsewhere']);
});

test('every problem is named with its path, one on a line', () => {
  const [first, second] = sites(2);
  const broken = {
    sites: [
      { ...first, batchDelaySeconds: 901, colour: 'red' },
      { ...second, handshakes: ['not-a-hash'] },
    ],
    domain: { name: 'hooks.example.com' },
  };
  expect(() => checkConfig(broken, 'latchkey.config.ts')).toThrow(/^latchkey\.config\.ts cannot be used:\n/);
  const lines = messageOf(() => checkConfig(broken, 'latchkey.config.ts'));
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ {2}sites\[0\]\.batchDelaySeconds: .*900/),
      expect.stringMatching(/^ {2}sites\[0\]: .*colour/),
      '  sites[1].handshakes[0]: must be a SHA-256 in hex: npx latchkey handshake',
      expect.stringMatching(/^ {2}domain\.certificateArn: .*expected string/),
    ]),
  );
  expect(lines).toHaveLength(5);
});

test('a problem of the whole config has a name too', () => {
  expect(messageOf(() => checkConfig(undefined, 'x.ts'))[1]).toMatch(/^ {2}the config: .*expected object/);
  const [site] = sites(1);
  expect(messageOf(() => checkConfig({ sites: [site, site] }, 'x.ts')).slice(1)).toEqual([
    '  the config: two sites have the same id',
    '  the config: two sites share a handshake: the handshake alone names the site',
  ]);
});

test('a duplicate window is for a command that adds, and an hour long at most', () => {
  const [site] = sites(1);
  const problemOf = (duplicateWindowSeconds: Record<string, number>) =>
    messageOf(() => checkConfig({ sites: [{ ...site, duplicateWindowSeconds }] }, 'x.ts')).slice(1);
  expect(problemOf({ aal_fieldop: 0, aal_genpass: 60 })).toEqual([
    expect.stringMatching(
      /^ {2}sites\[0\]\.duplicateWindowSeconds: names a command that does not add; those that do: .*aal_fieldop/,
    ),
  ]);
  expect(problemOf({ aal_fieldop: 3601 })).toEqual([
    expect.stringMatching(/^ {2}sites\[0\]\.duplicateWindowSeconds\.aal_fieldop: .*3600/),
  ]);
});

const problemsOfRelay = (relay: Record<string, unknown>, more: Record<string, unknown> = {}): string[] => {
  const [site] = sites(1);
  const target = { relay: { url: 'https://academy.example.com/', ...relay } };
  return messageOf(() => checkConfig({ sites: [{ ...site, target, ...more }] }, 'x.ts')).slice(1);
};

test('the records of a site that relays outlive what waits in them', () => {
  const problem = expect.stringMatching(/^ {2}sites\[0\]\.recordDays: must be more than giveUpAfterDays/);
  expect(problemsOfRelay({}, { recordDays: 14 })).toEqual([problem]);
  expect(problemsOfRelay({ giveUpAfterDays: 2.5 }, { recordDays: 2 })).toEqual([problem]);
});

test('a site that relays sets up nothing for members', () => {
  const problem = expect.stringMatching(/^ {2}sites\[0\]\.target: a site that relays has no members here/);
  for (const setting of [
    { events: true },
    { legacyFullUpdate: true },
    { access: { book: { anyOf: ['1'] } } },
  ])
    expect(problemsOfRelay({}, setting)).toEqual([problem]);
});

test.each(['Host', 'content-length', 'Content-Type', 'proxy-authorization', 'idempotency-key'])(
  'the secret of a plugin cannot go in the header %s',
  (header) => {
    const [problem] = problemsOfRelay({ secretIn: { header } });
    expect(problem).toContain('sites[0].target.relay.secretIn.header: is a header with a meaning of its own');
  },
);

test('updates name the secret by no parameter, but may have one whose name ends like it', () => {
  const relay = { secretIn: { query: 'key' } };
  expect(problemsOfRelay({ ...relay, updates: ['a=1&key=2'] })).toEqual([
    expect.stringContaining('names the parameter of the secret'),
  ]);
  const [site] = sites(1);
  const target = { relay: { ...relay, url: 'https://academy.example.com/', updates: ['a=1&mykey=2'] } };
  expect(checkConfig({ sites: [{ ...site, target }] }, 'x.ts').sites).toHaveLength(1);
});

test('a missing config says where it was looked for', async () => {
  const file = join(directory, 'nowhere.config.ts');
  await expect(loadConfig(file)).rejects.toThrow(`There is no config at ${file}.`);
});

test('a config that cannot be loaded says why', async () => {
  const file = await write('broken.config.ts', "throw new Error('halfway');");
  await expect(loadConfig(file)).rejects.toThrow(`${file} cannot be loaded: halfway`);
});

test('a config without a default export says so', async () => {
  const file = await write('empty.config.ts', 'export const sites = [];');
  await expect(loadConfig(file)).rejects.toThrow('must export the config as its default');
});

function messageOf(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    return (error as Error).message.split('\n');
  }
  throw new Error('Nothing was thrown');
}
