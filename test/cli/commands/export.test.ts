import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { memberKey, siteIndexKey } from '../../../functions/store/keys.ts';
import type { TestLatchkey } from '../../support/latchkey.ts';
import { type Item, openTable, type TableAccess } from '../../support/table-access.ts';
import { latchkey as run } from '../latchkey.ts';
import { CONFIG, type LocalLatchkey, startLocalLatchkey } from '../local-latchkey.ts';

const MEMBERS = 250; // more than a page
const HASH = '$scrypt$ln=15,r=8,p=3$the-hash';

let local: LocalLatchkey;
let folder: string;
let latchkey: TestLatchkey;
let table: TableAccess;
beforeAll(async () => {
  local = await startLocalLatchkey({ pollers: false });
  ({ latchkey, folder } = local);
  table = openTable(latchkey);
  process.env.LATCHKEY_CONFIG = CONFIG;
}, 120_000);
afterAll(async () => {
  table.close();
  await local.stop();
});

const exporting = (site: string, ...options: string[]) =>
  run('export', '--site', site, '--local', folder, ...options);

/** A member as pulls store it. */
const item = (site: string, contactId: string, data: Record<string, unknown>): Item => ({
  ...memberKey(site, contactId),
  ...{
    siteKey: siteIndexKey(site, contactId),
    site,
    contactId,
    syncedAt: '2026-02-03T04:05:06.000Z',
    ...data,
  },
});

test('a member is a line: what our copy holds, and since when it has an account, never its hash', async () => {
  const account = { passwordHash: HASH, passwordFrom: 'given', createdAt: '2026-01-02T03:04:05.000Z' };
  await table.putItems([
    item('slow', '7', {
      ...{
        email: 'ada@export.example',
        firstName: 'Ada "the first"',
        lastName: 'Byron, Lady',
        phone: '+15550100',
      },
      ...{ tags: ['20', '8'], fields: { 10: 'ten', 5: 'a\nb' }, account },
    }),
  ]);
  const { code, out, err } = await exporting('slow');
  expect({ code, out }).toEqual({
    code: 0,
    out:
      'contact_id,email,first_name,last_name,phone,tags,field:5,field:10,account_created_at,account_from,synced_at,gone_at\r\n' +
      '7,ada@export.example,"Ada ""the first""","Byron, Lady",+15550100,20;8,"a\nb",ten,' +
      '2026-01-02T03:04:05.000Z,given,2026-02-03T04:05:06.000Z,\r\n',
  });
  expect(err).toContain('1 of 1 members');
});

test('all pages of a site and of no other site are exported, each member once', async () => {
  const inOneShard = (id: string): boolean => siteIndexKey('guild', id) === siteIndexKey('guild', '1');
  const ids = Array.from({ length: MEMBERS * 8 * 2 }, (_, index) => String(index + 1))
    .filter(inOneShard)
    .slice(0, MEMBERS);
  await table.putItems(
    ids.map((id) => item('guild', id, { email: `m${id}@export.example`, fields: { [id]: 'x' } })),
  );
  await table.putItems([item('guild-2', '1', { email: 'other@export.example' })]);
  const { out } = await exporting('guild');
  const [header = '', ...lines] = out.trimEnd().split('\r\n');
  expect(header.match(/field:/g)).toHaveLength(MEMBERS);
  expect(lines.map((line) => line.split(',')[1]).sort()).toEqual(
    ids.map((id) => `m${id}@export.example`).sort(),
  );
});

test('what is exported to a file is for its owner alone, and can be imported', async () => {
  const file = join(folder, 'people.csv');
  await writeFile(file, 'email,first_name,tags,field:plan\nbo@export.example,Bo,"Gold;New",basic\n');
  expect((await run('import', file, '--site', 'managed', '--local', folder)).code).toBe(0);
  const out = join(folder, 'exported.csv');
  expect(await exporting('managed', '--out', out)).toMatchObject({ code: 0, out: '' });
  expect(await readFile(out, 'utf8')).toMatch(
    /^contact_id,.*,field:plan,.*\r\ne-\w+,bo@export.example,Bo,,,Gold;New,basic,\S+,generated,\S+,\r\n$/,
  );
  expect((await stat(out)).mode & 0o777).toBe(0o600);
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  const again = await run('import', out, '--site', 'managed', '--local', folder);
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('1 had an account already') });
});

test('a site without members is a header', async () => {
  expect((await exporting('legacy')).out).toBe(
    'contact_id,email,first_name,last_name,phone,tags,account_created_at,account_from,synced_at,gone_at\r\n',
  );
});
