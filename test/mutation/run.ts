/** `npm run mutation`: puts faults into an area's source, one at a time, and looks whether its tests find them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { Argument, Command } from 'commander';
import { loadConfig } from '../../lib/config.ts';
import { synthesize } from '../../local/synthesize.ts';
import { AREAS, type Area, type AreaName } from './areas.ts';
import { reportOf, writePage } from './page.ts';

/** Long enough for a busy machine: what runs out of time counts as found, so only what never ends may. */
const TIMEOUT_MS = 60_000;

const names = Object.keys(AREAS) as AreaName[];
const command = new Command('npm run mutation --')
  .description(
    'Mutation tests: puts faults into the source of some areas and looks whether their tests find them. Then writes ' +
      'docs/mutation-testing.md from the last report of each area. Ends with 1 where an area falls short of its ' +
      'score, or a fault that no test finds has no argument in test/mutation/survivors.json.',
  )
  .addArgument(new Argument('[areas...]', 'areas; all where none is named').choices(names))
  .option('--page', 'only write the page, from the reports that are there')
  .parse();

if (!command.opts<{ page?: true }>().page) {
  await runAreas(command.args.length > 0 ? (command.args as AreaName[]) : names);
}
for (const complaint of writePage()) {
  console.error(complaint);
  process.exitCode = 1;
}

async function runAreas(chosen: readonly AreaName[]): Promise<void> {
  const outdir = await mkdtemp(join(tmpdir(), 'latchkey-mutation-'));
  try {
    const config = await loadConfig(resolve(import.meta.dirname, '../support/latchkey.config.ts'));
    // As global-setup.js does for each run of Jest, which here are as many as there are faults.
    process.env.TEST_ASSEMBLY = await synthesize({ config, outdir });
    process.env.TEST_ASSEMBLY_ROOT = outdir;
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    for (const name of chosen) await runArea(name, AREAS[name]);
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

async function runArea(
  name: AreaName,
  { title, mutate, tests, fromSource = [], runsAll }: Area,
): Promise<void> {
  console.log(`\n=== ${title}`);
  process.env.MUTATION_TESTS = tests.join(' ');
  process.env.FUNCTIONS_FROM_SOURCE = fromSource.join(',');
  await new Stryker({
    mutate: [...mutate],
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner', resolve(import.meta.dirname, 'prose.ts')],
    ignorers: ['prose'],
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    jest: { configFile: 'jest.mutation.config.js', enableFindRelatedTests: false },
    coverageAnalysis: runsAll ? 'all' : 'perTest',
    concurrency: availableParallelism(),
    timeoutMS: TIMEOUT_MS,
    maxTestRunnerReuse: 100, // jest keeps some memory of each run
    disableTypeChecks: false, // nothing here checks types when it runs
    tsconfigFile: 'none', // Stryker reads one by TypeScript's API, which version 7 has not
    ignorePatterns: ['/.latchkey', '/cdk.out', '/docs', '/reports'],
    reporters: ['json', 'clear-text'],
    clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
    jsonReporter: { fileName: reportOf(name) },
    tempDirName: '.stryker-tmp',
  }).runMutationTest();
}
