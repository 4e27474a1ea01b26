import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PluginSite } from '../../local/plugin-simulator/plugin-site.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { doneFor, hostOf, passThrough } from '../support/relay.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { readAnswer } from '../support/webhook-answer.ts';

let latchkey: TestLatchkey;
let host: PluginSite;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pluginHost: { answerMs: 5 } });
  host = hostOf(latchkey, 'flooded');
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

type Event = { type?: string; tag?: string; from?: string };

/** An event as ActiveCampaign sends it: a form with what happened and the contact. */
const event = (contactId: string, seq: number, { type = 'update', tag, from = 'admin' }: Event = {}) =>
  new URLSearchParams({
    ...{ type, date_time: '2026-11-27 01:02:03', initiated_from: from, 'contact[id]': contactId },
    ...{ 'contact[email]': `c${contactId}@example.com`, seq: String(seq), ...(tag !== undefined && { tag }) },
  });

const post = (body: URLSearchParams) => passThrough(latchkey, 'flooded', '?type=contact', { body });

test.each([
  ['of another type', { type: 'subscribe' }, 'the site wants no events of this type'],
  [
    'about another tag',
    { type: 'contact_tag_added', tag: 'Silver' },
    'the site wants no events about this tag',
  ],
  ['of the plugin itself', { from: 'api' }, 'the site wants no events that come from api'],
] as [string, Event, string][])(
  'an event %s is kept back, and its record says why',
  async (_, said, reason) => {
    const contact = `90${reason.length}`;
    const answer = await readAnswer(await post(event(contact, 1, said)));

    expect(answer.status).toBe('filtered');
    const record = await latchkey.until('flooded', contact, answer.webhook, 'filtered');
    expect(record).toMatchObject({ command: 'crm_event', reason });
    expect(record).not.toHaveProperty('request');
    expect(record).not.toHaveProperty('commandKey'); // a flood pays one index write each
    expect(latchkey.lines.find((line) => line.includes(answer.webhook))).toContain('"outcome":"filtered"');
  },
);

test('an event that is wanted reaches the plugin with the query that its sender wrote', async () => {
  const { webhook } = await readAnswer(
    await post(event('9001', 1, { type: 'contact_tag_added', tag: 'gold' })),
  );

  const record = await latchkey.until('flooded', '9001', webhook, 'applied');
  expect(record).toMatchObject({
    command: 'crm_event',
    parameters: { type: 'contact_tag_added', tag: 'gold' },
  });
  const [request] = host.requests.filter(({ webhookId }) => webhookId === webhook);
  expect(request).toMatchObject({ plugin: 'Memberium', query: 'key=***&type=contact', delivered: true });
});

test("the CRM's own address for events leads to the plugin too", async () => {
  const answer = await fetch(
    `${latchkey.cloud.url}/events/activecampaign/${HANDSHAKES.flooded}?type=contact`,
    {
      method: 'POST',
      body: event('9002', 1),
    },
  );
  const { webhook } = await readAnswer(answer);

  await latchkey.until('flooded', '9002', webhook, 'applied');
  expect(doneFor(host.requests, '9002')).toEqual([1]);
});

test('what is no event is no business of the filter', async () => {
  const body = new URLSearchParams({ 'contact[id]': '9003', seq: '1', seriesid: '4' });
  const { webhook } = await readAnswer(await post(body));

  const record = await latchkey.until('flooded', '9003', webhook, 'applied');
  expect(record.command).toBe('pass_through');
});

test('events that come sooner than the site wants wait in the table, and go with what comes behind them', async () => {
  const first = await readAnswer(await post(event('9004', 1)));
  await latchkey.until('flooded', '9004', first.webhook, 'applied');
  const second = await readAnswer(await post(event('9004', 2)));
  const third = await readAnswer(await post(event('9004', 3)));
  const parked = await eventually(async () => {
    const record = await latchkey.record('flooded', '9004', third.webhook);
    expect(record).toMatchObject({ state: 'queued', joined: 1 });
    expect(record?.dueAt).toBeDefined();
    return record;
  });
  expect(parked?.reason).toContain('the site wants some time between two events of a contact');
  expect((await latchkey.record('flooded', '9004', second.webhook))?.joinedTo).toBe(third.webhook);
  await eventually(async () => expect(await latchkey.messagesIn('deliveries')).toBe(0));

  const genpass = await latchkey.send('flooded', 'aal_genpass', { 'contact[id]': '9004', seq: '4' });

  await latchkey.until('flooded', '9004', genpass, 'applied');
  expect(doneFor(host.requests, '9004')).toEqual([1, 3, 4]);
});

/** Sends two events, of which the second is parked since it came too soon, and gives that one. */
async function parkOne(contactId: string) {
  const first = await readAnswer(await post(event(contactId, 1)));
  await latchkey.until('flooded', contactId, first.webhook, 'applied');
  const { webhook: id } = await readAnswer(await post(event(contactId, 2)));
  await eventually(async () =>
    expect((await latchkey.record('flooded', contactId, id))?.dueAt).toBeDefined(),
  );
  return { site: 'flooded', contactId, id } as const;
}

/** Has a sweep send the message of a parked event. */
async function sweep(webhook: Awaited<ReturnType<typeof parkOne>>): Promise<void> {
  await table.makeOverdue(webhook);
  await latchkey.cloud.lambda('sweep').invoke({});
}

test('an event waits no longer for the time between two than it would be tried', async () => {
  const parked = await parkOne('9005');
  await table.change(parked, { receivedAt: new Date(Date.now() - 14 * 86_400_000).toISOString() });
  await sweep(parked);

  await latchkey.until('flooded', '9005', parked.id, 'applied');
});

test('an event that a dead worker held is parked like others', async () => {
  const parked = await parkOne('9006');
  await table.change(parked, { heldBy: 'the dead', heldUntil: new Date(Date.now() - 1000).toISOString() });
  await sweep(parked);

  await eventually(async () => {
    const record = await latchkey.record('flooded', '9006', parked.id);
    expect(record?.heldUntil).toBeUndefined();
    expect(record?.pendingAt).toBe(record?.dueAt);
  });
});

// SQS refuses a message that holds one, at every attempt: answered with 200, the event would never have been handed on.
test('an event whose words hold the characters that SQS takes in no message reaches the plugin', async () => {
  const type = '\uFFFEupdate\uFFFF';
  const body = event('9100', 1, { type });
  const { webhook } = await readAnswer(
    await passThrough(latchkey, 'relayed', '?wpf_action=update', { body }),
  );

  const record = await latchkey.until('relayed', '9100', webhook, 'applied');
  expect(record.parameters).toEqual({ type });
});
