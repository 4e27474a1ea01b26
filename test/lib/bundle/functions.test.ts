import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Bundle, type Bundles, bundleFunctions } from '../../../lib/bundle/bundle.ts';
import { actionsOf } from '../permissions.ts';
import { configWith, functionsOf, synthesize } from '../synthesize.ts';
import { runBundle, sourcesOf } from './run-bundle.ts';

const REPOSITORY_ROOT = resolve(import.meta.dirname, '../../..');

const template = synthesize();
const names = Object.keys(functionsOf(template));
let outdir: string;
let bundles: Bundles;

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'latchkey-functions-'));
  bundles = await bundleFunctions({ sites: configWith().sites, outdir });
});
afterAll(() => rm(outdir, { recursive: true }));

/** What the template and Lambda set; nothing listens at the end point. */
const environmentOf = (name: string): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(functionsOf(template)[name]?.Properties.Environment.Variables ?? {}).map(
      ([key, value]) => [key, typeof value === 'string' ? value : `http://127.0.0.1:9/${key}`],
    ),
  ),
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret',
});

test('every function of the stack is a file, and every file a function of the stack', () => {
  expect(Object.keys(bundles).sort()).toEqual([...names].sort());
});

describe.each(names)('the bundle of %s', (name) => {
  const bundle = () => bundles[name] as Bundle;

  test('loads in a plain Node process and exports a handler', async () => {
    expect(await runBundle(bundle(), 'return typeof handler;', environmentOf(name))).toBe('function');
  });

  test('loads neither undici nor a tracer', async () => {
    const script = `return process.moduleLoadList.filter((name) => name.includes('undici'));`;
    expect(await runBundle(bundle(), script, environmentOf(name))).toEqual([]);
    expect(sourcesOf(bundle()).filter((path) => /xray|tracer/i.test(path))).toEqual([]);
  });

  test('reads no config files, and holds nothing of event streams and of the discovery of endpoints', () => {
    const unneeded =
      /shared-ini-file-loader\/(parseIni|readFile)|event-streams\/(?!index\.js)|\/(mnemonist|obliterator)\//;
    expect(sourcesOf(bundle()).filter((path) => unneeded.test(path))).toEqual([]);
  });

  test('has the rights that its code uses and no others', async () => {
    expect(actionsOf(template, name)).toEqual(await actionsUsedBy(bundle(), name));
  });
});

test('the bundle of receive holds no code of CRMs, payments, operations, teams or password hashing', () => {
  const sources = sourcesOf(bundles.receive as Bundle);
  expect(sources).toContain('functions/receive.ts');
  const heavy =
    /^functions\/(crm\/(?!(\w[\w-]*\/)?events\.ts$)|payments|operations|teams|members\/password|jobs\/apply)|\/(client-ssm|powertools-parameters|parameters|stripe|@paypal|axios|luxon|big\.js)\//;
  expect(
    sources.filter((path) => heavy.test(path.replace('@aws-lambda-powertools/', 'powertools-'))),
  ).toEqual([]);
});

test('the bundle of take-payment-events verifies what is signed, and holds no client of a provider', () => {
  const sources = sourcesOf(bundles['take-payment-events'] as Bundle);
  expect(sources).toContain('functions/payments/stripe/events.ts');
  expect(sources.filter((path) => /@paypal|axios|payments\/\w+\/client\.ts/.test(path))).toEqual([]);
});

/** Which right each command of the SDK needs, where its name does not say so. */
const RIGHT_OF_COMMAND: Record<string, string> = {
  Get: 'dynamodb:GetItem',
  BatchGet: 'dynamodb:BatchGetItem',
  Query: 'dynamodb:Query',
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  TransactWrite: 'dynamodb:UpdateItem', // for its updates; whoever puts in one also puts alone
  Delete: 'dynamodb:DeleteItem',
  SendMessage: 'sqs:SendMessage',
  SendMessageBatch: 'sqs:SendMessage',
  ChangeMessageVisibility: 'sqs:ChangeMessageVisibility',
  ChangeMessageVisibilityBatch: 'sqs:ChangeMessageVisibility',
  GetParameter: 'ssm:GetParameter',
  GetQueueAttributes: 'sqs:GetQueueAttributes',
  GetMetricData: 'cloudwatch:GetMetricData',
};

/** What a library does for our code: it makes commands that we do not call besides. */
const RIGHT_OF_LIBRARY: Record<string, string> = {
  'parameters/lib/esm/ssm/SSMProvider.js': 'ssm:GetParameter',
};

/** What Lambda does on a worker's behalf, with the worker's role. */
const POLLER = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
const OWN_LOG = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/**
 * The rights that the code left in a bundle needs: the SDK's commands that our sources make, as far as they
 * survived tree shaking. A command that no table here knows fails, so that its right is thought about.
 */
async function actionsUsedBy(bundle: Bundle, name: string): Promise<string[]> {
  const sources = sourcesOf(bundle);
  const code = await readFile(join(bundle.directory, 'index.mjs'), 'utf8');
  const ours = sources.filter((path) => path.startsWith('functions/'));
  const texts = await Promise.all(ours.map((path) => readFile(join(REPOSITORY_ROOT, path), 'utf8')));
  const made = texts.flatMap((text) =>
    [...text.matchAll(/\bnew (\w+)Command\(/g)].map((match) => String(match[1])),
  );
  const shipped = made
    .filter((command) => sources.some((path) => path.endsWith(`/${command}Command.js`)))
    // The document client ships its paginators, and with them this command, whether it is used or not.
    .filter((command) => command !== 'Query' || code.includes('KeyConditionExpression:"'))
    // A transaction may do nothing but put.
    .filter((command) => command !== 'TransactWrite' || code.includes('{Update:'))
    .map((command) => RIGHT_OF_COMMAND[command] ?? `unknown: ${command}`);
  // The parts of a transaction are no commands; updates and puts are covered by the commands that make one.
  const deletes = texts.some((text) => /\bDelete: \{/.test(text)) ? ['dynamodb:DeleteItem'] : [];
  const byLibrary = Object.entries(RIGHT_OF_LIBRARY)
    .filter(([file]) => sources.some((path) => path.endsWith(file)))
    .map(([, right]) => right);
  const polled = ['work', 'sync-batch', 'notify', 'relay'].includes(name) ? POLLER : [];
  return [...new Set([...shipped, ...deletes, ...byLibrary, ...polled, ...OWN_LOG])].sort();
}
