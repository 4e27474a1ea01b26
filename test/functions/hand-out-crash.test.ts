import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { eventually } from '../support/latchkey.ts';
import { restHook } from '../support/rest-hook.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { readAnswer } from '../support/webhook-answer.ts';

const CONTACTS = 40;
const VISIBILITY_SECONDS = 5; // a killed worker's message comes back then; far longer than the hand-out takes

let latchkey: FaultyLatchkey;
let table: TableAccess;
beforeAll(async () => {
  const queueAttributes = { operations: { VisibilityTimeout: String(VISIBILITY_SECONDS) } };
  latchkey = await startFaultyLatchkey('work', 'academy', { queueAttributes });
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

test('a worker that is killed in the middle hands out the rest when it comes back, and nothing twice', async () => {
  let written = 0;
  const killed = Promise.withResolvers<void>();
  latchkey.proxies.dynamodb.decide(({ operation }) => {
    if (!operation.endsWith('PutItem') || ++written !== CONTACTS / 2) return 'pass';
    return {
      after: () => {
        latchkey.cloud.functions.work?.kill();
        killed.resolve();
      },
    };
  });
  // There is no such product: each job is rejected, and counted by that.
  const body = restHook(1, CONTACTS, { productId: 'nothing' });
  const answer = await latchkey.post('academy', 'aal_cancelsubscription', body);
  const { webhook } = await readAnswer(answer);
  await killed.promise;
  await table.letHoldPass({ site: 'academy', contactId: '*', id: webhook });

  const handedOut = await latchkey.until('academy', '*', webhook, 'applied');

  expect(handedOut.attempts).toBeGreaterThanOrEqual(2);
  expect(written).toBeGreaterThan(CONTACTS); // it was killed, and began again
  const jobs = await eventually(async () => {
    const items = (await table.items()) as unknown as WebhookRecord[];
    const rejected = items.filter(({ reason }) => reason?.startsWith('the site has no product nothing'));
    expect(rejected).toHaveLength(CONTACTS);
    return rejected;
  });
  expect(new Set(jobs.map(({ id }) => id))).toEqual(
    new Set(Array.from({ length: CONTACTS }, (_, index) => `${webhook}-${index + 1}`)),
  );
  await eventually(async () => expect(await latchkey.messagesIn('operations')).toBe(0));
  const attempts = (await latchkey.records('academy', '1')).map((record) => record.attempts);
  expect(attempts).toEqual([1]);
});
