import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Result } from '../../../cli/status/run-checks.ts';
import { gateKey } from '../../../functions/store/keys.ts';
import { loadConfig } from '../../../lib/config.ts';
import { configHash } from '../../../lib/config-hash.ts';
import { clientOptions } from '../../../local/endpoints.ts';
import { close, listen } from '../../../local/http-server.ts';
import { stopGate } from '../../support/deliveries.ts';
import type { TestLatchkey } from '../../support/latchkey.ts';
import { openTable } from '../../support/table-access.ts';
import { latchkey as run } from '../latchkey.ts';
import { CONFIG, type LocalLatchkey, startLocalLatchkey, useCleanEnvironment } from '../local-latchkey.ts';
import { type StandInAws, startStandInAws } from '../stand-in-aws.ts';

let local: LocalLatchkey;
let folder: string;
let latchkey: TestLatchkey;
let aws: StandInAws;
useCleanEnvironment();
beforeAll(async () => {
  local = await startLocalLatchkey({ pollers: false });
  ({ latchkey, folder } = local);
}, 60_000);
afterAll(async () => {
  await local.stop();
});
beforeEach(async () => {
  aws = await startStandInAws();
  const { outputs, endpoints } = latchkey.cloud;
  aws.outputs = { ...outputs };
  for (const [name, value] of Object.entries(outputs)) {
    const active = { State: 'Active', LastUpdateStatus: 'Successful' };
    if (name.endsWith('FunctionName')) aws.functions[value] = active;
    if (name.endsWith('QueueUrl')) {
      const queue = new URL(value).pathname.split('/').at(-1);
      aws.mappings.push({
        EventSourceArn: `arn:aws:sqs:us-east-1:000000000000:${queue}`,
        State: 'Enabled',
      });
    }
  }
  for (const service of ['dynamodb', 'sqs', 'ssm'] as const)
    process.env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] = endpoints[service];
});
afterEach(async () => {
  await aws.stop();
});

/** Looks at the deployed stage; each test has its own, since secrets are kept for five minutes. */
async function status(stage: string, changes: Record<string, string | undefined> = {}) {
  const { values } = latchkey.cloud.parameters;
  const stored = [...values].filter(([name]) => name.startsWith('/latchkey/local/'));
  for (const [name, value] of stored) values.set(name.replace('/local/', `/${stage}/`), value);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) values.delete(`/latchkey/${stage}/${name}`);
    else values.set(`/latchkey/${stage}/${name}`, value);
  }
  const { code, out, err } = await run('status', '--stage', stage, '--json');
  const { checks }: { checks: Result[] } = JSON.parse(out);
  return { code, err, out, troubles: checks.filter(({ state }) => state === 'trouble'), checks };
}

test('where all is well every check says so, the end is 0, and AWS pages are named', async () => {
  const { code, err, out, checks } = await status('well');
  expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const names = checks.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'webhooks',
      'site API',
      'config',
      'table',
      'function receive',
      'queue batch-sync',
    ]),
  );
  expect(names).toEqual(
    expect.arrayContaining(['delivery of operations', 'CRM of guild', 'Stripe of academy', 'PayPal of told']),
  );
  expect(names).toEqual(expect.arrayContaining(['plugin of relayed', 'gate of relayed']));
  expect(names).not.toContain('CRM of managed');
  expect(names).not.toContain('CRM of relayed');
  expect(JSON.parse(out).links).toContainEqual({
    name: 'log of receive',
    url: 'https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Flatchkey-local-receive',
  });
});

test('people read a line for each, and what AWS alone has is not claimed of the local cloud', async () => {
  const { code, out, err } = await run('status', '--local', folder);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^ok {7}webhooks +answers in \d+ ms$/m);
  expect(out).toMatch(/^ok {7}queue operations +0 waiting, 0 delayed, 0 in work$/m);
  expect(out).toMatch(/^- {8}function work +not on the local cloud$/m);
  expect(out).toMatch(/^- {8}alarms +not on the local cloud$/m);
  expect(out).toContain(`console: ${latchkey.cloud.url}/console`);
});

test("no credential is shown, whatever is wrong with a site's secrets", async () => {
  const { code, troubles, out, err } = await status('secrets', {
    'academy/crm': undefined,
    'slow/crm': '{"token":"canary-malformed"',
    'told/crm': JSON.stringify({ ...latchkey.simulators.get('told')?.credentials, token: 'canary-wrong' }),
    'told/events': undefined,
    'academy/stripe': JSON.stringify({
      ...latchkey.payments.get('academy')?.stripe?.credentials,
      key: 'canary-key',
    }),
    'academy/paypal': JSON.stringify({
      ...latchkey.payments.get('academy')?.paypal?.credentials,
      clientSecret: 'canary-secret',
    }),
  });
  expect(code).toBe(1);
  expect(err).toMatch(/^Trouble: 6 of \d+ checks\.\n$/);
  expect(troubles.map(({ name, says }) => [name, says])).toEqual([
    ['events of told', expect.stringContaining('/latchkey/secrets/told/events cannot be read')],
    ['CRM of academy', expect.stringContaining('/latchkey/secrets/academy/crm cannot be read')],
    ['CRM of slow', expect.stringContaining('is not the JSON that the README shows')],
    ['CRM of told', expect.stringMatching(/answered 40[13]: check the credentials/)],
    ['PayPal of academy', expect.stringContaining('PayPal')],
    ['Stripe of academy', expect.stringContaining('Stripe')],
  ]);
  expect(out).not.toContain('canary');
});

test('a plugin whose secret is missing or malformed, and a site that is left alone, are told with what to do', async () => {
  const table = openTable(latchkey);
  await stopGate(table, 'flooded', 60_000);
  const { troubles, out } = await status('plugins', {
    'relayed/relay': undefined,
    'flooded/relay': '{"key":"canary-secret"}',
  });
  expect(troubles).toEqual([
    {
      ...{ name: 'plugin of relayed', state: 'trouble' },
      says: expect.stringContaining('/latchkey/plugins/relayed/relay cannot be read'),
      todo: expect.stringContaining('/latchkey/plugins/relayed/relay'),
    },
    {
      ...{ name: 'plugin of flooded', state: 'trouble' },
      says: expect.stringMatching(/is not the JSON .* wrong: secret/),
      todo: expect.stringContaining('/latchkey/plugins/flooded/relay'),
    },
    {
      ...{ name: 'gate of flooded', state: 'trouble' },
      says: expect.stringMatching(/^the site is left alone until \S+Z: the site answered 503, at \S+Z$/),
      todo: expect.stringContaining('See whether the site is up'),
    },
  ]);
  expect(out).not.toContain('canary');

  await stopGate(table, 'flooded', -1_000); // long enough: the next webhook tries whether it is back
  expect((await status('tries')).troubles).toMatchObject([
    {
      name: 'gate of flooded',
      says: expect.stringMatching(/^tries whether the site is back: the site answered 503, at /),
    },
  ]);
  await table.remove(gateKey('flooded'));
  table.close();
});

test("an address at which there is no CRM's API is told, though a client sees no contacts in its 404", async () => {
  const { credentials } = latchkey.simulators.get('academy') ?? {};
  const url = `${credentials?.url}/elsewhere`;
  const { troubles } = await status('elsewhere', {
    'academy/crm': JSON.stringify({ ...credentials, url }),
  });
  expect(troubles.map(({ name, says }) => [name, says])).toEqual([
    ['CRM of academy', expect.stringMatching(/^ActiveCampaign answers GET .*elsewhere.* with 404$/)],
  ]);
});

test('functions, mappings and alarms that are not well are told, each with what to do', async () => {
  const { WorkFunctionName = '', NotifyFunctionName = '', SweepFunctionName = '' } = latchkey.cloud.outputs;
  aws.functions[WorkFunctionName] = { State: 'Failed', StateReason: 'The image is gone' };
  aws.functions[NotifyFunctionName] = { State: 'Active', LastUpdateStatus: 'Failed' };
  delete aws.functions[SweepFunctionName];
  aws.mappings = aws.mappings.slice(1).map((each) => ({ ...each, State: 'Disabled' }));
  aws.alarms = [{ AlarmName: 'latchkey-ill-server-errors' }];
  const { code, troubles } = await status('ill');
  expect(code).toBe(1);
  expect(troubles.map(({ name, says }) => [name, says])).toEqual([
    ['function work', 'is Failed: The image is gone'],
    ['function sweep', expect.stringContaining('Function not found')],
    ['function notify', 'its last update is Failed'],
    ['delivery of operations', 'no function takes its messages'],
    ['delivery of batch-sync', 'is Disabled'],
    ['delivery of deliveries', 'is Disabled'],
    ['delivery of site-events', 'is Disabled'],
    ['alarms', 'server-errors rings'],
  ]);
});

test('an API Gateway without Latchkey behind it is not taken for Latchkey', async () => {
  const server = createServer((_, response) => {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}');
  });
  aws.outputs = { ...aws.outputs, BaseUrl: await listen(server, 0) };
  try {
    expect((await status('bare')).troubles.map(({ name }) => name)).toEqual(['webhooks', 'site API']);
  } finally {
    await close(server);
  }
});

test('a config that was changed since the deployment is told', async () => {
  const config = await loadConfig(CONFIG);
  process.env.LATCHKEY_CONFIG = join(folder, 'changed.config.ts');
  const changed = { ...config, reconcileMinutes: 20 };
  await writeFile(process.env.LATCHKEY_CONFIG, `export default ${JSON.stringify(changed)};`);
  expect(latchkey.cloud.outputs.ConfigHash).toBe(configHash(config));
  expect((await status('drift')).troubles).toEqual([
    {
      name: 'config',
      state: 'trouble',
      says: 'was changed since it was deployed',
      todo: 'npx cdk deploy -c stage=drift',
    },
  ]);
});

test('a dead letter is trouble', async () => {
  const sqs = new SQSClient(clientOptions(latchkey.cloud.endpoints.sqs));
  const QueueUrl = latchkey.cloud.queues['batch-sync/dead-letters'];
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  sqs.destroy();
  const { code, troubles } = await status('dead');
  expect(code).toBe(1);
  expect(troubles).toMatchObject([{ name: 'dead letters of batch-sync', says: '1 job was given up' }]);
});
