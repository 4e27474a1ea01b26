import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { sqsEvent } from '../support/sqs-event.ts';

let latchkey: FaultyLatchkey;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('work', 'academy', { pollers: false });
});
afterAll(() => latchkey.stop());

test('an SSM that accepts and never answers costs one attempt, and is not waited for to the end of the Lambda', async () => {
  latchkey.proxies.ssm.decide(() => 'hang');
  const id = await latchkey.send('academy', 'aal_genpass', { contactId: '1' });
  const record = await latchkey.record('academy', '1', id);
  const started = Date.now();
  await latchkey.cloud.functions.work?.invoke(sqsEvent(record ? [record] : []));
  expect(Date.now() - started).toBeLessThan(20_000);
  expect(await latchkey.record('academy', '1', id)).toMatchObject({ state: 'queued', attempts: 1 });

  latchkey.proxies.ssm.decide(() => 'pass');
  await latchkey.cloud.functions.work?.invoke(sqsEvent(record ? [record] : []));
  expect(await latchkey.record('academy', '1', id)).toMatchObject({ state: 'applied', attempts: 2 });
});
