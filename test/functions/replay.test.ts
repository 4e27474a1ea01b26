import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { DeadLetters, deadLetterQueues } from '../../cli/dead-letters/dead-letters.ts';
import type { Site } from '../../functions/platform/config.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import { FIELDS } from '../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { restHook } from '../support/rest-hook.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { readAnswer } from '../support/webhook-answer.ts';
import { type Workers, wireWorkers } from '../support/workers.ts';

const SITE = 'academy';

let latchkey: TestLatchkey;
let table: TableAccess;
let crm: ActiveCampaignSimulator;
let workers: Workers;
let site: Site;
let jobs: typeof import('../../functions/jobs/replay.ts');
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
  crm = latchkey.simulators.get(SITE) as ActiveCampaignSimulator;
  workers = await wireWorkers(latchkey, table);
  jobs = await import('../../functions/jobs/replay.ts');
  site = (await import('../../functions/platform/sites.ts')).siteById(SITE);
});
afterEach(() => crm.faults.clear());
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

let people = 0;
const newContact = (fields: Record<string, string> = {}) =>
  crm.contacts.create({ email: `again.${++people}@example.com`, fields }).id;

const read = async (contactId: string, id: string) =>
  (await latchkey.record(SITE, contactId, id)) as WebhookRecord;

/** Posts a webhook for a contact and gives its record; nobody works on it by itself. */
async function post(command: string, contactId: string, more: Record<string, string> = {}) {
  return read(contactId, await latchkey.send(SITE, command, { 'contact[id]': contactId, ...more }));
}

/** Has a job tried for the last time while the CRM fails; gives its record, which says failed. */
async function fail(job: WebhookRecord, fault: Parameters<typeof crm.faults.next>[0]) {
  crm.faults.next({ times: Number.POSITIVE_INFINITY, ...fault });
  await table.change(job, { attempts: 15 });
  await workers.deliver(job);
  crm.faults.clear();
  const failed = await read(job.contactId, job.id);
  expect(failed.state).toBe('failed');
  return failed;
}

/** Replays a webhook and works on what stands in for it; gives the record of that. */
async function replay(record: WebhookRecord) {
  const id = await jobs.replay(record, site);
  await workers.deliver(await read(record.contactId, id));
  return read(record.contactId, id);
}

const PULL = { does: 'answer', route: 'GET /contacts/{id}' } as const;
const WRITE = { does: 'answer', route: 'PUT /contacts/{id}' } as const;

test('what failed is applied under a new id, and both records say so', async () => {
  const job = await fail(await post('aal_genpass', newContact()), PULL);
  expect(job.history).toMatchObject([
    { outcome: 'failed', calls: [expect.stringMatching(/^GET .* 500, \d+ ms$/)] },
  ]);
  const again = await replay(job);
  expect(again).toMatchObject({ state: 'applied', command: 'aal_genpass', replayOf: job.id, attempts: 1 });
  expect(await read(job.contactId, job.id)).toMatchObject({ state: 'failed', replayedBy: again.id });
  expect(again.identity).toBeUndefined();
});

test('two who replay the same at once replay it once', async () => {
  const job = await fail(await post('aal_genpass', newContact()), PULL);
  const ids = await Promise.all([1, 2, 3].map(() => jobs.replay(job, site)));
  expect(new Set(ids).size).toBe(1);
  expect(await latchkey.records(SITE, job.contactId)).toHaveLength(2);
  await expect(jobs.replay(await read(job.contactId, job.id), site)).rejects.toThrow(
    `replayed already, as ${ids[0]}`,
  );
});

describe('ten points stay ten points', () => {
  test('where the CRM had written them before it failed', async () => {
    const contact = newContact({ [FIELDS.points]: '50' });
    const job = await fail(await post('aal_fieldop', contact, { operationId: 'ten-points' }), {
      ...WRITE,
      when: 'after',
    });
    expect(crm.contacts.get(contact)?.fields[FIELDS.points]).toBe('60');
    expect(await replay(job)).toMatchObject({ state: 'applied' });
    expect(crm.contacts.get(contact)?.fields[FIELDS.points]).toBe('60');
  });

  test('where the CRM had not', async () => {
    const contact = newContact({ [FIELDS.points]: '50' });
    const job = await fail(await post('aal_fieldop', contact, { operationId: 'ten-points' }), WRITE);
    await replay(job);
    expect(crm.contacts.get(contact)?.fields[FIELDS.points]).toBe('60');
  });

  test('where others have changed the field since: nobody’s points are written over', async () => {
    const contact = newContact({ [FIELDS.points]: '50' });
    const job = await fail(await post('aal_fieldop', contact, { operationId: 'ten-points' }), WRITE);
    const later = await post('aal_fieldop', contact, { operationId: 'double-points' });
    await workers.deliver(later);
    const again = await replay(job);
    expect(again).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining(`field ${FIELDS.points} was changed`),
    });
    expect(crm.contacts.get(contact)?.fields[FIELDS.points]).toBe('100');
  });

  test('where a later step was refused: the replay goes on with that', async () => {
    const contact = newContact({ [FIELDS.points]: '50', [FIELDS.plan]: 'basic' });
    const job = await post('aal_fieldop', contact, { operationId: 'refused' });
    await workers.deliver(job);
    const rejected = await read(contact, job.id);
    expect(rejected.state).toBe('rejected');
    const again = await replay(rejected);
    expect(again.state).toBe('rejected'); // the CRM still has no such tag
    expect(crm.contacts.get(contact)?.fields[FIELDS.points]).toBe('60');
  });
});

test('an automation that the last try had started is not started again, however much later the replay is', async () => {
  const contact = newContact();
  const job = await fail(await post('mbr_genpass', contact, { automation: '1' }), {
    ...{ does: 'answer', route: 'POST /contactAutomations', when: 'after' },
  });
  const again = await read(contact, await jobs.replay(job, site));
  await table.change(again, { receivedAt: new Date(Date.now() + 3_600_000).toISOString() });
  await workers.deliver(again);
  expect((await read(contact, again.id)).state).toBe('applied');
  expect(crm.contacts.get(contact)?.automations).toHaveLength(1);
});

test('the people of an interaction get it once, though its job is replayed', async () => {
  const leader = newContact();
  const tasks = [
    await post('aal_initiateteam', leader, { teamId: 'group-plan' }),
    await post('aal_teamops', leader, { teamId: 'group-plan', opId: 'news' }),
  ];
  for (const task of tasks) await workers.deliver(task);
  const interaction = await read(leader, tasks[1]?.id ?? '');
  expect(interaction.state).toBe('applied');
  await table.change(interaction, { state: 'failed' }); // as if it had died between its last step and its end
  await replay({ ...interaction, state: 'failed' });
  const forPeople = (await latchkey.records(SITE, leader)).filter(
    ({ command }) => command === 'team_interaction',
  );
  expect(forPeople).toHaveLength(1);
});

test('the contacts of a delivery for many get it once, though it is replayed', async () => {
  const body = restHook(901, 2, { operationId: 'ten-points' });
  const { webhook } = await readAnswer(await latchkey.post(SITE, 'aal_fieldop', body));
  const first = await read('*', webhook);
  await workers.deliver(first);
  expect((await read('*', webhook)).state).toBe('applied');
  await table.change(first, { state: 'failed' }); // as if it had been given up when it had come to some of them
  expect(await replay({ ...first, state: 'failed' })).toMatchObject({ state: 'applied', contactId: '*' });
  const ids = (await latchkey.records(SITE, '901')).map(({ id }) => id);
  expect(ids).toEqual([`${webhook}-901`]);
});

test.each([
  ['was applied', { state: 'applied' }, 'it is applied'],
  ['only raised a flag', { state: 'flagged' }, 'it is flagged'],
  ['is a duplicate', { state: 'duplicate' }, 'it is duplicate'],
  ['waits', { state: 'queued' }, 'it is queued'],
  ['was refused at the door', { state: 'rejected', contactId: '?' }, 'refused at the door'],
  ['had a password with it', { state: 'failed', hadSecrets: true }, 'was not kept'],
] as [string, Partial<WebhookRecord>, string][])(
  'what %s is not replayed, and told why',
  async (_, is, why) => {
    const record = { ...(await post('aal_genpass', newContact())), ...is };
    await expect(jobs.replay(record, site)).rejects.toThrow(why);
  },
);

test('that a password came with it is remembered, and the password is not', async () => {
  const job = await post('mbr_genpass', newContact(), { default_pass: 'given-password-1' });
  expect(job).toMatchObject({ hadSecrets: true, secrets: { default_pass: 'given-password-1' } });
  const failed = await fail(job, PULL);
  expect(failed).toMatchObject({ hadSecrets: true });
  expect(JSON.stringify(failed)).not.toContain('given-password-1');
});

test('a dead letter that has come back by itself is put back without a complaint', async () => {
  await fail(await post('aal_genpass', newContact()), PULL);
  for (const queue of deadLetterQueues(latchkey.cloud.outputs).filter(({ name }) => name === 'operations')) {
    const letters = new DeadLetters(queue);
    const { value: [letter = {}] = [] } = await letters.take().next();
    await letters.putBack(letter);
    expect(await letters.putBack(letter)).toBeUndefined();
    letters.close();
  }
});

test('dead letters that are redriven are replayed, once each, on either queue', async () => {
  const contact = newContact();
  const job = await fail(await post('aal_genpass', contact), PULL);
  const batch = await post('aal_batchsync', newContact());
  await table.change(batch, { attempts: 15 });
  crm.faults.next({ does: 'answer', times: Number.POSITIVE_INFINITY, route: 'GET /contacts' });
  crm.faults.next({ ...PULL, times: Number.POSITIVE_INFINITY });
  latchkey.cloud.startPollers();
  await latchkey.until(SITE, batch.contactId, batch.id, 'failed');
  crm.faults.clear();

  for (const queue of deadLetterQueues(latchkey.cloud.outputs)) {
    const letters = new DeadLetters(queue);
    for await (const taken of letters.take()) for (const letter of taken) await letters.redrive(letter);
    letters.close();
  }
  for (const { contactId, id } of [job, batch]) {
    const by = await eventually(async () => {
      const { replayedBy } = await read(contactId, id);
      expect(replayedBy).toBeDefined();
      return String(replayedBy);
    });
    await latchkey.until(SITE, contactId, by, 'applied');
  }
});
