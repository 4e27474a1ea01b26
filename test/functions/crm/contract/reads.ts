import { expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../../local/crm-simulators/crm-simulator.ts';
import { prepareBench } from './bench.ts';
import { asSeenIn, comparable } from './compare.ts';
import type { ContractOptions } from './options.ts';

/** Reading one contact and many. */
export function testReads<Simulator extends CrmSimulator>(
  kind: string,
  options: ContractOptions<Simulator>,
): void {
  const { lacks, bulkSize, requests, hideFromLists, listFaults, routes } = options;
  const bench = prepareBench(kind, options);

  const readOne = async (id: string) => comparable(await bench.client.readContact(id));
  const inTheCrm = (id: string) => asSeenIn(bench.crm, id, lacks);

  /** Reads contacts in bulk and compares each with the account. */
  const expectReadsAll = async (ids: string[]): Promise<void> => {
    const contacts = await bench.client.readContacts(ids);
    expect([...contacts.keys()].sort()).toEqual([...ids].sort());
    for (const id of ids) expect(comparable(contacts.get(id))).toEqual(inTheCrm(id));
  };

  test('one contact is read with its names, fields and tags', async () => {
    const [, id = ''] = bench.crm.seedContacts(3);
    expect(await readOne(id)).toEqual(inTheCrm(id));
    expect(bench.crm.requests.total).toBe(requests.readContact);
  });

  test('a contact without fields, tags and names has empty ones', async () => {
    const { id } = bench.crm.contacts.create({ email: 'bare@example.com' });
    const empty = { firstName: '', lastName: '', phone: '', fields: {}, tags: [] };
    expect(await readOne(id)).toEqual({ id, email: 'bare@example.com', ...empty });
    await expectReadsAll([id]);
  });

  test('what a person changes in the CRM is read', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    bench.crm.contacts.edit(id, { email: 'new@example.com', fields: { [options.fields.plan]: 'gold' } });
    bench.crm.contacts.addTag(id, '20');
    bench.crm.contacts.removeTag(id, 'Customer');
    expect(await readOne(id)).toEqual(inTheCrm(id));
    expect(await readOne(id)).toMatchObject({
      email: 'new@example.com',
      fields: { [options.fields.plan]: 'gold' },
      tags: expect.arrayContaining(['20']),
    });
  });

  test('a contact that never was or that is deleted is undefined', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    bench.crm.contacts.remove(id);
    expect(await bench.client.readContact('4711')).toBeUndefined();
    expect(await bench.client.readContact(id)).toBeUndefined();
  });

  test('of two contacts that are merged, the one is gone and the other has the tags of both', async () => {
    const [loser = '', winner = ''] = bench.crm.seedContacts(2);
    bench.crm.contacts.addTag(loser, '20');
    bench.crm.contacts.merge(loser, winner);
    expect(await bench.client.readContact(loser)).toBeUndefined();
    expect(await readOne(winner)).toEqual(inTheCrm(winner));
    expect(await readOne(winner)).toMatchObject({ tags: expect.arrayContaining(['20']) });
    expect([...(await bench.client.readContacts([loser, winner])).keys()]).toEqual([winner]);
  });

  test.each(['..', '.', 'a:b', '1.5', '1/2', '1?a=b'])(
    'the id "%s", which no contact can have, is undefined',
    async (id) => {
      bench.crm.seedContacts(2);
      expect(await bench.client.readContact(id)).toBeUndefined();
    },
  );

  test.each([...new Set([1, bulkSize, bulkSize + 1, 250])])(
    '%i contacts are read in as few requests as the CRM allows',
    async (count) => {
      await expectReadsAll(bench.crm.seedContacts(count));
      expect(bench.crm.requests.total).toBe(requests.readContacts(count));
    },
  );

  test('nobody to read costs nothing', async () => {
    await expectReadsAll([]);
    expect(bench.crm.requests.total).toBe(0);
  });

  test('contacts that are missing or deleted are left out of many, and the others are read', async () => {
    const ids = bench.crm.seedContacts(20);
    bench.crm.contacts.remove('7');
    const contacts = await bench.client.readContacts([...ids, '4711']);
    expect([...contacts.keys()].sort()).toEqual(ids.filter((id) => id !== '7').sort());
    expect(comparable(contacts.get('8'))).toEqual(inTheCrm('8'));
  });

  test('contacts that a list leaves out without a word are read singly', async () => {
    const ids = bench.crm.seedContacts(30);
    hideFromLists(bench.crm, ['4', '20']);
    await expectReadsAll(ids);
  });

  for (const [fault, cause] of Object.entries(listFaults)) {
    test(`contacts are read though a list ${fault}`, async () => {
      const ids = bench.crm.seedContacts(bulkSize + 20).slice(0, 10);
      cause(bench.crm);
      await expectReadsAll(ids);
    });
  }

  test('a contact that cannot be read has its error, and the others are read all the same', async () => {
    const ids = bench.crm.seedContacts(30);
    hideFromLists(bench.crm, ['4', '20', '21']);
    bench.crm.faults.next({ does: 'answer', status: 500, route: routes.readContact });
    const contacts = await bench.client.readContacts(ids);
    expect(contacts.size).toBe(30);
    const [failed, ...others] = [...contacts].filter(([, contact]) => contact instanceof Error);
    expect(others).toEqual([]);
    expect(failed?.[1]).toMatchObject({ message: expect.stringContaining('answered 500') });
    for (const id of ids.filter((id) => id !== failed?.[0]))
      expect(comparable(contacts.get(id))).toEqual(inTheCrm(id));
  });

  test('where all single reads fail, the account is ill: most are not even tried, and each has an error', async () => {
    const ids = bench.crm.seedContacts(40);
    hideFromLists(bench.crm, ids);
    const fault = { does: 'answer', status: 503, route: routes.readContact } as const;
    bench.crm.faults.next({ ...fault, times: Number.POSITIVE_INFINITY });
    const contacts = await bench.client.readContacts(ids);
    expect(bench.crm.requests.total).toBeLessThan(10);
    expect([...contacts.keys()].sort()).toEqual([...ids].sort());
    for (const result of contacts.values()) {
      expect(result).toBeInstanceOf(Error);
      expect(result).not.toHaveProperty('name', 'Rejected'); // they are tried again
    }
  });

  test('where the limit leaves no room for a single read, contacts that are not read wait', async () => {
    const ids = bench.crm.seedContacts(10);
    hideFromLists(bench.crm, ['3']);
    const headers = { 'Retry-After': '120' };
    bench.crm.faults.next({ does: 'answer', status: 429, headers, route: routes.readContact });
    const contacts = await bench.client.readContacts(ids);
    expect(contacts.size).toBe(10);
    const errors = [...contacts.values()].filter((contact) => contact instanceof Error);
    expect(new Set(errors.map(({ name }) => name))).toEqual(new Set(['Throttled']));
  });
}
