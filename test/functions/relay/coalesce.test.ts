import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

let table: TestTable;
let coalesce: typeof import('../../../functions/relay/coalesce.ts').coalesce;
let recordWebhook: typeof import('../../../functions/store/webhooks.ts').recordWebhook;
let pendingOfContact: typeof import('../../../functions/store/pending.ts').pendingOfContact;
beforeAll(async () => {
  table = await startTestTable();
  ({ coalesce } = await import('../../../functions/relay/coalesce.ts'));
  ({ recordWebhook } = await import('../../../functions/store/webhooks.ts'));
  ({ pendingOfContact } = await import('../../../functions/store/pending.ts'));
});
afterAll(() => table.stop());

let contacts = 0;

/** Lets events of a contact wait; gives what goes first, and what waits then. */
async function firstOf(events: readonly Record<string, string>[]) {
  contacts++;
  const contact = { site: 'academy', contactId: String(contacts) };
  for (const [index, parameters] of events.entries()) {
    const request = { method: 'POST', query: '', secretIn: { query: 'key' } };
    const webhook = { ...contact, id: `0${index + 1}`, command: 'crm_event', parameters, request };
    const start = { state: 'queued', queue: 'deliveries', recordDays: 30 } as const;
    await recordWebhook({ ...webhook, receivedAt: '2026-11-27T01:02:03.000Z' }, start);
  }
  const waiting = () => pendingOfContact(contact, 'deliveries', 100);
  const first = await coalesce(await waiting(), []);
  return { goes: first?.id, left: (await waiting()).map(({ id }: WebhookRecord) => id) };
}

test.each([
  ['a change of the contact', { type: 'update' }, '02'],
  ['a change of the contact in the word of Keap', { type: 'contact.edit' }, '02'],
  ['the same tag', { type: 'contact_tag_added', tag: 'Gold' }, '02'],
  // Each names a list, a link or a deal as well, which is not read.
  ['a list', { type: 'subscribe' }, '01'],
  ['a link', { type: 'click' }, '01'],
  ['a deal', { type: 'deal_update' }, '01'],
  ['a tag that is not named', { type: 'contactGroup.applied' }, '01'],
])('of two events about %s, %j, %s goes first', async (_, parameters, goes) => {
  expect(await firstOf([parameters, parameters])).toEqual({
    goes,
    left: goes === '01' ? ['01', '02'] : ['02'],
  });
});

test('events about different tags stay apart', async () => {
  const gained = (tag: string) => ({ type: 'contact_tag_added', tag });
  expect(await firstOf([gained('Gold'), gained('Silver')])).toEqual({ goes: '01', left: ['01', '02'] });
});
