import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

const ROWS = Number(process.env.IMPORT_ROWS ?? 300); // npm run model has more
const BAD_EVERY = 25;
const GOLD = '20';
const PASSWORD_FIELD = '7';
const BATCH = 250;
const LIMIT_MS = 300_000 + ROWS * 120;

let folder: string;
let latchkey: TestLatchkey;
let table: TableAccess;
let crm: CrmSimulator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-import-'));
  await mkdir(join(folder, 'crm'));
  latchkey = await startTestLatchkey({ pollers: false, dataDir: folder });
  table = openTable(latchkey);
  crm = latchkey.simulators.get('academy') as CrmSimulator;
}, 120_000);
afterAll(async () => {
  table.close();
  await latchkey.stop();
  await rm(folder, { recursive: true });
});

/**
 * Runs the command as a process of its own, whose password hashes cost nothing, and kills it when it has sent so many
 * requests to ActiveCampaign's importer.
 */
async function run(file: string, killedAfter: number) {
  const root = resolve(import.meta.dirname, '../..');
  const quiet = [
    '--disable-warning=ExperimentalWarning',
    '--import',
    join(root, 'test/support/cheap-scrypt.ts'),
  ];
  const args = ['import', file, '--site', 'academy', '--local', folder, '--skip-bad', '--json'];
  const before = imports();
  const child = spawn(process.execPath, [...quiet, join(root, 'cli/latchkey.ts'), ...args], {
    env: { ...process.env, LATCHKEY_CONFIG: join(root, 'test/support/latchkey.config.ts') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  let isOver = false;
  const closed = once(child, 'close').finally(() => {
    isOver = true;
  });
  await eventually(async () => expect(isOver || imports() >= before + killedAfter).toBe(true), LIMIT_MS);
  child.kill('SIGKILL');
  const [code, signal] = await closed;
  return { code, signal, out, err };
}

const imports = (): number => crm.requests.byRoute['POST /import/bulk_import'] ?? 0;

/** The accounts in the table, by contact. */
async function accounts(): Promise<Map<string, Record<string, unknown>>> {
  const members = (await table.items()).filter(({ sk, account }) => sk === 'member' && account);
  return new Map(members.map((member) => [member.pk, member]));
}

test(
  `${ROWS} rows with bad ones, killed again and again: each account is made once, with its password and its tags`,
  async () => {
    const isBad = (row: number): boolean => row % BAD_EVERY === 0;
    const email = (row: number): string => `row-${row}@killed.example`;
    const rows = Array.from({ length: ROWS }, (_, row) => row);
    const lines = rows.map((row) =>
      isBad(row) ? `row-${row},Nobody,${GOLD}` : `${email(row)},N${row},${GOLD}`,
    );
    const file = join(folder, 'members.csv');
    await writeFile(file, `email,first_name,tags\n${lines.join('\n')}\n`);
    const good = rows.filter((row) => !isBad(row));

    // Each run gets further than the one before it, and is killed among its requests for contacts, passwords or tags.
    const step = Math.ceil(good.length / BATCH);
    const known = new Map<string, unknown>();
    let kills = 0;
    let last = await run(file, step);
    // A computer that is busy lets requests time out: then, too, the same command goes on.
    while (last.signal === 'SIGKILL' || last.err.includes('The import stopped')) {
      if (last.signal === 'SIGKILL') kills += 1;
      for (const [pk, { account }] of await accounts()) {
        if (known.has(pk)) expect(account).toEqual(known.get(pk));
        else known.set(pk, account);
      }
      last = await run(file, (kills + 1) * step);
    }
    expect(kills).toBeGreaterThanOrEqual(2);
    expect(known.size).toBeGreaterThan(0);
    expect(last).toMatchObject({ code: 1, err: expect.stringContaining('Line 2: email must be') });
    const [created, bad] = [good.length, ROWS - good.length];
    expect(JSON.parse(last.out)).toMatchObject({ rows: ROWS, created, bad, kept: 0, failed: 0, notDone: 0 });

    const made = await accounts();
    expect(made.size).toBe(good.length);
    for (const [pk, account] of known) expect(made.get(pk)?.account).toEqual(account);
    expect([...made.values()].filter(({ tagsDue, passwordSeed }) => tagsDue ?? passwordSeed)).toEqual([]);
    const people = crm.contacts.all().filter((contact) => contact.email.endsWith('@killed.example'));
    expect(people.map((person) => person.email).sort()).toEqual(good.map(email).sort());
    for (const { tagIds, fields } of people) {
      expect(tagIds).toEqual([GOLD]);
      expect(fields[PASSWORD_FIELD]).toMatch(/^\w{16}$/);
    }
    const report = (await readFile(`${file}.report.csv`, 'utf8')).trimEnd().split('\r\n');
    expect(report).toHaveLength(1 + ROWS);
    expect(report.filter((line) => line.includes(',created,'))).toHaveLength(good.length);
  },
  LIMIT_MS,
);
