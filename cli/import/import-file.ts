import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pMap, { pMapSkip } from 'p-map';
import { importApis } from '../../functions/crm/import-apis.ts';
import { ImportSingly } from '../../functions/crm/import-singly.ts';
import { openCrm, openingOf } from '../../functions/crm/open-crm.ts';
import { piecesOf } from '../../functions/crm/read-many.ts';
import { type Arrival, type ImportWorld, importMembers } from '../../functions/members/import-members.ts';
import type { Site } from '../../functions/platform/config.ts';
import { reasonOf } from '../../functions/platform/errors.ts';
import { loadConfig } from '../../lib/config.ts';
import { UserError } from '../../local/user-error.ts';
import type { Terminal } from '../command.ts';
import { findSiteWithMembers } from '../find-site.ts';
import { writePrivateFile } from '../private-file.ts';
import { Progress } from '../progress.ts';
import { type BadRow, checkRows, type Row } from './check-rows.ts';
import { readColumns } from './columns.ts';
import { patiently } from './patiently.ts';
import { readCsv } from './read-csv.ts';
import { IMPORT, reportLines, resultsOf, type Summary, summaryOf } from './report.ts';

/** What is told to `latchkey import`, beside where. */
export type ImportOptions = {
  site: string;
  skipBad?: true;
  dryRun?: true;
  report?: string;
  json?: true;
};

const MINUTE_MS = 60_000;
/** A person waits at the terminal, and nothing ends the process. */
const PATIENCE = { first: 10 * MINUTE_MS, later: 10 * MINUTE_MS, remainingMs: () => 60 * MINUTE_MS };

const BATCHES_AT_ONCE = 2; // while one waits for the CRM, the other hashes passwords
const MOST_TOLD = 50; // bad rows at the terminal; the report has all
const HASH_DIGITS = 16;

/**
 * Makes the people of a CSV file members of a site.
 * @throws UserError where rows are bad or failed, or it has to be run again
 */
export async function importFile(path: string, options: ImportOptions, terminal: Terminal): Promise<void> {
  const site = findSiteWithMembers(options.site, await loadConfig());
  const bytes = await readFileOf(path);
  const file = readCsv(bytes);
  const columns = readColumns(file.header, site);
  const world = await openWorld(site);
  const hasTags = columns.some((column) => column && 'plain' in column && column.plain === 'tags');
  const tagNames = hasTags ? await patiently(async () => world.imports.tagNames?.()) : undefined;
  const { good, bad } = checkRows(file.rows, { columns, site, tagNames });

  if (file.encoding !== 'utf-8') terminal.err(`The file is read as ${file.encoding}.\n`);
  tellBad(bad, terminal);
  const goesAhead = !options.dryRun && (bad.length === 0 || options.skipBad === true);
  const by = `${IMPORT}${createHash('sha256').update(bytes).digest('hex').slice(0, HASH_DIGITS)}`;
  if (goesAhead) warnOfLostPasswords(good, site, terminal);
  const { arrivals, failure } = goesAhead
    ? await importRows(good, by, world, terminal)
    : { arrivals: new Map<Row, Arrival>(), failure: undefined };

  const results = resultsOf(good, bad, arrivals);
  const report = options.report ?? `${path}.report.csv`;
  if (!options.dryRun) await writePrivateFile(report, reportLines(results));
  const summary = summaryOf(results, arrivals.values());
  if (options.json) terminal.out(`${JSON.stringify({ ...summary, ...(!options.dryRun && { report }) })}\n`);
  else terminal.out(options.dryRun ? checked(summary) : told(summary, report));
  conclude(summary, options, failure);
}

async function readFileOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new UserError(`The file cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function openWorld(site: Site): Promise<ImportWorld> {
  const crm = await openCrm(site, PATIENCE);
  const api = importApis[site.crm.kind];
  const imports = api ? api.open(await openingOf(site, PATIENCE)) : new ImportSingly(crm);
  return { site, crm, imports };
}

function tellBad(bad: readonly BadRow[], { err }: Terminal): void {
  for (const { line, problems } of bad.slice(0, MOST_TOLD)) err(`Line ${line}: ${problems.join('; ')}.\n`);
  if (bad.length > MOST_TOLD) err(`And ${bad.length - MOST_TOLD} more bad rows.\n`);
}

function warnOfLostPasswords(rows: readonly Row[], { id, crm }: Site, { err }: Terminal): void {
  const lost = rows.filter(({ newcomer }) => newcomer.password === undefined).length;
  if (lost === 0 || crm.passwordField !== undefined) return;
  err(
    `The site ${id} has no passwordField: nobody will know the passwords that are generated for ${lost} rows. ` +
      'Their owners have to reset them.\n',
  );
}

type Import = { arrivals: Map<Row, Arrival>; failure: unknown };

/** Imports batch by batch; where one cannot be done, those that are not begun are left. */
async function importRows(
  rows: readonly Row[],
  by: string,
  world: ImportWorld,
  { err }: Terminal,
): Promise<Import> {
  const done: Import = { arrivals: new Map(), failure: undefined };
  const isLive = process.stderr.isTTY === true;
  const progress = new Progress({ what: 'rows', total: rows.length, write: err, isLive });
  const importBatch = async (batch: readonly Row[]): Promise<typeof pMapSkip> => {
    if (done.failure !== undefined) return pMapSkip;
    const byNewcomer = new Map(batch.map((row) => [row.newcomer, row]));
    try {
      const arrivals = await patiently(() => importMembers([...byNewcomer.keys()], by, world));
      for (const [newcomer, arrival] of arrivals) done.arrivals.set(byNewcomer.get(newcomer) as Row, arrival);
      progress.advance(batch.length);
    } catch (error) {
      done.failure ??= error;
    }
    return pMapSkip;
  };
  await pMap(piecesOf(rows, world.imports.most), importBatch, { concurrency: BATCHES_AT_ONCE });
  progress.end();
  return done;
}

const checked = ({ rows, bad }: Summary): string =>
  `Checked: ${rows - bad} of ${rows} rows can be imported. Nothing was done.\n`;

function told(summary: Summary, report: string): string {
  const { created, kept, keptFromOtherImports, bad, failed, notDone } = summary;
  const lines: [number, string][] = [
    [created, 'have an account by this import'],
    [kept, 'had an account already, which is kept'],
    [keptFromOtherImports, 'of those by another import: of another file, or of this one as it was before'],
    [bad, 'bad rows'],
    [failed, 'failed'],
    [notDone, 'not done'],
  ];
  const counts = lines.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}\n`);
  return `${counts.join('')}The report has every row: ${report}\n`;
}

function conclude({ bad, failed, notDone }: Summary, options: ImportOptions, failure: unknown): void {
  if (failure !== undefined)
    throw new UserError(
      `The import stopped: ${reasonOf(failure)}\nRun the same command again: it goes on with the rows that are not done.`,
      { cause: failure },
    );
  if (bad > 0 && !options.skipBad && !options.dryRun)
    throw new UserError(
      `Nothing was done, for ${bad} bad rows: mend them, or leave them out with --skip-bad.`,
    );
  if (bad + failed + (options.dryRun ? 0 : notDone) > 0)
    throw new UserError(`${bad + failed} rows are not imported. Mend them and import the file again.`);
}
