import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Config, Site } from '../../../functions/platform/config.ts';
import { loadConfig } from '../../../lib/config.ts';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { CREDENTIALS, REGION } from '../../../local/endpoints.ts';
import { receiver } from '../../local/crm-simulators/support.ts';
import { HANDSHAKES } from '../../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { latchkeyAnswered, latchkey as run, type Seen } from '../latchkey.ts';
import { startStandInAws } from '../stand-in-aws.ts';

const ROTATED = 'test-academy-rotated-0a1b2c3d4e5f'; // the other handshake of the site academy
const KIT_TAGS = 16; // that a simulated account has
const EVENTS = ['subscribe', 'unsubscribe', 'update', 'contact_tag_added', 'contact_tag_removed'];

/** The test sites with CRMs of other kinds. */
async function testConfig(): Promise<Config> {
  const { sites, ...rest } = await loadConfig(
    resolve(import.meta.dirname, '../../support/latchkey.config.ts'),
  );
  const requestsPerSecond = 100;
  const changes: Record<string, object> = {
    academy: {},
    legacy: { crm: { kind: 'keap', requestsPerSecond }, legacyFullUpdate: false },
    slow: { crm: { kind: 'kit', requestsPerSecond }, genpassOnTags: ['20'] },
    told: { crm: { kind: 'ontraport', requestsPerSecond }, events: false },
    managed: {},
  };
  const changed = sites.map((site) => ({ ...site, ...changes[site.id] }) as Site);
  return { ...rest, sites: changed.filter(({ id }) => id in changes) };
}

let folder: string;
let latchkey: TestLatchkey;
let crm: CrmSimulator;
let kit: CrmSimulator;
let keap: CrmSimulator;
const environment = { ...process.env };
beforeAll(async () => {
  const config = await testConfig();
  folder = await mkdtemp(join(tmpdir(), 'latchkey-webhooks-'));
  await mkdir(join(folder, 'crm'));
  await writeFile(join(folder, 'latchkey.config.ts'), `export default ${JSON.stringify(config)};`);
  latchkey = await startTestLatchkey({ config, assembly: undefined, pollers: false, dataDir: folder });
  crm = latchkey.simulators.get('academy') as CrmSimulator;
  kit = latchkey.simulators.get('slow') as CrmSimulator;
  keap = latchkey.simulators.get('legacy') as CrmSimulator;
}, 120_000);
afterAll(async () => {
  await latchkey.stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  process.env.LATCHKEY_CONFIG = join(folder, 'latchkey.config.ts');
  delete process.env.LATCHKEY_HANDSHAKE;
});
afterEach(async () => {
  process.env = { ...environment };
  for (const account of [crm, kit, keap]) {
    for (const { id } of account.automation.subscriptions) account.automation.unsubscribe(id);
  }
});

type Action = 'install' | 'check' | 'remove';
type Place = readonly string[];
const local = (): Place => ['--local', folder];

/** Runs the command as somebody who knows this handshake; no output may show it. */
async function webhooks(
  action: Action,
  site: string,
  { place = local(), handshake = HANDSHAKES.academy, json = false } = {},
): Promise<Seen> {
  const options = ['--site', site, ...place, ...(json ? ['--json'] : [])];
  const seen = await latchkeyAnswered(handshake, 'webhooks', action, ...options);
  expect(seen.out + seen.err).not.toContain(handshake);
  return seen;
}
const onKit = (action: Action) => webhooks(action, 'slow', { handshake: HANDSHAKES.slow });
const onKeap = (action: Action, place = local()) =>
  webhooks(action, 'legacy', { place, handshake: HANDSHAKES.legacy });
const urls = (account: CrmSimulator): string[] => account.automation.subscriptions.map(({ url }) => url);
const address = (site: 'academy' | 'slow', kind: string): string =>
  `${latchkey.cloud.url}/events/${kind}/${HANDSHAKES[site]}`;

test('a change in ActiveCampaign raises the flag by the webhook that was installed', async () => {
  const { code, out, err, questions } = await webhooks('install', 'academy');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(`${latchkey.cloud.url}/events/activecampaign/…`);
  expect(out).toContain(EVENTS.join(', '));
  expect(questions).toEqual(['Handshake of the site academy (not shown): ']);
  expect(urls(crm)).toEqual([address('academy', 'activecampaign')]);

  expect(await latchkey.flag('academy', '1')).toBeUndefined();
  crm.contacts.edit('1', { firstName: 'New' });
  await eventually(async () =>
    expect(await latchkey.flag('academy', '1')).toMatchObject({ requestedVersion: 1 }),
  );
});

test('a tag that is gained in Kit raises the flag, and starts genpass where the site wants it', async () => {
  const { code, out } = await onKit('install');
  expect(code).toBe(0);
  expect(out).toContain('tag_add 20');
  expect(urls(kit)).toHaveLength(1 + 2 * KIT_TAGS);
  kit.contacts.addTag('1', '6');
  kit.contacts.addTag('2', '20');
  const commands = async (contact: string) =>
    (await latchkey.records('slow', contact)).map(({ command }) => command);
  await eventually(async () => expect(await commands('1')).toEqual(['crm_event']));
  await eventually(async () => expect(await commands('2')).toEqual(['aal_genpass']));
  expect(await latchkey.flag('slow', '1')).toMatchObject({ requestedVersion: 1 });
});

test('Latchkey proves itself to Keap, whose hooks then raise the flag', async () => {
  expect((await onKeap('install')).code).toBe(0);
  expect(keap.automation.subscriptions.map(({ status }) => status)).toEqual(Array(5).fill('active'));
  keap.contacts.edit('1', { firstName: 'New' });
  await eventually(async () =>
    expect(await latchkey.flag('legacy', '1')).toMatchObject({ requestedVersion: 1 }),
  );
});

test('installing again changes nothing', async () => {
  for (const install of [() => webhooks('install', 'academy'), () => onKit('install')]) {
    await install();
    const before = [...crm.automation.subscriptions, ...kit.automation.subscriptions];
    expect(await install()).toMatchObject({ code: 0, out: 'Nothing to do: all webhooks are there.\n' });
    expect([...crm.automation.subscriptions, ...kit.automation.subscriptions]).toEqual(before);
  }
});

test('a check finds what the owner has removed, changes nothing, and install puts it right', async () => {
  await webhooks('install', 'academy');
  const fine = await webhooks('check', 'academy');
  expect(fine).toMatchObject({ code: 0, err: '' });
  expect(fine.out).toMatch(/^On, .*\n {2}\d+ {2}subscribe/);

  for (const { id } of crm.automation.subscriptions) crm.automation.unsubscribe(id);
  const missing = await webhooks('check', 'academy');
  expect(missing).toMatchObject({ code: 1, out: `Missing:\n  ${EVENTS.join(', ')}\n` });
  expect(missing.err).toContain('npx latchkey webhooks install');
  expect(urls(crm)).toEqual([]);

  await webhooks('install', 'academy');
  expect((await webhooks('check', 'academy')).code).toBe(0);
});

test('a check finds what a 410 has switched off, and install replaces that alone', async () => {
  let status = 200;
  const site = await receiver((response, _form, headers) => {
    const secret = headers['x-hook-secret'];
    response.writeHead(status, secret ? { 'x-hook-secret': secret } : {}).end();
  });
  try {
    const place = [...local(), '--url', new URL(site.url).origin];
    await onKeap('install', place);
    status = 410;
    keap.contacts.edit('1', { firstName: 'Newer' });
    await keap.automation.idle();
    status = 200;
    const off = await onKeap('check', place);
    expect(off.code).toBe(1);
    expect(off.out).toMatch(/^On, .*:\n(.*\n){4}Off:\n {2}\S+ {2}contact\.edit \(Inactive\)\n$/);
    expect(off.err).toContain('npx latchkey webhooks install');
    const { code, out } = await onKeap('install', place);
    expect(code).toBe(0);
    expect(out).toMatch(/^Made, .*:\n.*contact\.edit \(Verified\)\nRemoved, .*:\n.*\(Inactive\)\n$/);
    expect(await onKeap('check', place)).toMatchObject({ code: 0, err: '' });
  } finally {
    await site.close();
  }
});

test('a webhook that the CRM has made and does not switch on is told as that', async () => {
  const site = await receiver((response) => response.writeHead(404).end());
  try {
    const { code, out, err } = await onKeap('install', [...local(), '--url', new URL(site.url).origin]);
    expect(code).toBe(1);
    expect(out).toContain('contact.edit (Unverified)');
    expect(err).toContain('Keap has not switched all of them on');
  } finally {
    await site.close();
  }
});

test('a check finds the webhooks that a new tag in Kit needs', async () => {
  await onKit('install');
  kit.contacts.addTag('1', 'A new tag');
  const { code, out } = await onKit('check');
  expect(code).toBe(1);
  expect(out).toMatch(/Missing:\n {2}tag_add (\d+)\n {2}tag_remove \1\n$/);
});

test('with a new handshake the webhooks are replaced, before the old one is taken out of the config', async () => {
  await webhooks('install', 'academy');
  const rotating = await webhooks('check', 'academy', { handshake: ROTATED });
  expect(rotating.code).toBe(1);
  expect(rotating.out).toMatch(/^Missing:\n.*\nPosting with another handshake.*:\n.*\n$/);
  expect(rotating.out).not.toContain(HANDSHAKES.academy);
  const { code, out } = await webhooks('install', 'academy', { handshake: ROTATED });
  expect(code).toBe(0);
  expect(out).not.toContain(HANDSHAKES.academy);
  expect(urls(crm)).toEqual([`${latchkey.cloud.url}/events/activecampaign/${ROTATED}`]);
});

test('remove takes the webhooks of the site and no others, without being told the handshake', async () => {
  const others = [
    { url: 'https://other.example/', events: ['subscribe'] },
    { url: `${latchkey.cloud.url}/?aal_updateuser=${HANDSHAKES.academy}`, events: ['update'] },
    // Another site of the same account.
    { url: address('slow', 'activecampaign'), events: ['update'] },
  ];
  for (const other of others) crm.automation.subscribe(other);
  await webhooks('install', 'academy');
  const { code, out, questions } = await webhooks('remove', 'academy');
  expect({ code, questions }).toEqual({ code: 0, questions: [] });
  expect(out).toMatch(/^Removed, .*\n {2}\d+ {2}subscribe, .*\n$/);
  expect(urls(crm)).toEqual(others.map(({ url }) => url));
  expect((await webhooks('remove', 'academy')).out).toMatch(/^Nothing to do/);
});

test('a script reads what was found and done as JSON', async () => {
  const json = async (action: Action) => JSON.parse((await webhooks(action, 'academy', { json: true })).out);
  const url = `${latchkey.cloud.url}/events/activecampaign/…`;
  const hook = { id: expect.any(String), url, events: EVENTS, isOn: true };
  const missing = [{ url, events: EVENTS }];
  expect(await json('check')).toEqual({ webhooks: [], missing, superseded: [] });
  expect(await json('install')).toEqual({ made: [hook], removed: [] });
  expect(await json('check')).toEqual({ webhooks: [hook], missing: [], superseded: [] });
  expect(await json('remove')).toEqual({ removed: [hook] });
});

test('LATCHKEY_HANDSHAKE holds the handshake for a script: nobody is asked', async () => {
  process.env.LATCHKEY_HANDSHAKE = HANDSHAKES.academy;
  const { code, questions } = await run('webhooks', 'install', '--site', 'academy', ...local());
  expect({ code, questions }).toEqual({ code: 0, questions: [] });
});

test.each(['', 'not-a-handshake', HANDSHAKES.slow])('"%s" is no handshake of the site', async (handshake) => {
  const { code, err } = await latchkeyAnswered(
    handshake,
    'webhooks',
    'install',
    '--site',
    'academy',
    ...local(),
  );
  expect(code).toBe(1);
  expect(err).toContain('This is no handshake of the site academy');
  if (handshake) expect(err).not.toContain(handshake);
  expect(urls(crm)).toEqual([]);
});

test.each(['told', 'managed'])(
  'the CRM of %s has no webhooks to register: what to do instead is told',
  async (site) => {
    const { code, out, err } = await webhooks('check', site);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^Latchkey cannot register webhooks for (Ontraport|managed contacts)\./);
    expect(err).toContain('<BaseUrl>/?aal_updateuser=<handshake>');
  },
);

test('a site that the config does not have is named, with those that it has', async () => {
  const { code, err } = await webhooks('check', 'acadmy');
  expect({ code, err }).toEqual({
    code: 1,
    err: 'The config has no site acadmy. Its sites: academy, legacy, slow, told, managed.\n',
  });
});

test('where no local cloud runs, --local says so', async () => {
  const empty = await mkdtemp(join(folder, 'empty-'));
  const { code, err } = await webhooks('check', 'academy', { place: ['--local', empty] });
  expect({ code, err }).toEqual({
    code: 1,
    err: `No local cloud runs on ${empty}: npm start starts one.\n`,
  });
});

/** AWS, as far as the command sees it: the environment of an operator, and the local cloud's Parameter Store. */
function inAws(parameters: Record<string, string>): void {
  const { endpoints, parameters: store } = latchkey.cloud;
  for (const [name, value] of Object.entries(parameters)) store.values.set(name, value);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: endpoints.ssm,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  });
}
const deployed = ['--url', 'https://hooks.example.com/'];

test("a deployed stage's credentials are read from its parameter, and the CRM is told the public address", async () => {
  inAws({ '/latchkey/production/academy/crm': JSON.stringify(crm.credentials) });
  const place = ['--stage', 'production', ...deployed];
  expect((await webhooks('install', 'academy', { place })).code).toBe(0);
  expect(urls(crm)).toEqual([`https://hooks.example.com/events/activecampaign/${HANDSHAKES.academy}`]);
});

test("the config's domain is what webhooks post to, unless told otherwise", async () => {
  const config = await testConfig();
  const domain = {
    name: 'hooks.example.org',
    certificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/a',
  };
  process.env.LATCHKEY_CONFIG = join(folder, 'domain.config.ts');
  await writeFile(process.env.LATCHKEY_CONFIG, `export default ${JSON.stringify({ ...config, domain })};`);
  inAws({ '/latchkey/dev/academy/crm': JSON.stringify(crm.credentials) });
  await webhooks('install', 'academy', { place: [] });
  expect(urls(crm)).toEqual([`https://hooks.example.org/events/activecampaign/${HANDSHAKES.academy}`]);
});

test("without a domain and without --url, the stack's output is what webhooks post to", async () => {
  inAws({ '/latchkey/dev/academy/crm': JSON.stringify(crm.credentials) });
  const aws = await startStandInAws();
  try {
    aws.outputs = { BaseUrl: 'https://abc.execute-api.example.com' };
    expect(await webhooks('install', 'academy', { place: [] })).toMatchObject({ code: 0, err: '' });
    expect(urls(crm)).toEqual([
      `https://abc.execute-api.example.com/events/activecampaign/${HANDSHAKES.academy}`,
    ]);
  } finally {
    await aws.stop();
  }
});

test('a stack that is not deployed is named, with the options that may be wrong', async () => {
  const aws = await startStandInAws();
  try {
    const { code, err } = await webhooks('check', 'academy', { place: ['--stage', 'staging'] });
    expect(code).toBe(1);
    expect(err).toMatch(/^The stack latchkey-staging cannot be looked at: .*does not exist\. Are --stage/);
  } finally {
    await aws.stop();
  }
});

test.each(['hooks.example.com', 'http://hooks.example.com', 'https://hooks.example.com/?aal_updateuser=x'])(
  '%s is no base URL',
  async (url) => {
    const { code, err } = await webhooks('check', 'academy', { place: ['--url', url] });
    expect(code).toBe(1);
    expect(err).toContain('--url must be an https address');
  },
);

test('a parameter that is missing is named, with what may be wrong', async () => {
  inAws({});
  const { code, err } = await webhooks('check', 'academy', { place: [...deployed, '--stage', 'staging'] });
  expect(code).toBe(1);
  expect(err).toMatch(/^The parameter \/latchkey\/staging\/academy\/crm cannot be read: .*--stage/);
});

test('a parameter that does not hold credentials is told without what it holds', async () => {
  inAws({ '/latchkey/staging/academy/crm': JSON.stringify({ url: crm.url, key: 'a-token' }) });
  const { code, err } = await webhooks('check', 'academy', { place: [...deployed, '--stage', 'staging'] });
  expect(code).toBe(1);
  expect(err).toContain('wrong: token');
  expect(err).not.toContain('a-token');
});

test('a token that the CRM refuses is told without it', async () => {
  inAws({ '/latchkey/staging/academy/crm': JSON.stringify({ url: crm.url, token: 'a-wrong-token' }) });
  const { code, err } = await webhooks('check', 'academy', { place: [...deployed, '--stage', 'staging'] });
  expect(code).toBe(1);
  expect(err).toContain('check the credentials');
  expect(err).not.toContain('a-wrong-token');
});
