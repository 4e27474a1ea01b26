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
const crmCredentials =
  'ssm:GetParameter on arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId:parameter/latchkey/test/*/crm';

test('receive may write webhooks and send jobs', () => {
  expect(rightsOf('receive')).toEqual(
    [
      ...log('receive'),
      ...table('PutItem', 'UpdateItem'),
      send('operationsqueue'),
      send('batchsyncqueue'),
    ].sort(),
  );
});

test('work may take, put off, pass on and give up operations, and read CRM credentials', () => {
  expect(rightsOf('work')).toEqual(
    [
      ...log('work'),
      ...table('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
      'dynamodb:Query on table/index/by-email',
      ...consume('operationsqueue'),
      send('operationsqueue'),
      send('operationsdeadletters'),
      send('batchsyncqueue'),
      crmCredentials,
    ].sort(),
  );
});

test('sync-batch may take, put off and give up batch syncs, and read CRM credentials', () => {
  expect(rightsOf('sync-batch')).toEqual(
    [
      ...log('syncbatch'),
      ...table('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
      'dynamodb:Query on table/index/by-email',
      ...consume('batchsyncqueue'),
      send('batchsyncdeadletters'),
      crmCredentials,
    ].sort(),
  );
});

test('sweep may look for pending jobs and send them again', () => {
  expect(rightsOf('sweep')).toEqual(
    [
      ...log('sweep'),
      ...table('BatchGetItem', 'UpdateItem'),
      'dynamodb:Query on table/index/pending',
      send('operationsqueue'),
      send('batchsyncqueue'),
    ].sort(),
  );
});

test('no role has a managed policy, an inline policy or a right to everything', () => {
  for (const { Properties } of Object.values(resourcesBy(template, 'AWS::IAM::Role', (_, id) => id))) {
    expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(Properties).not.toHaveProperty('Policies');
  }
  for (const name of Object.keys(functions)) {
    for (const right of rightsOf(name)) expect(right).not.toMatch(/^\S*\*|on \*$/);
  }
});
