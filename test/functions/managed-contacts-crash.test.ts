import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { passwordMatches } from '../../functions/members/password.ts';
import { managedContactKey } from '../../functions/store/keys.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { clientOptions } from '../../local/endpoints.ts';
import type { Fate } from '../support/fault-proxy.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { sqsEvent } from '../support/sqs-event.ts';

let latchkey: FaultyLatchkey;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('work', 'managed', { pollers: false });
});
afterAll(() => latchkey.stop());

/** Sends a webhook that brings its contact. @returns the event with its job */
async function send(command: string, contact: string) {
  const email = `${contact}@example.com`;
  const id = await latchkey.send('managed', command, { id: contact, email, tags: 'Gold' });
  const record = (await latchkey.record('managed', contact, id)) as WebhookRecord;
  return { id, record, event: sqsEvent([record]) };
}

/** Delivers a message, and again as SQS does where the worker died of it. */
async function deliver(event: object): Promise<void> {
  const work = latchkey.cloud.functions.work;
  try {
    await work?.invoke(event);
  } catch {
    await work?.invoke(event);
  }
}

const tagsOf = async (contact: string) =>
  [...((await latchkey.managedContact('managed', contact))?.tags ?? [])].sort();

test('a worker killed after any step of genpass leaves one account, whose password is in the field', async () => {
  for (let n = 1; ; n++) {
    const contact = `killed-${n}`;
    let step = 0;
    let killed = false;
    latchkey.proxies.dynamodb.decide((): Fate => {
      step++;
      if (killed || step !== n) return 'pass';
      killed = true;
      return { after: () => void latchkey.cloud.functions.work?.kill() };
    });
    const { id, event } = await send('aal_genpass', contact);
    await deliver(event);

    const { account } = (await latchkey.member('managed', contact)) ?? {};
    const password = String((await latchkey.managedContact('managed', contact))?.['field:password']);
    const record = await latchkey.record('managed', contact, id);
    expect({
      n,
      state: record?.state,
      secrets: record?.secrets,
      fits: await passwordMatches(password, account?.passwordHash ?? ''),
      tags: await tagsOf(contact),
    }).toEqual({ n, state: 'applied', secrets: undefined, fits: true, tags: ['Gold', 'account ready'] });
    if (killed) continue;
    expect(n).toBeGreaterThan(8); // fewer steps would mean that the kills did not reach the work
    return;
  }
}, 180_000);

test('what a webhook said takes effect once: a repeat after a crash does not undo what came since', async () => {
  const { cloud, proxies } = latchkey;
  let killed = false;
  proxies.dynamodb.decide(({ operation }) => {
    if (killed || !operation.endsWith('TransactWriteItems')) return 'pass';
    killed = true;
    return { after: () => void cloud.functions.work?.kill() };
  });
  const { id, record, event } = await send('aal_updateuser', 'once');
  expect(record.secrets?.contact).toMatchObject({ tags: ['Gold'] });
  await expect(cloud.functions.work?.invoke(event)).rejects.toThrow();
  expect((await latchkey.record('managed', 'once', id))?.secrets?.contact).toBeUndefined();

  const table = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(cloud.endpoints.dynamodb)));
  await table.send(
    new UpdateCommand({
      TableName: cloud.tableName,
      Key: managedContactKey('managed', 'once'),
      UpdateExpression: 'SET tags = :tags',
      ExpressionAttributeValues: { ':tags': new Set(['Platinum']) },
    }),
  );
  table.destroy();

  await cloud.functions.work?.invoke(event);
  expect(await latchkey.record('managed', 'once', id)).toMatchObject({ state: 'applied' });
  expect(await tagsOf('once')).toEqual(['Platinum']);
  expect((await latchkey.member('managed', 'once'))?.tags).toEqual(['Platinum']);
});
