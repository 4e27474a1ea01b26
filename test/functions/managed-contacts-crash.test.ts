import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { passwordMatches } from '../../functions/members/password.ts';
import { managedContactKey } from '../../functions/store/keys.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { type Workers, wireWorkers } from '../support/workers.ts';

let latchkey: FaultyLatchkey;
let table: TableAccess;
let workers: Workers;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('work', 'managed', { pollers: false });
  table = openTable(latchkey);
  workers = await wireWorkers(latchkey, table);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

/** Sends a webhook that brings its contact. @returns the event with its job */
async function send(command: string, contact: string) {
  const email = `${contact}@example.com`;
  const id = await latchkey.send('managed', command, { id: contact, email, tags: 'Gold' });
  const record = (await latchkey.record('managed', contact, id)) as WebhookRecord;
  return { id, record, event: sqsEvent([record]) };
}

const tagsOf = async (contact: string) =>
  [...((await latchkey.managedContact('managed', contact))?.tags ?? [])].sort();

test('a worker killed after any step of genpass leaves one account, whose password is in the field', async () => {
  for (let n = 1; ; n++) {
    const contact = `killed-${n}`;
    const { id, record: job } = await send('aal_genpass', contact);
    const end = await workers.work([job], { diesAfter: n });
    if (end === 'died') {
      await table.letHoldPass(job);
      await workers.deliver(job);
    }

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
    if (end === 'died') continue;
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

  const { pk, sk } = managedContactKey('managed', 'once');
  await table.changeItem(pk, sk, { tags: new Set(['Platinum']) });
  await table.letHoldPass(record);

  await cloud.functions.work?.invoke(event);
  expect(await latchkey.record('managed', 'once', id)).toMatchObject({ state: 'applied' });
  expect(await tagsOf('once')).toEqual(['Platinum']);
  expect((await latchkey.member('managed', 'once'))?.tags).toEqual(['Platinum']);
});
