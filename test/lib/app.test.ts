import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { ConfigError, loadConfig } from '../../lib/config.ts';
import { LOCAL_STAGE } from '../../lib/stages.ts';
import { DEMO_HANDSHAKES } from '../../local/demo-sites.ts';
import { configWith, type Resource, resourcesBy, synthesize } from './synthesize.ts';

const tableOf = (stage: string): Resource | undefined =>
  Object.values(resourcesBy(synthesize({ stage }), 'AWS::DynamoDB::Table', (_, id) => id))[0];

test('the table has its keys, the sparse indexes, expiry and point-in-time recovery, and is paid by use', () => {
  expect(tableOf('test')?.Properties).toMatchObject({
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'pending',
        KeySchema: [
          { AttributeName: 'pendingKey', KeyType: 'HASH' },
          { AttributeName: 'pendingAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
      {
        IndexName: 'by-email',
        KeySchema: [{ AttributeName: 'emailKey', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
      {
        IndexName: 'by-site',
        KeySchema: [{ AttributeName: 'siteKey', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
      ...[
        ['log', 'logKey'],
        ['log-by-command', 'commandKey'],
        ['log-by-outcome', 'outcomeKey'],
      ].map(([IndexName, key]) => ({
        IndexName,
        KeySchema: [
          { AttributeName: key, KeyType: 'HASH' },
          { AttributeName: 'id', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    ],
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    BillingMode: 'PAY_PER_REQUEST',
  });
});

test('the table of production outlives its stack; that of any other stage goes with it', () => {
  const kept = tableOf('production');
  expect(kept?.Properties.DeletionProtectionEnabled).toBe(true);
  expect(kept?.DeletionPolicy).toBe('Retain');
  const thrownAway = tableOf('dev');
  expect(thrownAway?.Properties.DeletionProtectionEnabled).toBe(false);
  expect(thrownAway?.DeletionPolicy).toBe('Delete');
});

test('the outputs are what an operator needs, the base URL first', () => {
  const outputs = synthesize().toJSON().Outputs;
  expect(Object.keys(outputs)).toEqual([
    'BaseUrl',
    'ParameterPrefix',
    'DashboardUrl',
    'AlarmTopicArn',
    'ConfigHash',
    'TableName',
    'OperationsQueueUrl',
    'OperationsDeadLetterQueueUrl',
    'BatchSyncQueueUrl',
    'BatchSyncDeadLetterQueueUrl',
    'DeliveriesQueueUrl',
    'DeliveriesDeadLetterQueueUrl',
    'SiteEventsQueueUrl',
    'SiteEventsDeadLetterQueueUrl',
    'ReceiveFunctionName',
    'ReceiveLogGroupName',
    'WorkFunctionName',
    'WorkLogGroupName',
    'SyncBatchFunctionName',
    'SyncBatchLogGroupName',
    'SweepFunctionName',
    'SweepLogGroupName',
    'NotifyFunctionName',
    'NotifyLogGroupName',
    'RelayFunctionName',
    'RelayLogGroupName',
    'ServeMembersFunctionName',
    'ServeMembersLogGroupName',
    'ReconcileFunctionName',
    'ReconcileLogGroupName',
    'TakePaymentEventsFunctionName',
    'TakePaymentEventsLogGroupName',
    'ServeConsoleFunctionName',
    'ServeConsoleLogGroupName',
    'WebhookAccessLogGroupName',
  ]);
  expect(outputs.ParameterPrefix.Value).toBe('/latchkey/test/');
});

test('the demo handshakes can be run on this machine', async () => {
  const config = await loadConfig(resolve(import.meta.dirname, 'fixtures/demo.config.ts'));
  expect(() => synthesize({ stage: LOCAL_STAGE, config })).not.toThrow();
});

test.each(['dev', 'production'])(
  'the demo handshakes cannot be deployed to %s, in one line',
  async (stage) => {
    const config = await loadConfig(resolve(import.meta.dirname, 'fixtures/demo.config.ts'));
    expect(() => synthesize({ stage, config })).toThrow(
      new ConfigError(
        'The demo handshakes and API keys are public and cannot be deployed (academy, studio): ' +
          'make your own with "npx latchkey handshake" and "npx latchkey api-key", and put the hashes into latchkey.config.ts.',
      ),
    );
  },
);

test('a demo API key that was left is refused too', () => {
  const config = configWith();
  config.sites[0]?.apiKeys.push('95894727dcfb5a806a519dad3e4141c6257cb4a03d605d3ec9b0988d1d5679f2');
  expect(() => synthesize({ config })).toThrow(/public.*\(site-0\)/);
});

test.each(Object.entries(DEMO_HANDSHAKES))('the demo handshake of %s is refused', (_, handshake) => {
  const config = configWith();
  config.sites[0]?.handshakes.push(createHash('sha256').update(handshake).digest('hex'));
  expect(() => synthesize({ config })).toThrow(/public.*\(site-0\)/);
});

test('one demo handshake left among others is enough to be refused', () => {
  const left = '1413ee3307151766e0059f20cc30a2055b54070f41a16a45c2c26efc9019f8fe';
  const config = configWith();
  config.sites[0]?.handshakes.push(left);
  expect(() => synthesize({ config })).toThrow(/public.*\(site-0\)/);
});

test.each(['', 'Prod', '1st', 'a b', 'x'.repeat(33)])('the stage "%s" is refused', (stage) => {
  expect(() => synthesize({ stage })).toThrow(/^The stage ".*" must be 1 to 32 of a-z, 0-9 and "-"/);
});
