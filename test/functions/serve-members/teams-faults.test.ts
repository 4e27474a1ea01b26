import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pMap from 'p-map';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import type { Fate, FaultProxy } from '../../../local/fault-proxy.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../../support/faulty-latchkey.ts';
import { TAGS } from '../../support/latchkey.config.ts';
import { eventually } from '../../support/latchkey.ts';
import { type ApiAnswer, type SiteApi, siteApi } from '../../support/site-api.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';
import { SEATS, startTeam, teamPath } from '../../support/teams.ts';
import { TRANSACTION_CONFLICT } from '../../support/transaction-conflict.ts';

const ENVIRONMENTS = 6;
const CROWD = 200;
const SDK_TRIES = 2; // of one request to DynamoDB

let latchkey: FaultyLatchkey;
let table: TableAccess;
let crm: CrmSimulator;
let api: SiteApi;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('serve-members', 'academy', {
    concurrency: { 'serve-members': ENVIRONMENTS },
  });
  table = openTable(latchkey);
  crm = latchkey.simulators.get('academy') as CrmSimulator;
  api = siteApi(latchkey, 'academy');
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});
afterEach(() => {
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');
});

let contacts = 0;
const newContact = (): string => crm.contacts.create({ email: `faulty.${++contacts}@example.com` }).id;

async function newTeam(seats = SEATS): Promise<string> {
  const leader = newContact();
  await startTeam(latchkey, 'academy', leader, seats);
  return leader;
}

const join = (leader: string, contactId: string): Promise<ApiAnswer> =>
  api.post(`${teamPath(leader)}/members`, { contactId });

const tagsJobs = async (contactId: string) =>
  (await latchkey.records('academy', contactId)).filter(({ command }) => command === 'team_tags');

/** Lets so many transactions meet this fate, and the others pass. */
function strikeTransactions(times: number, fate: Fate): void {
  let struck = 0;
  latchkey.proxies.dynamodb.decide(({ operation }) =>
    operation.endsWith('TransactWriteItems') && ++struck <= times ? fate : 'pass',
  );
}

/** One contact's one job, whose tags have arrived; its seat is the team's only one in use. */
async function expectOneJoin(leader: string, contactId: string): Promise<void> {
  const jobs = await tagsJobs(contactId);
  expect(jobs).toHaveLength(1);
  await latchkey.until('academy', contactId, jobs[0]?.id ?? '', 'applied');
  expect(crm.contacts.get(contactId)?.tagIds).toEqual([TAGS.belongs]);
  expect((await api.get(teamPath(leader))).body.used).toBe(1);
}

test('of two hundred who join at once exactly as many get in as there are seats, and the others are told', async () => {
  await latchkey.cloud.lambda('serve-members').warm(ENVIRONMENTS);
  const leader = await newTeam(7);
  const people = Array.from({ length: CROWD }, newContact);
  const answers = await Promise.all(people.map((contactId) => join(leader, contactId)));
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  expect(counts).toEqual({ 200: 7, 409: CROWD - 7 });
  expect((await api.get(teamPath(leader))).body).toMatchObject({ used: 7, free: 0 });
  const joined = answers.flatMap(({ body }) => (body.joined ? [body.member.contactId] : []));
  const { body } = await api.get(`${teamPath(leader)}/members`);
  expect(body.members.map(({ contactId }: { contactId: string }) => contactId)).toEqual(joined.toSorted());
}, 60_000);

test('a join whose transaction others cancel again and again is made in the end', async () => {
  const leader = await newTeam();
  const contactId = newContact();
  strikeTransactions(12, { answer: TRANSACTION_CONFLICT });
  expect((await join(leader, contactId)).body.joined).toBe(true);
  await expectOneJoin(leader, contactId);
});

test.each([
  ['lost', 'once', 1, 'lose'],
  ['lost', 'each time', SDK_TRIES, 'lose'],
  ['late', 'once', 1, 'keep'],
  ['late', 'each time', SDK_TRIES, 'keep'],
] as const)(
  'a join whose answer from DynamoDB is %s %s is reported as joined, and was made once',
  async (_, __, times, fate) => {
    const leader = await newTeam();
    const contactId = newContact();
    strikeTransactions(times, fate);
    const { status, body } = await join(leader, contactId);
    expect(status).toBe(200);
    expect(body).toMatchObject({ joined: true, team: { used: 1 } });
    await expectOneJoin(leader, contactId);
  },
);

test('a join of which the table says nothing any more is 503; the repeat finds it made, and the sweep brings the tags', async () => {
  const leader = await newTeam();
  const contactId = newContact();
  let written = false;
  latchkey.proxies.dynamodb.decide(({ operation }) => {
    if (written) return 'refuse';
    written = operation.endsWith('TransactWriteItems');
    return written ? 'lose' : 'pass';
  });
  const lost = await join(leader, contactId);
  expect(lost.status).toBe(503);
  expect(Number(lost.headers.get('retry-after'))).toBeGreaterThan(0);
  latchkey.proxies.dynamodb.decide(() => 'pass');
  expect((await join(leader, contactId)).body).toMatchObject({ joined: false, team: { used: 1 } });
  await sweep(contactId);
  await expectOneJoin(leader, contactId);
});

/** Lets the minutes pass in which the message of a contact's job should have been picked up. */
async function sweep(contactId: string): Promise<void> {
  for (const job of await tagsJobs(contactId)) await table.makeOverdue(job);
  await latchkey.cloud.lambda('sweep').invoke({});
}

test('a join stands though SQS refuses the message of its job, and the sweep sends that', async () => {
  const leader = await newTeam();
  const contactId = newContact();
  latchkey.proxies.sqs.decide(() => 'refuse');
  const { status, body } = await join(leader, contactId);
  expect(status).toBe(200);
  expect(body).toMatchObject({ joined: true, webhook: expect.any(String) });
  expect(await latchkey.record('academy', contactId, body.webhook)).toMatchObject({ state: 'queued' });
  await sweep(contactId);
  await expectOneJoin(leader, contactId);
  expect((await tagsJobs(contactId))[0]?.sweeps).toBe(1);
});

test('a function that dies once it has written the join leaves the tags to the sweep', async () => {
  const leader = await newTeam();
  const contactId = newContact();
  strikeTransactions(1, { after: () => void latchkey.cloud.lambda('serve-members').kill() });
  expect((await join(leader, contactId)).status).toBe(500); // API Gateway's own
  expect((await join(leader, contactId)).body.joined).toBe(false);
  await sweep(contactId);
  await expectOneJoin(leader, contactId);
});

test('a transfer whose answer DynamoDB loses is made once', async () => {
  const leader = await newTeam();
  const to = newContact();
  await join(leader, to);
  strikeTransactions(1, 'lose');
  const { status, body } = await api.post(`${teamPath(leader)}/transfer`, { to });
  expect(status).toBe(200);
  expect(body).toMatchObject({ leader: to, used: 1 });
  await eventually(async () => {
    const states = [...(await tagsJobs(to)), ...(await tagsJobs(leader))].map(({ state }) => state);
    expect(states).toEqual(['applied', 'applied', 'applied']); // of joining, leading and following
  });
  expect(crm.contacts.get(leader)?.tagIds).toEqual([TAGS.belongs]);
});

test('each call costs few requests to AWS, whatever the team holds', async () => {
  const leader = await newTeam(30);
  const [first = '', ...others] = Array.from({ length: 20 }, newContact);
  await pMap(others, (contactId) => join(leader, contactId), { concurrency: 4 });
  await api.visit(first);
  const email = crm.contacts.get(first)?.email ?? '';
  await eventually(async () =>
    expect((await api.get(`/v1/members?email=${email}`)).body.members).toHaveLength(1),
  );
  const members = `${teamPath(leader)}/members`;
  const count = async (call: () => Promise<ApiAnswer>) => {
    const before = passedBy(latchkey.proxies);
    expect((await call()).status).toBe(200);
    const after = passedBy(latchkey.proxies);
    return { dynamodb: after.dynamodb - before.dynamodb, sqs: after.sqs - before.sqs };
  };
  expect({
    'get the team': await count(() => api.get(teamPath(leader))),
    'list its members': await count(() => api.get(`${members}?limit=5`)),
    'join by address': await count(() => api.post(members, { email })),
    leave: await count(() => api.delete(`${members}/${first}`)),
    join: await count(() => join(leader, first)),
    'join again': await count(() => join(leader, first)),
    transfer: await count(() => api.post(`${teamPath(leader)}/transfer`, { to: first })),
    "list a contact's teams": await count(() => api.get(`/v1/members/${leader}/teams`)),
  }).toEqual({
    'get the team': { dynamodb: 2, sqs: 0 },
    'list its members': { dynamodb: 3, sqs: 0 },
    'join by address': { dynamodb: 8, sqs: 1 },
    leave: { dynamodb: 3, sqs: 1 },
    join: { dynamodb: 6, sqs: 1 },
    'join again': { dynamodb: 5, sqs: 0 },
    transfer: { dynamodb: 5, sqs: 2 },
    "list a contact's teams": { dynamodb: 2, sqs: 0 },
  });
});

const passedBy = ({ dynamodb, sqs }: Record<'dynamodb' | 'sqs', FaultProxy>) => ({
  dynamodb: dynamodb.passed.length,
  sqs: sqs.passed.length,
});
