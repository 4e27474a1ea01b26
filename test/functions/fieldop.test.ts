import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import { FIELDS, TAGS } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';

let latchkey: TestLatchkey;
let crm: ActiveCampaignSimulator;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  crm = latchkey.simulators.get('academy') as ActiveCampaignSimulator;
});
afterAll(() => latchkey.stop());

let contacts = 0;
const newContact = (fields: Record<string, string> = {}): string =>
  crm.contacts.create({ email: `points.${++contacts}@example.com`, fields }).id;

/** Sends the webhook; where two must count, each says something else. */
const operate = (contact: string, operationId: string, lesson = '1') =>
  latchkey.send('academy', 'aal_fieldop', { 'contact[id]': contact, operationId, lesson });

const points = (contact: string) => crm.contacts.get(contact)?.fields[FIELDS.points];

test('an operation changes the contact in the CRM and in our copy, and its record says what it changed', async () => {
  const contact = newContact({ [FIELDS.points]: '60', [FIELDS.plan]: 'basic' });
  const id = await operate(contact, 'graduate');
  const { reason } = await latchkey.until('academy', contact, id, 'applied');
  expect(reason).toBe(`set field ${FIELDS.points}, ${FIELDS.plan}, then added tag ${TAGS.foundations}`);
  expect(crm.contacts.get(contact)).toMatchObject({
    fields: { [FIELDS.points]: '110', [FIELDS.plan]: 'Alumni' },
    tagIds: [TAGS.foundations],
  });
  expect(await latchkey.member('academy', contact)).toMatchObject({
    fields: { [FIELDS.points]: '110', [FIELDS.plan]: 'Alumni' },
    tags: [TAGS.foundations],
  });
  expect(await latchkey.flag('academy', contact)).not.toHaveProperty('pendingKey');
});

test('a step whose condition does not hold is left out', async () => {
  const contact = newContact({ [FIELDS.points]: '49' });
  const id = await operate(contact, 'graduate');
  await latchkey.until('academy', contact, id, 'applied');
  expect(crm.contacts.get(contact)).toMatchObject({ fields: { [FIELDS.points]: '99' }, tagIds: [] });
});

test('what the operation decided is gone from the record when it is done, and no log line or record shows values', async () => {
  const contact = newContact({ [FIELDS.points]: '123456' });
  const id = await operate(contact, 'double-points');
  const record = await latchkey.until('academy', contact, id, 'applied');
  expect(record).not.toHaveProperty('plan');
  expect(record).not.toHaveProperty('heldBy');
  expect(JSON.stringify(record)).not.toMatch(/123456|246912/);
  expect(latchkey.lines.join('\n')).not.toMatch(/123456|246912/);
});

test('an operation that the site does not have is rejected, and so is one of every object', async () => {
  const contact = newContact();
  for (const name of ['no-such', 'constructor', 'toString']) {
    const id = await operate(contact, name);
    const { reason } = await latchkey.until('academy', contact, id, 'rejected');
    expect(reason).toBe(`the site has no operation "${name}": its config names those it has`);
  }
});

test('points that are no number are rejected with the step and the field, and nothing is written', async () => {
  const contact = newContact({ [FIELDS.points]: 'plenty', [FIELDS.plan]: 'basic' });
  const id = await operate(contact, 'graduate');
  const { reason } = await latchkey.until('academy', contact, id, 'rejected');
  expect(reason).toBe(`step 1 (add): field ${FIELDS.points} holds no number`);
  expect(crm.contacts.get(contact)?.fields).toEqual({ [FIELDS.points]: 'plenty', [FIELDS.plan]: 'basic' });
});

test('where the CRM refuses a step, the record says what was done before it', async () => {
  const contact = newContact({ [FIELDS.points]: '1', [FIELDS.plan]: 'basic' });
  const id = await operate(contact, 'refused');
  const { reason } = await latchkey.until('academy', contact, id, 'rejected');
  expect(reason).toMatch(`set field ${FIELDS.points}; what comes then the CRM refused: `);
  expect(crm.contacts.get(contact)).toMatchObject({
    fields: { [FIELDS.points]: '11', [FIELDS.plan]: 'basic' },
    tagIds: [],
  });
});

test('a contact that the CRM does not have is rejected', async () => {
  const id = await operate('4711', 'ten-points');
  const { reason } = await latchkey.until('academy', '4711', id, 'rejected');
  expect(reason).toBe('the CRM has no contact 4711: deleted, or merged into another');
});

test('while the CRM shows what was before our writes, points add up even so', async () => {
  const contact = newContact({ [FIELDS.points]: '5' });
  for (const [lesson, old] of ['5', '5', '15', '25'].entries()) {
    crm.contacts.edit(contact, { fields: { [FIELDS.points]: old } }); // as a read of an older state would be
    await latchkey.until('academy', contact, await operate(contact, 'ten-points', String(lesson)), 'applied');
  }
  expect(points(contact)).toBe('45');
  expect((await latchkey.member('academy', contact))?.fields?.[FIELDS.points]).toBe('45');
});

test('what somebody else writes between two operations counts', async () => {
  const contact = newContact({ [FIELDS.points]: '5' });
  await latchkey.until('academy', contact, await operate(contact, 'ten-points', '1'), 'applied');
  crm.contacts.edit(contact, { fields: { [FIELDS.points]: '1000' } });
  await latchkey.until('academy', contact, await operate(contact, 'ten-points', '2'), 'applied');
  expect(points(contact)).toBe('1010');
});

test('twenty operations on one contact at once are done one after the other', async () => {
  const contact = newContact({ [FIELDS.points]: '7' });
  const lessons = Array.from({ length: 20 }, (_, lesson) => String(lesson));
  const ids = await Promise.all(lessons.map((lesson) => operate(contact, 'ten-points', lesson)));
  for (const id of ids) await latchkey.until('academy', contact, id, 'applied');
  expect(points(contact)).toBe('207');
});
