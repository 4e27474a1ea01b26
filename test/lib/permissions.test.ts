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

/** What each function may do. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  /** May write webhooks and send jobs, and reach SQS before it has any. */
  receive: [
    ...log('receive'),
    ...table('PutItem', 'UpdateItem'),
    ...look('operationsqueue'),
    send('operationsqueue'),
    send('batchsyncqueue'),
    send('deliveriesqueue'),
  ],
  /** May take, put off, pass on and give up operations, and read credentials of CRMs and payment providers. */
  work: [
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
  ],
  /** May take, put off and give up batch syncs, and read CRM credentials. */
  'sync-batch': [
    ...log('syncbatch'),
    ...table('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
    byEmail,
    ...consume('batchsyncqueue'),
    send('batchsyncdeadletters'),
    send('batchsyncqueue'),
    send('siteeventsqueue'),
    secrets('crm'),
  ],
  /** May look for pending jobs and send them again. */
  sweep: [
    ...log('sweep'),
    ...table('BatchGetItem', 'Query', 'UpdateItem'),
    pending,
    send('operationsqueue'),
    send('batchsyncqueue'),
    send('deliveriesqueue'),
    send('siteeventsqueue'),
  ],
  /** May take, put off and give up events, and read what they are signed with; no CRM credentials. */
  notify: [
    ...log('notify'),
    ...table('Query', 'UpdateItem'),
    ...consume('siteeventsqueue'),
    send('siteeventsdeadletters'),
    secrets('events'),
  ],
  /** May take, put off, pass on and give up deliveries, and read plugins' secrets; no CRM credentials. */
  relay: [
    ...log('relay'),
    ...table('GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ...consume('deliveriesqueue'),
    send('deliveriesqueue'),
    send('deliveriesdeadletters'),
    secrets('relay'),
  ],
  /** May look members up, change them, queue pulls and events, and read CRM credentials. */
  'serve-members': [
    ...log('servemembers'),
    ...table('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    byEmail,
    pending,
    send('operationsqueue'),
    send('siteeventsqueue'),
    secrets('crm'),
  ],
  /** May read members, raise flags and read CRM credentials, and queues nothing. */
  reconcile: [
    ...log('reconcile'),
    ...table('BatchGetItem', 'GetItem', 'UpdateItem'),
    byEmail,
    secrets('crm'),
  ],
  /** May record and send jobs, and read credentials of payment providers; not of CRMs. */
  'take-payment-events': [
    ...log('takepaymentevents'),
    ...table('GetItem', 'PutItem'),
    send('operationsqueue'),
    secrets('paypal'),
    secrets('stripe'),
  ],
  /** May read the table, count messages and read metrics, and change nothing; no secrets. */
  'serve-console': [
    ...log('serveconsole'),
    ...table('BatchGetItem', 'GetItem', 'Query'),
    ...logIndexes,
    pending,
    ...look('operationsqueue', 'operationsdeadletters', 'batchsyncqueue', 'batchsyncdeadletters'),
    ...look('deliveriesqueue', 'deliveriesdeadletters'),
    ...look('siteeventsqueue', 'siteeventsdeadletters'),
    METRICS,
  ],
};

test('every function of the stack has its rights listed here', () => {
  expect(Object.keys(RIGHTS).sort()).toEqual(Object.keys(functions).sort());
});

test.each(Object.entries(RIGHTS))('%s may do what it is for, and nothing else', (name, rights) => {
  expect(rightsOf(name)).toEqual(rights.toSorted());
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
