import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import type { TestSite } from '../support/latchkey.ts';
import { sentMessages } from '../support/sent-messages.ts';
import { readAnswer } from '../support/webhook-answer.ts';

let latchkey: FaultyLatchkey;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('receive', 'academy', { pollers: false });
});
afterEach(() => latchkey.proxies.crm.decide(() => 'pass'));
afterAll(() => latchkey.stop());

/** The messages that a webhook, or several, made receive send. */
async function messagesOf(post: () => Promise<unknown>) {
  const before = sentMessages(latchkey.proxies.sqs).length;
  await post();
  return sentMessages(latchkey.proxies.sqs).slice(before);
}

const batchSync = (contactId: string, site: TestSite = 'academy') =>
  latchkey.send(site, 'aal_batchsync', { contactId });

test.each([
  ['academy', 0],
  ['legacy', 300], // the default: five minutes
] as const)('a batch sync of the site %s waits for the %i seconds of its config', async (site, seconds) => {
  const [message, ...more] = await messagesOf(() => batchSync('1', site));
  expect(more).toEqual([]);
  expect(message?.QueueUrl).toBe(
    latchkey.proxies.sqs.url + new URL(latchkey.cloud.queues['batch-sync'] ?? '').pathname,
  );
  expect(message?.DelaySeconds).toBe(seconds);
});

test('ten batch syncs of one contact, one after the other or at once, cost one message', async () => {
  const messages = await messagesOf(async () => {
    for (let n = 0; n < 5; n++) await batchSync('2');
    await Promise.all(Array.from({ length: 5 }, () => batchSync('2')));
  });
  expect(messages).toHaveLength(1);
  expect(await latchkey.records('academy', '2')).toHaveLength(10);
  expect((await latchkey.flag('academy', '2'))?.requestedVersion).toBe(10);
});

test('the one that joins another is told so', async () => {
  const answers = await Promise.all(
    Array.from({ length: 3 }, async () =>
      readAnswer(await latchkey.post('academy', 'aal_batchsync', { contactId: '3' })),
    ),
  );
  expect(answers.every(({ status }) => status === 'queued')).toBe(true);
  expect(answers.filter(({ joined }) => joined)).toHaveLength(2);
});

test('contacts do not join each other, nor does one contact of two sites', async () => {
  const messages = await messagesOf(async () => {
    await batchSync('4');
    await batchSync('5');
    await batchSync('4', 'slow');
  });
  expect(messages).toHaveLength(3);
});

test('all webhooks that joined end applied with the sync that serves them, by one read of the CRM', async () => {
  const simulator = latchkey.simulators.get('academy');
  const before = latchkey.proxies.crm.passed.length;
  latchkey.cloud.startPollers(); // until here everything waited

  const ids = (await latchkey.records('academy', '2')).map(({ id }) => id);
  expect(ids).toHaveLength(10);
  for (const id of ids) {
    expect(await latchkey.until('academy', '2', id, 'applied')).toMatchObject({
      reason: 'pulled from the CRM in bulk',
    });
  }

  expect((await latchkey.member('academy', '2'))?.email).toBe(simulator?.contacts.get('2')?.email);
  const flag = await latchkey.flag('academy', '2');
  expect([flag?.requestedVersion, flag?.syncedVersion, flag?.pendingAt]).toEqual([10, 10, undefined]);
  const reads = latchkey.proxies.crm.passed
    .slice(before)
    .filter(({ path }) => /[?&]ids%5B%5D=2(&|$)/.test(path));
  expect(reads).toHaveLength(1);
});

test('a webhook that arrives while the sync runs gets a sync of its own, which sees what is new', async () => {
  const simulator = latchkey.simulators.get('academy');
  let later: Promise<string> | undefined;
  latchkey.proxies.crm.decide(() => {
    if (later) return 'pass';
    const after = () => {
      simulator?.contacts.addTag('6', 'Cohort 2026'); // the answer that is under way does not have it
      later = batchSync('6');
    };
    return { after };
  });
  const messages = await messagesOf(async () => {
    const first = await batchSync('6');
    await latchkey.until('academy', '6', first, 'applied');
    const second = await later;
    await latchkey.until('academy', '6', String(second), 'applied');
  });
  expect(messages).toHaveLength(2);
  expect((await latchkey.member('academy', '6'))?.tags).toContain('20');
  const flag = await latchkey.flag('academy', '6');
  expect(flag?.syncedVersion).toBe(flag?.requestedVersion);
});
