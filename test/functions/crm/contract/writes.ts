import { expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../../local/crm-simulators/crm-simulator.ts';
import { eventually } from '../../../support/latchkey.ts';
import { definitionOf } from '../fixtures/client.ts';
import { prepareBench } from './bench.ts';
import type { ContractOptions } from './options.ts';

/** Writing fields and tags, starting automations, and all of it twice. */
export function testWrites<Simulator extends CrmSimulator>(
  kind: string,
  options: ContractOptions<Simulator>,
): void {
  const { fields, requests, routes, automations } = options;
  const bench = prepareBench(kind, options);
  const contact = (id: string) => bench.crm.contacts.get(id);
  const numberOf = (tagId: string, id: string) => contact(id)?.tagIds.filter((tag) => tag === tagId).length;
  const [automation, otherAutomation] = automations.ids;

  test('fields are written in as few requests as the CRM allows, and the other ones stay', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    const before = contact(id)?.fields;
    await bench.client.writeFields(id, { [fields.password]: 'secret-1', [fields.points]: '12' });
    expect(contact(id)?.fields).toEqual({
      ...before,
      [fields.password]: 'secret-1',
      [fields.points]: '12',
    });
    expect(bench.crm.requests.total).toBe(requests.writeFields);
  });

  test.each([
    ['odd characters', `a & "b" 'c' <d> \\ %41 +/=#? ü 漢字 🗝️ [e]={f}`],
    ['lines', 'first\nsecond\n\nlast'],
    ['blanks at both ends', '  padded  '],
    ['2,000 characters', 'long '.repeat(400)],
    ['nothing', ''],
  ])('a value of %s is written and read as it is', async (_, value) => {
    const [id = ''] = bench.crm.seedContacts(1);
    await bench.client.writeFields(id, { [fields.plan]: value });
    expect(contact(id)?.fields[fields.plan]).toBe(value);
    expect((await bench.client.readContact(id))?.fields[fields.plan] ?? '').toBe(value);
  });

  test('a value as long as the CRM takes is written, and one that is longer is rejected and not quoted', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    const { longest } = (await definitionOf(kind)).values;
    const value = 'x'.repeat(longest);
    await bench.client.writeFields(id, { [fields.plan]: value });
    const longer = bench.client.writeFields(id, { [fields.plan]: `${value}y` });
    const { name, message } = await bench.failureOf(longer);
    expect(name).toBe('Rejected');
    expect(message).not.toContain('xxx');
    expect(contact(id)?.fields[fields.plan]).toBe(value);
  });

  test('writing to a contact that is not there, or a field that is not there, is rejected', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    const before = contact(id)?.fields;
    const value = 'secret-value-1';
    for (const write of [
      () => bench.client.writeFields('4711', { [fields.password]: value }),
      () => bench.client.writeFields(id, { [fields.unknown]: value }),
    ]) {
      const { name, message } = await bench.failureOf(write());
      expect(name).toBe('Rejected');
      expect(message).not.toContain(value);
    }
    expect(contact(id)?.fields).toEqual(before);
  });

  test('tags are added, and one that the contact has already is no error', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    const before = contact(id)?.tagIds ?? [];
    await bench.client.addTags(id, ['9', '20']);
    await bench.client.addTags(id, ['9']);
    await eventually(async () => expect(contact(id)?.tagIds.sort()).toEqual([...before, '9', '20'].sort()));
  });

  test('tags are taken away, and one that the contact does not have is no error', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    const before = contact(id)?.tagIds ?? [];
    for (const tag of ['9', '20']) bench.crm.contacts.addTag(id, tag);
    await bench.client.removeTags(id, ['9', '12', '20']);
    await bench.client.removeTags(id, ['9']);
    await eventually(async () => expect(contact(id)?.tagIds).toEqual(before));
  });

  test('no tags to add or to take away is no error', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    const before = contact(id)?.tagIds;
    await bench.client.addTags(id, []);
    await bench.client.removeTags(id, []);
    expect(contact(id)?.tagIds).toEqual(before);
  });

  test('an automation whose start is repeated with the same `since` starts as seldom as the CRM can tell', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    const since = new Date().toISOString();
    await bench.client.startAutomation(id, automation, since);
    await bench.client.startAutomation(id, automation, since);
    expect(contact(id)?.automations).toEqual(Array(automations.runsOfRepeat).fill(automation));
  });

  test('an automation is started though another one was, or though it ran for an earlier webhook', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    await bench.client.startAutomation(id, automation, new Date().toISOString());
    await bench.client.startAutomation(id, otherAutomation, new Date().toISOString());
    await bench.client.startAutomation(id, automation, new Date(Date.now() + 60_000).toISOString());
    expect(contact(id)?.automations.toSorted()).toEqual(
      [...Array(automations.runsOfLater).fill(automation), otherAutomation].sort(),
    );
  });

  test('an automation that is started without `since` starts each time, as far as the CRM does that', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    await bench.client.startAutomation(id, automation);
    await bench.client.startAutomation(id, automation);
    expect(contact(id)?.automations).toEqual(Array(automations.runsOfLater).fill(automation));
    expect(bench.crm.requests.total).toBe(2);
  });

  test('an automation whose start lost only its answer starts as seldom as the CRM can tell', async () => {
    const [id = ''] = bench.crm.seedContacts(1);
    const since = new Date().toISOString();
    bench.crm.faults.next({ does: 'reset', when: 'after', route: routes.startAutomation });
    await bench.failureOf(bench.client.startAutomation(id, automation, since));
    await bench.client.startAutomation(id, automation, since);
    expect(contact(id)?.automations).toEqual(Array(automations.runsOfRepeat).fill(automation));
  });

  test.each(['writeFields', 'addTags', 'removeTags'] as const)(
    'a %s whose answer is lost is repeated without harm',
    async (write) => {
      const [id = '', other = ''] = bench.crm.seedContacts(2); // the second one has the newsletter's tag
      const calls = {
        writeFields: () => bench.client.writeFields(other, { [fields.password]: 'secret-1' }),
        addTags: () => bench.client.addTags(other, ['9']),
        removeTags: () => bench.client.removeTags(other, ['2']),
      };
      bench.crm.faults.next({ does: 'reset', when: 'after', route: routes[write] });
      await bench.failureOf(calls[write]());
      await calls[write]();
      await calls[write]();
      const [password, ready, newsletter] = {
        writeFields: ['secret-1', 0, 1],
        addTags: [undefined, 1, 1],
        removeTags: [undefined, 0, 0],
      }[write];
      await eventually(async () => {
        expect(contact(other)?.fields[fields.password]).toBe(password);
        expect([numberOf('9', other), numberOf('2', other)]).toEqual([ready, newsletter]);
      });
      expect(contact(id)?.fields[fields.password]).toBeUndefined();
    },
  );
}
