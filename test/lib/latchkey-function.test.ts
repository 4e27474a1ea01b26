import { expect, test } from '@jest/globals';
import { HOLD_SECONDS } from '../../functions/jobs/attempts.ts';
import { RELAY_HOLD_SECONDS } from '../../functions/relay/work-on-relay.ts';
import { configWith, functionsOf, resourcesBy, sites, synthesize } from './synthesize.ts';

const ENVIRONMENT_LIMIT_BYTES = 4096;

/** References become ARNs and URLs at deployment; none of ours is longer. */
const LONGEST_REFERENCE = 'x'.repeat(256);

const template = synthesize();
const functions = functionsOf(template);
const environmentOf = (name: string) => functions[name]?.Properties.Environment.Variables;

test('every function runs on the same runtime and logs JSON, its own lines only', () => {
  expect(Object.keys(functions).sort()).toEqual([
    'notify',
    'receive',
    'reconcile',
    'relay',
    'serve-console',
    'serve-members',
    'sweep',
    'sync-batch',
    'take-payment-events',
    'work',
  ]);
  for (const { Properties } of Object.values(functions)) {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN', ApplicationLogLevel: 'INFO' },
    });
  }
});

test.each([
  { name: 'receive', memory: 512, timeout: 5 },
  { name: 'work', memory: 1024, timeout: 60 },
  { name: 'sync-batch', memory: 512, timeout: 120 },
  { name: 'sweep', memory: 256, timeout: 55 },
  { name: 'notify', memory: 256, timeout: 120 },
  { name: 'relay', memory: 512, timeout: 120 },
  { name: 'serve-members', memory: 1024, timeout: 29 },
  { name: 'reconcile', memory: 256, timeout: 600 },
  { name: 'take-payment-events', memory: 512, timeout: 10 },
])('$name has $memory MB and $timeout s', ({ name, memory, timeout }) => {
  expect(functions[name]?.Properties).toMatchObject({ MemorySize: memory, Timeout: timeout });
});

test('the hold on a job outlasts its worker by what two clocks may differ', () => {
  expect(HOLD_SECONDS).toBeGreaterThanOrEqual(functions.work?.Properties.Timeout + 15);
  expect(RELAY_HOLD_SECONDS).toBeGreaterThanOrEqual(functions.relay?.Properties.Timeout + 15);
});

test('every function has a log group of its own that expires', () => {
  for (const { Properties } of Object.values(functions)) {
    const group = template.toJSON().Resources[Properties.LoggingConfig.LogGroup.Ref];
    expect(group.Properties).toEqual({
      LogGroupName: `/aws/lambda/${Properties.FunctionName}`,
      RetentionInDays: 30,
    });
  }
});

test('no function is traced', () => {
  for (const { Properties } of Object.values(functions))
    expect(Properties).not.toHaveProperty('TracingConfig');
  expect(JSON.stringify(template.toJSON())).not.toContain('xray');
});

const everywhere = ['POWERTOOLS_LOG_LEVEL', 'STAGE', 'TABLE_NAME'];

test.each([
  { name: 'receive', own: ['BATCH_SYNC_QUEUE_URL', 'DELIVERIES_QUEUE_URL', 'OPERATIONS_QUEUE_URL'] },
  {
    name: 'work',
    own: [
      'BATCH_SYNC_QUEUE_URL',
      'OPERATIONS_DEAD_LETTER_QUEUE_URL',
      'OPERATIONS_QUEUE_URL',
      'SITE_EVENTS_QUEUE_URL',
    ],
  },
  {
    name: 'sync-batch',
    own: ['BATCH_SYNC_DEAD_LETTER_QUEUE_URL', 'BATCH_SYNC_QUEUE_URL', 'SITE_EVENTS_QUEUE_URL'],
  },
  {
    name: 'sweep',
    own: ['BATCH_SYNC_QUEUE_URL', 'DELIVERIES_QUEUE_URL', 'OPERATIONS_QUEUE_URL', 'SITE_EVENTS_QUEUE_URL'],
  },
  { name: 'relay', own: ['DELIVERIES_DEAD_LETTER_QUEUE_URL', 'DELIVERIES_QUEUE_URL'] },
  { name: 'notify', own: ['SITE_EVENTS_DEAD_LETTER_QUEUE_URL', 'SITE_EVENTS_QUEUE_URL'] },
  { name: 'serve-members', own: ['OPERATIONS_QUEUE_URL', 'SITE_EVENTS_QUEUE_URL'] },
  { name: 'reconcile', own: [] },
  { name: 'take-payment-events', own: ['OPERATIONS_QUEUE_URL'] },
])('$name has the variables it needs and no others', ({ name, own }) => {
  expect(Object.keys(environmentOf(name)).sort()).toEqual([...everywhere, ...own].sort());
});

test('with 200 sites every environment is still far below the 4 KB that Lambda allows', () => {
  const large = functionsOf(synthesize({ config: configWith({ sites: sites(200) }) }));
  for (const { Properties } of Object.values(large)) {
    const variables = Object.entries(Properties.Environment.Variables);
    const text = variables.map(
      ([key, value]) => key + (typeof value === 'string' ? value : LONGEST_REFERENCE),
    );
    expect(Buffer.byteLength(text.join(''))).toBeLessThan(ENVIRONMENT_LIMIT_BYTES);
  }
});

test('sweep runs every minute and reconcile every 15, and a run that failed is not repeated', () => {
  const rules = Object.values(resourcesBy(template, 'AWS::Events::Rule', (_, id) => id));
  const runs = rules.map(({ Properties }) => `${Properties.Description} ${Properties.ScheduleExpression}`);
  expect(runs.sort()).toEqual([
    'Runs functions/reconcile.ts rate(15 minutes)',
    'Runs functions/sweep.ts rate(1 minute)',
  ]);
  for (const { Properties } of rules) {
    expect(Properties.Targets).toMatchObject([{ RetryPolicy: { MaximumRetryAttempts: 0 } }]);
  }
  template.resourcePropertiesCountIs('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 }, 2);
});

test('how often reconcile runs is a setting, and a run ends before the next begins', () => {
  const often = synthesize({ config: configWith({ reconcileMinutes: 1 }) });
  often.hasResourceProperties('AWS::Events::Rule', {
    Description: 'Runs functions/reconcile.ts',
    ScheduleExpression: 'rate(1 minute)',
  });
  expect(functionsOf(often).reconcile?.Properties.Timeout).toBe(55);
});
