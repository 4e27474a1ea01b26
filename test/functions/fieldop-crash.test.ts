import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import { FIELDS, TAGS } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { type Workers, wireWorkers } from '../support/workers.ts';

const FEWEST_STEPS = 9; // fewer would mean that the deaths did not reach the work

let latchkey: TestLatchkey;
let table: TableAccess;
let crm: ActiveCampaignSimulator;
let workers: Workers;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
  crm = latchkey.simulators.get('told') as ActiveCampaignSimulator;
  workers = await wireWorkers(latchkey, table);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

/** Posts aal_fieldop for a new contact. @returns the record of its job, which nobody tries by itself */
async function post(operationId: string, fields: Record<string, string>): Promise<WebhookRecord> {
  const { id: contact } = crm.contacts.create({ email: 'points@example.com', fields });
  const id = await latchkey.send('told', 'aal_fieldop', { 'contact[id]': contact, operationId });
  return (await latchkey.record('told', contact, id)) as WebhookRecord;
}

const now = ({ contactId, id }: WebhookRecord) => latchkey.record('told', contactId, id);

test('a worker that dies after any step of an operation adds the points once, starts once and tags once', async () => {
  for (let n = 1; ; n++) {
    const job = await post('finish', { [FIELDS.points]: '50', [FIELDS.plan]: 'basic' });
    const end = await workers.work([job], { diesAfter: n });
    const waiting = async () => [await now(job)].filter((record) => record?.state === 'queued');
    await workers.workOff(waiting as () => Promise<WebhookRecord[]>, []);
    expect({
      n,
      state: (await now(job))?.state,
      crm: crm.contacts.get(job.contactId),
      copy: (await latchkey.member('told', job.contactId))?.fields,
    }).toMatchObject({
      n,
      state: 'applied',
      crm: {
        fields: { [FIELDS.points]: '60', [FIELDS.plan]: 'Alumni' },
        tagIds: [TAGS.foundations],
        automations: ['3', '4'],
      },
      copy: { [FIELDS.points]: '60', [FIELDS.plan]: 'Alumni' },
    });
    if (end === 'died') continue;
    expect(n).toBeGreaterThan(FEWEST_STEPS);
    return;
  }
}, 60_000);

test('while one worker tries a job, another leaves it alone, and tries it when that one is over', async () => {
  const job = await post('ten-points', { [FIELDS.points]: '1' });
  const held = { heldBy: 'another worker', heldUntil: new Date(Date.now() + 60_000).toISOString() };
  await table.change(job, held);
  const event = sqsEvent([job]);
  expect(await latchkey.cloud.lambda('work').invoke(event)).toMatchObject({
    batchItemFailures: [expect.anything()],
  });
  expect(await now(job)).toMatchObject({ state: 'queued', ...held });
  expect(crm.contacts.get(job.contactId)?.fields[FIELDS.points]).toBe('1');
  await table.letHoldPass(job);
  await latchkey.cloud.lambda('work').invoke(event);
  expect(await now(job)).toMatchObject({ state: 'applied' });
  expect(crm.contacts.get(job.contactId)?.fields[FIELDS.points]).toBe('11');
});
