import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { sqsEvent } from '../support/sqs-event.ts';

const READY = '9'; // the completion tag, and TAG one of genpassOnTags, in test/support/latchkey.config.ts
const TAG = '20';

let latchkey: TestLatchkey;
let crm: CrmSimulator;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  crm = latchkey.simulators.get('academy') as CrmSimulator;
});
afterAll(() => latchkey.stop());

const webhookFor = (contactId: string) => ({
  id: ulid(),
  site: 'academy',
  command: 'genpass_if_tagged',
  contactId,
  parameters: {},
  receivedAt: new Date().toISOString(),
});

/** Has a worker do the job for a contact, and gives its record. */
async function deliver(webhook: ReturnType<typeof webhookFor>) {
  await latchkey.cloud.functions.work?.invoke(sqsEvent([webhook]));
  return latchkey.record('academy', webhook.contactId, webhook.id);
}

test('a contact that has one of the tags becomes a member, once', async () => {
  const { id } = crm.contacts.create({ email: 'tagged@example.com' });
  crm.contacts.addTag(id, TAG);
  const webhook = webhookFor(id);
  expect(await deliver(webhook)).toMatchObject({
    state: 'applied',
    reason: expect.stringMatching('created'),
  });
  const member = await latchkey.member('academy', id);
  expect(member?.account?.createdBy).toBe(webhook.id);
  expect(member?.tags).toContain(READY);

  expect(await deliver(webhookFor(id))).toMatchObject({ reason: expect.stringMatching('exists') });
  expect((await latchkey.member('academy', id))?.account).toEqual(member?.account);
});

test('a contact that has none of them is pulled and stays without an account', async () => {
  const { id } = crm.contacts.create({ email: 'untagged@example.com' });
  crm.contacts.addTag(id, 'Cohort 2020');
  expect(await deliver(webhookFor(id))).toMatchObject({
    state: 'applied',
    reason: 'has none of the tags of genpassOnTags',
  });
  const member = await latchkey.member('academy', id);
  expect([member?.email, member?.account]).toEqual(['untagged@example.com', undefined]);
});
