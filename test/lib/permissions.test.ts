import { expect, test } from '@jest/globals';
import { rightsOf as rightsIn } from './permissions.ts';
import { functionsOf, resourcesBy, synthesize } from './synthesize.ts';

const template = synthesize();
const functions = functionsOf(template);
const rightsOf = (name: string) => rightsIn(template, name);

const table = (...actions: string[]) => actions.map((action) => `dynamodb:${action} on table`);
const log = (name: string) =>
  ['CreateLogStream', 'PutLogEvents'].map((action) => `logs:${action} on ${name}logs`);
const consume = (queue: string) =>
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map(
    (action) => `sqs:${action} on ${queue}`,
  );
const send = (queue: string) => `sqs:SendMessage on ${queue}`;
const secrets = (kind: string) =>
  `ssm:GetParameter on arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId:parameter/latchkey/test/*/${kind}`;
const byEmail = 'dynamodb:Query on table/index/by-email';
const pending = 'dynamodb:Query on table/index/pending';
const logIndexes = ['log', 'log-by-command', 'log-by-outcome'].map(
  (index) => `dynamodb:Query on table/index/${index}`,
);
const look = (...queues: string[]) => queues.map((queue) => `sqs:GetQueueAttributes on ${queue}`);
const METRICS = 'cloudwatch:GetMetricData on *'; // CloudWatch knows no resources for it

test('receive may write webhooks and send jobs', () => {
  expect(rightsOf('receive')).toEqual(
    [
      ...log('receive'),
      ...table('PutItem', 'UpdateItem'),
      send('operationsqueue'),
      send('batchsyncqueue'),
      send('deliveriesqueue'),
    ].sort(),
  );
});

test('work may take, put off, pass on and give up operations, and read credentials of CRMs and payment providers', () => {
  expect(rightsOf('work')).toEqual(
    [
      ...log('work'),
      ...table('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
      byEmail,
      ...consume('operationsqueue'),
      send('operationsqueue'),
      send('operationsdeadletters'),
      send('batchsyncqueue'),
      send('siteeventsqueue'),
      secrets('crm'),
      secrets('paypal'),
      secrets('stripe'),
    ].sort(),
  );
});

test('sync-batch may take, put off and give up batch syncs, and read CRM credentials', () => {
  expect(rightsOf('sync-batch')).toEqual(
    [
      ...log('syncbatch'),
      ...table('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
      byEmail,
      ...consume('batchsyncqueue'),
      send('batchsyncdeadletters'),
      send('batchsyncqueue'),
      send('siteeventsqueue'),
      secrets('crm'),
    ].sort(),
  );
});

test('sweep may look for pending jobs and send them again', () => {
  expect(rightsOf('sweep')).toEqual(
    [
      ...log('sweep'),
      ...table('BatchGetItem', 'Query', 'UpdateItem'),
      pending,
      send('operationsqueue'),
      send('batchsyncqueue'),
      send('deliveriesqueue'),
      send('siteeventsqueue'),
    ].sort(),
  );
});

test('notify may take, put off and give up events, and read what they are signed with; no CRM credentials', () => {
  expect(rightsOf('notify')).toEqual(
    [
      ...log('notify'),
      ...table('Query', 'UpdateItem'),
      ...consume('siteeventsqueue'),
      send('siteeventsdeadletters'),
      secrets('events'),
    ].sort(),
  );
});

test("relay may take, put off, pass on and give up deliveries, and read plugins' secrets; no CRM credentials", () => {
  expect(rightsOf('relay')).toEqual(
    [
      ...log('relay'),
      ...table('GetItem', 'PutItem', 'Query', 'UpdateItem'),
      ...consume('deliveriesqueue'),
      send('deliveriesqueue'),
      send('deliveriesdeadletters'),
      secrets('relay'),
    ].sort(),
  );
});

test('serve-members may look members up, change them, queue pulls and events, and read CRM credentials', () => {
  expect(rightsOf('serve-members')).toEqual(
    [
      ...log('servemembers'),
      ...table('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
      byEmail,
      pending,
      send('operationsqueue'),
      send('siteeventsqueue'),
      secrets('crm'),
    ].sort(),
  );
});

test('reconcile may read members, raise flags and read CRM credentials, and queues nothing', () => {
  expect(rightsOf('reconcile')).toEqual(
    [...log('reconcile'), ...table('BatchGetItem', 'GetItem', 'UpdateItem'), byEmail, secrets('crm')].sort(),
  );
});

test('take-payment-events may record and send jobs, and read credentials of payment providers; not of CRMs', () => {
  expect(rightsOf('take-payment-events')).toEqual(
    [
      ...log('takepaymentevents'),
      ...table('GetItem', 'PutItem'),
      send('operationsqueue'),
      secrets('paypal'),
      secrets('stripe'),
    ].sort(),
  );
});

test('serve-console may read the table, count messages and read metrics, and change nothing; no secrets', () => {
  expect(rightsOf('serve-console')).toEqual(
    [
      ...log('serveconsole'),
      ...table('BatchGetItem', 'GetItem', 'Query'),
      ...logIndexes,
      pending,
      ...look('operationsqueue', 'operationsdeadletters', 'batchsyncqueue', 'batchsyncdeadletters'),
      ...look('deliveriesqueue', 'deliveriesdeadletters'),
      ...look('siteeventsqueue', 'siteeventsdeadletters'),
      METRICS,
    ].sort(),
  );
});

test('no role has a managed policy, an inline policy or a right to everything', () => {
  for (const { Properties } of Object.values(resourcesBy(template, 'AWS::IAM::Role', (_, id) => id))) {
    expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(Properties).not.toHaveProperty('Policies');
  }
  for (const name of Object.keys(functions)) {
    for (const right of rightsOf(name).filter((each) => each !== METRICS))
      expect(right).not.toMatch(/^\S*\*|on \*$/);
  }
});
