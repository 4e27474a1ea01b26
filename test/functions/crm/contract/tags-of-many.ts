import { beforeEach, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../../local/crm-simulators/crm-simulator.ts';
import { eventually } from '../../../support/latchkey.ts';
import { prepareBench } from './bench.ts';
import type { ContractOptions } from './options.ts';

/** Everybody who is seeded has the first one, every other contact the second, and nobody the last two. */
const [CUSTOMER, NEWSLETTER, READY, COHORT] = ['1', '2', '9', '20'];

/** Changing the tags of many contacts at once, and all of it twice. */
export function testTagsOfMany<Simulator extends CrmSimulator>(
  kind: string,
  options: ContractOptions<Simulator>,
): void {
  const { routes, tagsOfMany } = options;
  const bench = prepareBench(kind, options);
  const change = { add: [READY, COHORT], remove: [CUSTOMER, NEWSLETTER] };
  const tagsOf = (id: string): string[] => bench.crm.contacts.get(id)?.tagIds.toSorted() ?? [];

  let ids: string[];
  let before: Map<string, string[]>;
  const seed = (count: number): void => {
    ids = bench.crm.seedContacts(count);
    before = new Map(ids.map((id) => [id, tagsOf(id)]));
  };
  const changed = (id: string): string[] =>
    [...(before.get(id) ?? []).filter((tag) => !change.remove.includes(tag)), ...change.add].sort();
  const expectChanged = (some: readonly string[]): Promise<void> =>
    eventually(async () => {
      for (const id of some) expect([id, tagsOf(id)]).toEqual([id, changed(id)]);
    });
  beforeEach(() => seed(5));

  test('tags are added to contacts and taken from them, and those of others stay', async () => {
    const [other = '', ...named] = ids;
    expect(await bench.client.changeTagsOfMany(named, change)).toEqual(new Map());
    await expectChanged(named);
    expect(tagsOf(other)).toEqual(before.get(other));
  });

  test('what some of the contacts have or lack already is no error', async () => {
    for (const id of ids.slice(0, 2)) bench.crm.contacts.addTag(id, READY);
    bench.crm.contacts.removeTag(ids[3] ?? '', CUSTOMER);
    expect(await bench.client.changeTagsOfMany(ids, change)).toEqual(new Map());
    await expectChanged(ids);
  });

  test('contacts that are not there are told where the CRM tells them, and the others are changed', async () => {
    const [deleted = '', ...others] = ids;
    bench.crm.contacts.remove(deleted);
    const refused = await bench.client.changeTagsOfMany([deleted, '4711', ...others], change);
    expect([...refused.keys()].sort()).toEqual(tagsOfMany.tellsMissing ? [deleted, '4711'].sort() : []);
    for (const error of refused.values()) expect(error).toHaveProperty('name', 'Rejected');
    await expectChanged(others);
  });

  test('ids that no contact can have are refused, each by itself', async () => {
    const wrong = ['..', '.', 'a:b', '1.5', '1/2', '1?a=b'];
    const refused = await bench.client.changeTagsOfMany([...wrong, ...ids], change);
    expect([...refused.keys()].sort()).toEqual(wrong.toSorted());
    for (const error of refused.values()) expect(error).toHaveProperty('name', 'Rejected');
    await expectChanged(ids);
  });

  test('tags alone that are added, or taken away, leave the others as they are', async () => {
    const [first = '', second = ''] = ids;
    await bench.client.changeTagsOfMany([first], { add: [READY], remove: [] });
    await bench.client.changeTagsOfMany([second], { add: [], remove: [CUSTOMER] });
    await eventually(async () => {
      expect(tagsOf(first)).toEqual([...(before.get(first) ?? []), READY].sort());
      expect(tagsOf(second)).toEqual(before.get(second)?.filter((tag) => tag !== CUSTOMER));
    });
  });

  test('nobody to change costs nothing, and no tags to change are no error', async () => {
    expect(await bench.client.changeTagsOfMany([], change)).toEqual(new Map());
    expect(bench.crm.requests.total).toBe(0);
    expect(await bench.client.changeTagsOfMany(ids, { add: [], remove: [] })).toEqual(new Map());
    for (const id of ids) expect(tagsOf(id)).toEqual(before.get(id));
  });

  test('250 contacts, of whom one is named twice, cost as few requests as the CRM allows, and a repeat no more', async () => {
    seed(250);
    const named = [...ids, ...ids.slice(0, 1)];
    const swap = { add: [READY], remove: [CUSTOMER] };
    for (const cost of [tagsOfMany.requests.first, tagsOfMany.requests.repeated]) {
      bench.crm.requests.reset();
      expect(await bench.client.changeTagsOfMany(named, swap)).toEqual(new Map());
      expect(bench.crm.requests.total).toBe(cost);
      await eventually(async () => {
        const wrong = ids.filter((id) => !tagsOf(id).includes(READY) || tagsOf(id).includes(CUSTOMER));
        expect(wrong).toEqual([]);
      });
    }
  });

  test.each(['addTagsToMany', 'removeTagsFromMany'] as const)(
    'where the answer to %s is lost, the error is no refusal, and a repeat completes the change',
    async (write) => {
      bench.crm.faults.next({ does: 'reset', when: 'after', route: routes[write] });
      const { name, message } = await bench.failureOf(bench.client.changeTagsOfMany(ids, change));
      expect([name, message]).toEqual(['Unavailable', expect.stringMatching(/did not answer/)]);
      expect(await bench.client.changeTagsOfMany(ids, change)).toEqual(new Map());
      await expectChanged(ids);
    },
  );

  test('where the limit leaves no room, nobody counts as refused: the rest waits', async () => {
    const headers = options.waitHeaders(60);
    bench.crm.faults.next({ does: 'answer', status: 429, headers, route: routes.addTagsToMany });
    const client = await bench.open({ first: 10, later: 10 });
    const { name } = await bench.failureOf(client.changeTagsOfMany(ids, change));
    expect(name).toBe('Throttled');
  });
}
