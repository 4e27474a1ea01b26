import { beforeEach, expect, test } from '@jest/globals';
import type { ContactChange } from '../../../../functions/crm/crm.ts';
import type { CrmSimulator } from '../../../../local/crm-simulators/crm-simulator.ts';
import { handClock } from '../../../local/crm-simulators/support.ts';
import { prepareBench } from './bench.ts';
import type { ContractOptions } from './options.ts';

const HOUR_MS = 3_600_000;
/** CRMs write times to the second. */
const SECOND_MS = 1_000;

/** Asking a CRM what changed. The account's clock stands still until a test moves it. */
export function testChanges<Simulator extends CrmSimulator>(
  kind: string,
  options: ContractOptions<Simulator>,
): void {
  const { pageSize, lagMs, includeTags } = options.changes;
  const clock = handClock();
  const bench = prepareBench(kind, options, clock.now);
  const time = (ms = clock.now()): string => new Date(ms).toISOString();

  async function* pagesSince(since: string): AsyncGenerator<ContactChange[]> {
    let resume: string | undefined;
    do {
      const page = await bench.client.changedSince(since, resume);
      yield page.changes;
      resume = page.resume;
    } while (resume !== undefined);
  }
  const changedSince = async (since: string): Promise<ContactChange[]> => {
    clock.advance(lagMs);
    const changes: ContactChange[] = [];
    for await (const page of pagesSince(since)) changes.push(...page);
    return changes;
  };
  const idsSince = async (since: string): Promise<string[]> =>
    (await changedSince(since)).map(({ id }) => id).sort();

  /** An account whose contacts have not changed for an hour. */
  let ids: string[];
  beforeEach(() => {
    ids = bench.crm.seedContacts(5);
    clock.advance(HOUR_MS);
  });

  test('contacts that changed, and new ones, come with the time of their change, and others do not', async () => {
    const since = time();
    const { contacts } = bench.crm;
    clock.advance(90 * SECOND_MS);
    contacts.edit('2', { firstName: 'Other' });
    contacts.edit('4', { fields: { [options.fields.plan]: 'other' } });
    const { id } = contacts.create({ email: 'new@example.com' });
    const changedAt = clock.now();
    const changes = await changedSince(since);
    expect(changes.map((change) => change.id).sort()).toEqual(['2', '4', id].sort());
    for (const change of changes)
      expect(Math.abs(Date.parse(change.changedAt) - changedAt)).toBeLessThanOrEqual(SECOND_MS);
  });

  test.each([0, 1, 999])(
    'a change of the very time that is asked for comes, %i ms into its second',
    async (ms) => {
      clock.advance(SECOND_MS - (clock.now() % SECOND_MS) + ms);
      bench.crm.contacts.edit('3', { firstName: 'Now' });
      expect(await idsSince(time())).toEqual(['3']);
    },
  );

  test(`tags that are added or removed are ${includeTags ? '' : 'not '}changes`, async () => {
    const since = time();
    clock.advance(SECOND_MS);
    bench.crm.contacts.addTag('1', '20');
    bench.crm.contacts.removeTag('2', 'Customer');
    expect(await idsSince(since)).toEqual(includeTags ? ['1', '2'] : []);
  });

  test('a contact that is deleted or merged away does not spoil the others', async () => {
    const since = time();
    clock.advance(SECOND_MS);
    for (const id of ids) bench.crm.contacts.edit(id, { firstName: 'Other' });
    bench.crm.contacts.remove('1');
    bench.crm.contacts.merge('2', '3');
    expect(await idsSince(since)).toEqual(expect.arrayContaining(['3', '4', '5']));
  });

  test('nothing that changed costs one request', async () => {
    expect(await changedSince(time())).toEqual([]);
    expect(bench.crm.requests.total).toBe(1);
  });

  test('pages are read with a request for each, and each contact comes once', async () => {
    const since = time();
    clock.advance(SECOND_MS);
    const fresh = bench.crm.seedContacts(2 * pageSize + 1);
    expect(await idsSince(since)).toEqual(fresh.sort());
    expect(bench.crm.requests.total).toBe(3);
  });

  test('a page that is just full loses nothing', async () => {
    const since = time();
    clock.advance(SECOND_MS);
    const fresh = bench.crm.seedContacts(pageSize);
    expect(await idsSince(since)).toEqual(fresh.sort());
  });

  test('no contact is skipped though others change, come and go while the pages are read', async () => {
    const since = time();
    clock.advance(SECOND_MS);
    const fresh = bench.crm.seedContacts(3 * pageSize);
    clock.advance(lagMs);
    const { contacts } = bench.crm;
    const seen: string[] = [];
    for await (const page of pagesSince(since)) {
      seen.push(...page.map(({ id }) => id));
      clock.advance(10 * SECOND_MS);
      const next = fresh.filter((id) => !seen.includes(id));
      for (const id of seen.slice(0, 3)) if (contacts.get(id)) contacts.edit(id, { firstName: 'Again' });
      for (const id of [...next.slice(0, 2), ...next.slice(-2)]) contacts.edit(id, { firstName: 'Between' });
      for (const id of seen.slice(3, 5)) if (contacts.get(id)?.deleted === false) contacts.remove(id);
      contacts.create({ email: `new.${seen.length}@example.com` });
      clock.advance(lagMs);
    }
    expect(fresh.filter((id) => !seen.includes(id))).toEqual([]);
  });
}
