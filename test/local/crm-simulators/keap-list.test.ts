import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type KeapSimulator, startKeap } from '../../../local/crm-simulators/keap.ts';
import { handClock, keapClientOf } from './support.ts';

let crm: KeapSimulator;
let clock: ReturnType<typeof handClock>;
let list: (query: Record<string, string>) => ReturnType<ReturnType<typeof keapClientOf>>;

beforeEach(async () => {
  clock = handClock();
  crm = await startKeap({ requestsPerSecond: 10_000, now: clock.now });
  list = (query) => keapClientOf(crm)('GET', `/v2/contacts?${new URLSearchParams(query)}`);
});
afterEach(() => crm.close());

const ids = ({ body }: { body: { contacts: { id: string }[] } }): string[] =>
  body.contacts.map((contact) => contact.id);
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));

test('ids== reads a thousand contacts in one request, those that exist, with fields and tags', async () => {
  crm.seedContacts(1_200);
  const wanted = [...numbers(101, 1_099), '9999'];
  const answer = await list({
    ...{ filter: `ids==${wanted.join(',')}`, page_size: '1000', fields: 'id,custom_fields,tag_ids' },
  });
  expect(ids(answer)).toEqual(numbers(101, 1_099));
  expect(answer.body).not.toHaveProperty('next_page_token');
  const { fields = {}, tagIds } = crm.contacts.get('101') ?? {};
  expect(answer.body.contacts[0]).toEqual({
    id: '101',
    custom_fields: Object.entries(fields).map(([id, content]) => ({ id, content })),
    tag_ids: tagIds,
  });
});

test.each([25, 30])(
  '%i contacts come in three pages by next_page_token; the last one has none',
  async (count) => {
    crm.seedContacts(count);
    const seen: string[] = [];
    let token: string | undefined = '';
    while (token !== undefined) {
      const answer = await list({ page_size: '10', ...(token && { page_token: token }) });
      seen.push(...ids(answer));
      token = answer.body.next_page_token;
    }
    expect(seen).toEqual(numbers(1, count));
    expect(crm.requests.total).toBe(3);
  },
);

test('a page over 1000 and a token of somebody else are refused', async () => {
  const queries: Record<string, string>[] = [
    { page_size: '1001' },
    { page_size: 'many' },
    { page_token: 'mine' },
  ];
  for (const query of queries) expect((await list(query)).status).toBe(400);
});

test('start_update_time finds edits, tags and fields since then, in the order that is asked for', async () => {
  crm.seedContacts(6);
  clock.advance(60_000);
  const since = new Date(clock.now()).toISOString();
  for (const id of ['5', '2']) {
    clock.advance(1_000);
    crm.contacts.edit(id, { fields: { 13: '1' } });
  }
  clock.advance(1_000);
  crm.contacts.addTag('3', 'Cohort 2026');
  expect(ids(await list({ filter: `start_update_time==${since}` }))).toEqual(['2', '3', '5']);
  const byTime = { filter: `start_update_time==${since}`, order_by: 'update_time desc' };
  expect(ids(await list(byTime))).toEqual(['3', '2', '5']);
  const until = new Date(clock.now() - 1_000).toISOString();
  const between = `start_update_time==${since};end_update_time==${until}`;
  expect(ids(await list({ filter: between }))).toEqual(['2', '5']);
});

test('a time without milliseconds or zone is refused, and so is what is no condition or no order', async () => {
  const queries: Record<string, string>[] = [
    { filter: 'start_update_time==2026-07-17' },
    { filter: 'start_update_time==2026-07-17T12:00:00Z' },
    { filter: 'start_update_time>2026-07-17T12:00:00.000Z' },
    { filter: 'shoe_size==43' },
    { filter: 'ids' },
    { order_by: 'given_name asc' },
    { fields: 'everything' },
  ];
  for (const query of queries) expect((await list(query)).status).toBe(400);
});

test('conditions are joined; contact_id is compared, text may end in a star', async () => {
  crm.contacts.create({ email: 'zoe@example.com', firstName: 'Zoë', lastName: 'Zimmer' });
  crm.contacts.create({ email: 'zora@example.com', firstName: 'Zora', lastName: 'Zimmer' });
  crm.contacts.create({ email: 'Zoe@example.com', firstName: 'Other' });
  expect(ids(await list({ filter: 'email==zoe@example.com' }))).toEqual(['1', '3']);
  expect(ids(await list({ filter: 'email==zo*' }))).toEqual(['1', '2', '3']);
  expect(ids(await list({ filter: 'family_name==Zimmer;given_name==Zora' }))).toEqual(['2']);
  expect(ids(await list({ filter: 'contact_id>1' }))).toEqual(['2', '3']);
  expect(ids(await list({ filter: 'contact_id<=2;family_name==zimmer' }))).toEqual(['1', '2']);
});

test('lists can ignore ids, omit a contact, leave out its tags or be late', async () => {
  crm.seedContacts(3);
  const asked = { filter: 'ids==1,2', fields: 'id,tag_ids' };
  crm.faults.ignoreIds = true;
  expect(ids(await list(asked))).toEqual(['1', '2', '3']);
  crm.faults.clear();
  crm.faults.omitFromLists.add('1');
  expect(ids(await list(asked))).toEqual(['2']);
  crm.faults.clear();
  crm.faults.omitTagIds.add('2');
  const { contacts } = (await list(asked)).body;
  expect(contacts[0]).toHaveProperty('tag_ids');
  expect(contacts[1]).toEqual({ id: '2' });
  crm.faults.clear();
  clock.advance(1_000);
  crm.contacts.remove('1');
  crm.faults.staleMs = 500;
  expect(ids(await list(asked))).toEqual(['1', '2']);
  crm.faults.clear();
  expect(ids(await list(asked))).toEqual(['2']);
});
