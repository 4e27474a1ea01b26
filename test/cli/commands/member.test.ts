import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { FIELDS, TAGS } from '../../support/latchkey.config.ts';
import { eventually, type TestLatchkey } from '../../support/latchkey.ts';
import { Shop } from '../../support/payments.ts';
import { PROGRAM, SEATS, startTeam } from '../../support/teams.ts';
import { latchkey as run } from '../latchkey.ts';
import { type LocalLatchkey, startLocalLatchkey, useCleanEnvironment } from '../local-latchkey.ts';

let local: LocalLatchkey;
let folder: string;
let latchkey: TestLatchkey;
useCleanEnvironment();
beforeAll(async () => {
  local = await startLocalLatchkey();
  ({ latchkey, folder } = local);
}, 60_000);
afterAll(async () => {
  await local.stop();
});

const member = (who: string, ...options: string[]) =>
  run('member', who, '--site', 'academy', '--local', folder, ...options);

test('a member is shown with all that is known, and with nothing that is secret', async () => {
  const shop = new Shop(latchkey, 'academy');
  const { contact } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
  shop.crm.contacts.edit(contact, { email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace' });
  shop.crm.contacts.addTag(contact, TAGS.premium);
  await shop.send('aal_genpass', contact, {});
  await startTeam(latchkey, 'academy', contact);
  await shop.send('aal_cancelsubscription', contact, { productId: 'club' });
  const coupon = await shop.send('aal_createcoupon', contact, { promoId: 'welcome' });
  await shop.send('aal_batchsync', contact, {});
  await latchkey.send('academy', 'aal_updateuser', { 'contact[id]': contact });

  const { code, out, err } = await member('ADA@example.com');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(new RegExp(`^Contact ${contact} of academy: member\n`));
  expect(out).toMatch(/^ {2}name +Ada Lovelace$/m);
  expect(out).toMatch(/^ {2}e-mail +ada@example\.com$/m);
  expect(out).toMatch(/^ {2}access +club, foundations, library$/m);
  expect(out).toMatch(/^ {2}account +since \S+, password generated$/m);
  expect(out).toMatch(/^ {2}flag +up since \S+: the next visit pulls it$/m);
  expect(out).toMatch(/^ {2}club +cancelling, .*ends /m);
  expect(out).toMatch(new RegExp(`^ {2}${PROGRAM} +leader since \\S+, 0 of ${SEATS} seats taken$`, 'm'));
  expect(out).toMatch(new RegExp(`^ {2}\\S+ {2}${coupon.id} {2}aal_createcoupon {2}applied: `, 'm'));

  const json = (await member(contact, '--json')).out;
  expect(JSON.parse(json)).toMatchObject({
    ...{ site: 'academy', contactId: contact, state: 'member', firstName: 'Ada' },
    tags: expect.arrayContaining([TAGS.premium]),
    flag: { isUp: true, since: expect.any(String) },
    teams: [{ teamId: PROGRAM, role: 'leader', leader: contact, seats: SEATS, used: 0 }],
  });
  const stored = await latchkey.member('academy', contact);
  const secrets = [stored?.coupons?.welcome?.code, stored?.account?.passwordHash];
  expect(stored?.fields).toHaveProperty(FIELDS.coupon, secrets[0]);
  for (const secret of secrets) {
    expect(secret).toEqual(expect.any(String));
    expect(out).not.toContain(secret);
    expect(json).not.toContain(secret);
  }
});

test('a contact that a webhook named is shown, though it was never pulled', async () => {
  await latchkey.send('academy', 'aal_updateuser', { 'contact[id]': '7' });
  const { code, out } = await member('7');
  expect(code).toBe(0);
  expect(out).toMatch(
    /^Contact 7 of academy: unknown\n {2}account +none\n {2}flag +up since .*\n {2}last pull +never\nLast webhooks\n.* {2}aal_updateuser {2}flagged.*\n$/,
  );
});

test('whom Latchkey does not know is told, an e-mail address without repeating it', async () => {
  expect(await member('999')).toEqual(told('Latchkey does not know the contact 999 of academy.\n'));
  expect(await member('nobody@example.com')).toEqual(told('No member of academy has this e-mail address.\n'));
});

test('where several contacts have an e-mail address, they are named and none is guessed', async () => {
  const { contacts } = latchkey.simulators.get('academy') as CrmSimulator;
  const twins = [
    contacts.create({ email: 'twin@example.com' }).id,
    contacts.create({ email: 'twin@example.com' }).id,
  ];
  for (const contact of twins) {
    const id = await latchkey.send('academy', 'aal_batchsync', { 'contact[id]': contact });
    await latchkey.until('academy', contact, id, 'applied');
  }
  const said = `Several contacts of academy have this e-mail address: ${twins.sort().join(', ')}. Say which by its id.\n`;
  await eventually(async () => expect(await member('twin@example.com')).toEqual(told(said)));
});

/** A command that ended with nothing but this. */
const told = (err: string) => ({ code: 1, out: '', err, questions: [] });
