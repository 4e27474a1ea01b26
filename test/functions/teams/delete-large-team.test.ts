import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import type { KeapSimulator } from '../../../local/crm-simulators/keap.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../../support/faulty-latchkey.ts';
import { wireTo } from '../../support/in-process.ts';
import { TAGS } from '../../support/latchkey.config.ts';
import { sqsEvent } from '../../support/sqs-event.ts';
import { type Item, openTable, type TableAccess } from '../../support/table-access.ts';

/** Here fewer, so that every test run has them; `npm run model` deletes as large a team as it is told. */
const MEMBERS = Number(process.env.TEAM_MEMBERS ?? 1_500);
const TRANSACTIONS = Math.ceil(MEMBERS / 32);
const PIECE = 1_000; // what Keap takes in one request
/** Transactions after which the worker is killed: in the middle of a piece, and at the end of one. */
const KILLS = [Math.ceil(TRANSACTIONS * 0.25), Math.ceil(TRANSACTIONS * 0.65)];

let latchkey: FaultyLatchkey;
let table: TableAccess;
let crm: KeapSimulator;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('work', 'guild', { pollers: false });
  table = openTable(latchkey);
  crm = latchkey.simulators.get('guild') as KeapSimulator;
  wireTo(latchkey.cloud);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

/** A team as joins would have made it, put there in one go. */
async function newTeam(leader: string, members: readonly string[]): Promise<void> {
  const { newTeam: teamParts, takeSeat } = await import('../../../functions/store/team-changes.ts');
  const since = new Date().toISOString();
  const place = (contactId: string) => ({ contactId, since, askedAt: since, by: 'the test' });
  const seats = { seats: members.length, used: members.length, state: 'open' as const, createdAt: since };
  const team = { site: 'guild', team: 'large', program: 'crew', leader, ...seats };
  const parts = [
    ...teamParts(team, place(leader)),
    ...members.flatMap((member) => takeSeat(team, place(member))),
  ];
  await table.putItems(parts.flatMap(({ Put }) => (Put?.Item ? [Put.Item as Item] : [])));
}

test(`a team of ${MEMBERS} is deleted in bulk at Keap's pace, though its worker is killed twice on the way`, async () => {
  const [leader = '', ...members] = crm.seedContacts(MEMBERS + 1);
  for (const id of members) crm.contacts.addTag(id, TAGS.belongs);
  crm.contacts.addTag(leader, TAGS.leads);
  await newTeam(leader, members);
  const revoked = new Map<string, number>();
  latchkey.proxies.crm.decide(({ method, path }) => {
    if (method !== 'DELETE') return 'pass';
    for (const id of new URL(path, 'http://crm').searchParams.get('ids')?.split(',') ?? [])
      revoked.set(id, (revoked.get(id) ?? 0) + 1);
    return 'pass';
  });
  let transactions = 0;
  let killed = 0;
  latchkey.proxies.dynamodb.decide(({ operation }) => {
    if (!operation.endsWith('TransactWriteItems') || ++transactions !== KILLS[killed]) return 'pass';
    killed++;
    return { after: () => void latchkey.cloud.functions.work?.kill() };
  });
  crm.requests.reset();

  const id = await latchkey.send('guild', 'aal_deleteteam', { contactId: leader, teamId: 'crew' });
  const job = { site: 'guild', contactId: leader, id };
  const event = sqsEvent([(await latchkey.record('guild', leader, id)) as WebhookRecord]);
  const reasons = new Set<unknown>();
  for (;;) {
    const record = await latchkey.record('guild', leader, id);
    if (record?.state !== 'queued') break;
    reasons.add(record.reason);
    await table.letHoldPass(job);
    await latchkey.cloud
      .lambda('work')
      .invoke(event)
      .catch(() => undefined); // killed: SQS delivers it again
  }

  expect(killed).toBe(KILLS.length);
  expect(await latchkey.record('guild', leader, id)).toMatchObject({
    state: 'applied',
    reason: `team deleted; ${MEMBERS} members and the leader are off it`,
  });
  const wrong = members.filter((member) => {
    const tags = crm.contacts.get(member)?.tagIds ?? [];
    return tags.includes(TAGS.belongs) || !tags.includes(TAGS.left);
  });
  expect(wrong).toEqual([]);
  expect(crm.contacts.get(leader)?.tagIds).not.toContain(TAGS.leads);
  // Each once; of a piece that a kill interrupted, those who were not off the team yet once more.
  expect(revoked.size).toBe(MEMBERS + 1);
  const again = [...revoked.values()].filter((times) => times > 1).length;
  expect(again).toBeLessThanOrEqual(KILLS.length * PIECE);
  const pieces = Math.ceil(MEMBERS / PIECE) + KILLS.length;
  expect(crm.requests.total).toBeLessThanOrEqual(2 * pieces + 2);
  expect(crm.requests.refused).toBe(0);
  const left = (await table.items()).filter(({ sk }) => /^(team$|person#|place#)/.test(sk));
  expect(left).toEqual([]);
}, 300_000);

test('while a team is being deleted nobody can join it', async () => {
  const [leader = '', member = '', other = ''] = crm.seedContacts(3);
  await newTeam(leader, [member]);
  let joins: Promise<WebhookRecord | undefined> | undefined;
  const joinsNow = async () => {
    const id = await latchkey.send('guild', 'team_join', {
      contactId: other,
      teamId: 'crew',
      leaderId: leader,
    });
    const record = (await latchkey.record('guild', other, id)) as WebhookRecord;
    await latchkey.cloud.lambda('work').invoke(sqsEvent([record]));
    return latchkey.record('guild', other, id);
  };
  latchkey.proxies.dynamodb.decide(() => 'pass');
  latchkey.proxies.crm.decide(({ method }) => {
    if (method !== 'DELETE' || joins) return 'pass';
    joins = joinsNow();
    return { before: () => joins };
  });
  const id = await latchkey.send('guild', 'aal_deleteteam', { contactId: leader, teamId: 'crew' });
  const record = (await latchkey.record('guild', leader, id)) as WebhookRecord;
  await latchkey.cloud.lambda('work').invoke(sqsEvent([record]));
  expect(await joins).toMatchObject({ state: 'rejected', reason: 'the team is being deleted' });
  expect((await latchkey.record('guild', leader, id))?.state).toBe('applied');
});
