import { expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../../local/crm-simulators/crm-simulator.ts';
import { handClock } from '../../../local/crm-simulators/support.ts';
import { prepareBench } from './bench.ts';
import type { ContractOptions } from './options.ts';

/** Making sure that somebody is a contact. The account's clock stands still until a test moves it. */
export function testPeople<Simulator extends CrmSimulator>(
  kind: string,
  options: ContractOptions<Simulator>,
): void {
  const { lacks, routes, changes } = options;
  const clock = handClock();
  const bench = prepareBench(kind, options, clock.now);
  const contact = (id: string) => bench.crm.contacts.get(id);

  test('somebody whom the CRM does not know becomes a contact', async () => {
    bench.crm.seedContacts(3);
    clock.advance(changes.lagMs);
    const person = { email: 'ivan@example.com', firstName: 'Ivan', lastName: 'Grozny', phone: '+15550100' };
    const id = await bench.client.upsertContact(person);
    const without = Object.fromEntries(lacks.map((name) => [name, '']));
    expect(contact(id)).toMatchObject({ id, ...person, ...without });
    expect(bench.crm.contacts.count).toBe(4);
  });

  test('somebody whom the CRM knows stays one contact, and empty names change nothing', async () => {
    const [, id = ''] = bench.crm.seedContacts(3);
    clock.advance(changes.lagMs);
    const before = contact(id);
    const email = before?.email ?? '';
    expect(await bench.client.upsertContact({ email, firstName: '', lastName: '' })).toBe(id);
    const { firstName, lastName, tagIds, fields } = contact(id) ?? {};
    expect({ firstName, lastName, tagIds, fields }).toEqual({
      ...{ firstName: before?.firstName, lastName: before?.lastName },
      ...{ tagIds: before?.tagIds, fields: before?.fields },
    });
    expect(await bench.client.upsertContact({ email, firstName: 'New', lastName: '' })).toBe(id);
    expect(contact(id)).toMatchObject({ firstName: 'New', lastName: before?.lastName });
    expect(bench.crm.contacts.count).toBe(3);
  });

  test('somebody whose answer is lost becomes one contact, not two', async () => {
    const person = { email: 'lost@example.com', firstName: 'Lo', lastName: 'St' };
    bench.crm.faults.next({ does: 'reset', when: 'after', route: routes.upsertContact });
    await bench.failureOf(bench.client.upsertContact(person));
    const id = await bench.client.upsertContact(person);
    expect(bench.crm.contacts.all()).toMatchObject([{ id, email: person.email, firstName: 'Lo' }]);
  });
}
