import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { API_KEYS } from '../../support/latchkey.config.ts';
import type { TestLatchkey, TestSite } from '../../support/latchkey.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';
import { latchkey as run, type Seen } from '../latchkey.ts';
import { CONFIG, type LocalLatchkey, startLocalLatchkey } from '../local-latchkey.ts';

const PASSWORD_FIELD = '7';
const PLAN_FIELD = '5';
const [GOLD, VIP] = ['20', '8'];

let local: LocalLatchkey;
let folder: string;
let latchkey: TestLatchkey;
let table: TableAccess;
let crm: CrmSimulator;
beforeAll(async () => {
  local = await startLocalLatchkey({ pollers: false });
  ({ latchkey, folder } = local);
  table = openTable(latchkey);
  crm = latchkey.simulators.get('academy') as CrmSimulator;
  process.env.LATCHKEY_CONFIG = CONFIG;
}, 120_000);
afterAll(async () => {
  table.close();
  await local.stop();
});

let name = 0;
let file: string;
beforeEach(() => {
  file = join(folder, `members-${++name}.csv`);
});

/** Writes a file and imports it. */
async function importing(
  text: string | Buffer,
  { site = 'academy' as TestSite, options = [] as string[] } = {},
): Promise<Seen> {
  await writeFile(file, text);
  return run('import', file, '--site', site, '--local', folder, ...options);
}

const report = async (path = `${file}.report.csv`): Promise<string[]> =>
  (await readFile(path, 'utf8')).trimEnd().split('\r\n');

/** Who the simulated CRM has under an address. */
const contactOf = (email: string) => {
  const contact = crm.contacts.byEmail(email);
  if (!contact) throw new Error('the CRM has nobody with this address');
  return contact;
};

const login = (email: string, password: string): Promise<Response> =>
  fetch(`${latchkey.cloud.url}/v1/login`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEYS.academy}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password, address: '203.0.113.7' }),
  });

test('a person becomes a contact with names, fields and tags, and a member with a generated password', async () => {
  const { code, out, err } = await importing(
    `email,first_name,last_name,phone,tags,field:${PLAN_FIELD}\nada@import.example,Ada,Byron,+15550100,${GOLD};${VIP},gold\n`,
  );
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('1 have an account') });
  const contact = contactOf('ada@import.example');
  expect(contact).toMatchObject({ firstName: 'Ada', lastName: 'Byron', phone: '+15550100' });
  expect(contact.fields).toMatchObject({ [PLAN_FIELD]: 'gold' });
  expect([...contact.tagIds].sort()).toEqual([GOLD, VIP].sort());
  const member = await latchkey.member('academy', contact.id);
  expect(member).toMatchObject({ email: 'ada@import.example', firstName: 'Ada', tags: [GOLD, VIP] });
  expect(member?.account).toMatchObject({
    passwordFrom: 'generated',
    createdBy: expect.stringMatching(/^import-/),
  });
  expect(member).not.toHaveProperty('tagsDue');

  const password = contact.fields[PASSWORD_FIELD] ?? '';
  expect(password).toMatch(/^\w{16}$/);
  expect((await login('ada@import.example', password)).status).toBe(200);
  for (const text of [out, err, (await report()).join(), JSON.stringify(await table.items())])
    expect(text).not.toContain(password);
});

test('many people take a few requests to ActiveCampaign', async () => {
  const people = Array.from({ length: 12 }, (_, index) => `many-${index}@import.example,${GOLD}`);
  crm.requests.reset();
  const { code } = await importing(`email,tags\n${people.join('\n')}\n`);
  expect(code).toBe(0);
  const { 'GET /import/info': looks, ...requests } = crm.requests.byRoute;
  expect(looks).toBeGreaterThanOrEqual(3);
  expect(requests).toEqual({ 'GET /tags': 1, 'POST /import/bulk_import': 3, 'GET /contacts': 1 });
  for (const person of people) {
    const { id, fields } = contactOf(person.split(',')[0] ?? '');
    expect(fields[PASSWORD_FIELD]).toMatch(/^\w{16}$/);
    expect(await latchkey.member('academy', id)).toMatchObject({
      tags: [GOLD],
      account: { passwordFrom: 'generated' },
    });
  }
});

test('a password that is given is the one that logs in, and is not written to the CRM', async () => {
  const password = ' Tr0ub4dor & 3 ';
  expect((await importing(`email,password\nbo@import.example,${password}\n`)).code).toBe(0);
  expect((await login('bo@import.example', password)).status).toBe(200);
  expect(contactOf('bo@import.example').fields[PASSWORD_FIELD] ?? '').toBe('');
  expect(JSON.stringify(await table.items())).not.toContain(password);
});

test('a password that stands in the field already is adopted, and stays', async () => {
  const fields = { [PASSWORD_FIELD]: 'an-old-password' };
  const { id } = crm.contacts.create({ email: 'old@import.example', fields });
  expect((await importing('email\nold@import.example\n')).code).toBe(0);
  expect(await latchkey.member('academy', id)).toMatchObject({ account: { passwordFrom: 'adopted' } });
  expect(crm.contacts.get(id)?.fields[PASSWORD_FIELD]).toBe('an-old-password');
  expect((await login('old@import.example', 'an-old-password')).status).toBe(200);
});

test('whoever has an account keeps it and its password, whatever the file says', async () => {
  await importing('email,password\ncy@import.example,the-first-password\n');
  const { id } = contactOf('cy@import.example');
  const before = await latchkey.member('academy', id);
  crm.requests.reset();
  const { code, out } = await importing('email,first_name,password\nCY@import.example,Cyrus,the-second\n');
  expect(code).toBe(0);
  expect(out).toContain('1 had an account already, which is kept\n1 of those by another import');
  expect(await latchkey.member('academy', id)).toEqual(before);
  expect(crm.requests.total).toBe(0);
  expect(await report()).toEqual([
    'line,email,outcome,contact_id,detail',
    `2,CY@import.example,"has an account already, kept",${id},"made by another import, or from this file as it was before"`,
  ]);
});

test('importing a file again changes nothing', async () => {
  const text = `email,tags\ndi@import.example,${GOLD}\ned@import.example,${VIP}\n`;
  await importing(text);
  const ids = ['di', 'ed'].map((who) => contactOf(`${who}@import.example`).id);
  const before = await Promise.all(ids.map((id) => latchkey.member('academy', id)));
  crm.contacts.removeTag(ids[0] as string, GOLD); // by the owner, since
  const { code, out } = await importing(text);
  expect({ code, out }).toMatchObject({
    code: 0,
    out: expect.stringContaining('2 have an account by this import'),
  });
  expect(await Promise.all(ids.map((id) => latchkey.member('academy', id)))).toEqual(before);
  expect([...(crm.contacts.get(ids[0] as string)?.tagIds ?? [])]).toEqual([]);
});

test('every bad row is told by its line and what is wrong with it, nothing personal, and nothing is done', async () => {
  const { code, out, err } = await importing(
    [
      `email,first_name,tags,field:${PLAN_FIELD}`,
      'good@import.example,Good,,',
      ',Nobody,,',
      'not-an-address,Nobody,,',
      '"two',
      'lines@import.example",Nobody,,',
      'GOOD@import.example,Again,,',
      'short@import.example,Short',
      'tagged@import.example,Tagged,no such tag,',
      `long@import.example,Long,,${'x'.repeat(20_000)}`,
    ].join('\n'),
  );
  expect(code).toBe(1);
  expect(err.split('\n')).toEqual([
    'Line 3: has no e-mail address.',
    'Line 4: email must be an e-mail address.',
    'Line 5: email must be an e-mail address.',
    'Line 7: has the same e-mail address as line 2: leave one of them.',
    'Line 8: has 2 values for 4 columns: is a separator missing, or not in quotes?.',
    "Line 9: tag number 1 is none of the CRM's, by id or by name: make it there first, or correct it.",
    'Line 10: field 5 may be 16383 characters long at most.',
    'Nothing was done, for 7 bad rows: mend them, or leave them out with --skip-bad.',
    '',
  ]);
  expect(out + err).not.toMatch(/example|Nobody|no such tag/);
  expect(() => contactOf('good@import.example')).toThrow();
  expect(await report()).toHaveLength(1 + 8);
});

test('with --skip-bad the good rows are imported, and the bad ones are in the report', async () => {
  const options = ['--skip-bad', '--report', join(folder, 'elsewhere.csv'), '--json'];
  const { code, out } = await importing('email\nfay@import.example\nnobody\n', { options });
  expect(code).toBe(1);
  const counts = { rows: 2, created: 1, kept: 0, keptFromOtherImports: 0, bad: 1, failed: 0, notDone: 0 };
  expect(JSON.parse(out)).toEqual({ ...counts, report: join(folder, 'elsewhere.csv') });
  const { id } = contactOf('fay@import.example');
  expect(await report(join(folder, 'elsewhere.csv'))).toEqual([
    'line,email,outcome,contact_id,detail',
    `2,fay@import.example,created,${id},password generated`,
    '3,nobody,bad row,,email must be an e-mail address',
  ]);
  expect((await stat(join(folder, 'elsewhere.csv'))).mode & 0o777).toBe(0o600);
});

test('a dry run checks, and does nothing', async () => {
  const { code, out } = await importing('email\ngil@import.example\n', { options: ['--dry-run'] });
  expect({ code, out }).toEqual({
    code: 0,
    out: 'Checked: 1 of 1 rows can be imported. Nothing was done.\n',
  });
  expect(() => contactOf('gil@import.example')).toThrow();
  await expect(report()).rejects.toThrow('ENOENT');
});

test('Excel is understood: a byte order mark, semicolons, CRLF, and tags by their names', async () => {
  crm.contacts.addTag(crm.contacts.create({ email: 'tagged@import.example' }).id, 'From Excel');
  const { code } = await importing(
    '\uFEFFEmail;First Name;Tags\r\nhal@import.example;"Hal; the first";from excel\r\n',
  );
  expect(code).toBe(0);
  expect(contactOf('hal@import.example')).toMatchObject({
    firstName: 'Hal; the first',
    tags: ['From Excel'],
  });
});

test("Excel's other letters are told and read", async () => {
  const text = Buffer.from('email,first_name\nira@import.example,J\xfcrgen\n', 'latin1');
  const { code, err } = await importing(text);
  expect(code).toBe(0);
  expect(err).toContain('The file is read as windows-1252.\n');
  expect(contactOf('ira@import.example').firstName).toBe('Jürgen');
});

test.each([
  ['', 'The file is empty'],
  ['name\nJo\n', 'The column "name" is unknown'],
  ['first_name\nJo\n', 'There is no column "email"'],
  ['email,Email\na,b\n', 'The column "Email" stands twice'],
  [`email,field:${PASSWORD_FIELD}\n`, "is the site's passwordField: call it password"],
  ['email,field:plan\n', 'names no custom field: must be a numeric id'],
  ['email\n"a@import.example\n', 'Line 2: this is no CSV (CSV_QUOTE_NOT_CLOSED)'],
])('a file that is not as it must be is refused with what to do: %j', async (text, words) => {
  const { code, err } = await importing(text);
  expect(code).toBe(1);
  expect(err).toContain(words);
});

test('what the CRM refuses of one row fails that row alone', async () => {
  const people = Array.from({ length: 11 }, (_, index) => `part-${index}@import.example,`);
  const { code, out, err } = await importing(
    `email,field:4711\n${people.join('\n')}\nkim@import.example,x\n`,
  );
  expect(code).toBe(1);
  expect(out).toContain('11 have an account by this import\n1 failed\n');
  expect(err).toContain('1 rows are not imported');
  expect((await report()).at(-1)).toMatch(/^13,kim@import.example,failed,,"ActiveCampaign refused this/);
});

test('a CRM that is down stops the import, and the same command goes on', async () => {
  const text = 'email\nlea@import.example\n';
  crm.faults.next({ does: 'answer', status: 503, times: Number.POSITIVE_INFINITY });
  const down = await importing(text);
  expect(down.code).toBe(1);
  expect(down.err).toContain('Run the same command again');
  expect(await report()).toContain('2,lea@import.example,not done,,');
  crm.faults.clear();
  expect((await importing(text)).code).toBe(0);
  expect((await report()).at(-1)).toMatch(/^2,lea@import.example,created,/);
}, 60_000);

test('managed contacts are stored in the table, with tags of any name', async () => {
  const { code } = await importing('email,phone,tags,field:plan\nmo@import.example,123,"Gold, New",basic\n', {
    site: 'managed',
  });
  expect(code).toBe(0);
  const [, id = ''] = /^2,mo@import.example,created,([^,]+),/.exec((await report()).at(-1) ?? '') ?? [];
  expect(await latchkey.managedContact('managed', id)).toMatchObject({
    ...{ email: 'mo@import.example', phone: '123', 'field:plan': 'basic' },
    tags: new Set(['Gold', 'New']),
    'field:password': expect.stringMatching(/^\w{16}$/),
  });
  expect(await latchkey.member('managed', id)).toMatchObject({
    tags: ['Gold', 'New'],
    account: expect.anything(),
  });
});

test('a site that wants events is told of each member', async () => {
  await importing('email\nned@import.example\n', { site: 'told' });
  const types = (await table.items()).filter(
    ({ pk, sk }) => String(pk).startsWith('told#') && sk.startsWith('event#'),
  );
  expect(types.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['member.synced', 'member.created', 'member.password-generated']),
  );
});
