/** `npm run model`: plays the models of teams, points and deliveries for as long as it is told. */
import { spawnSync } from 'node:child_process';
import { Command, InvalidArgumentError } from 'commander';

const count = (text: string): number => {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('must be a whole number above 0.');
  return Number(text);
};

const { runs, seed, members, rows } = new Command('npm run model --')
  .description(
    'Plays random sequences of team, points and relayed webhooks, with crashes, repeats and interleavings, against ' +
      'plain models, deletes a large team and imports a large file, killed again and again. Ends with 1 where something ' +
      'differs; the seed it tells then plays it again.',
  )
  .option('--runs <n>', 'sequences for each model', count, 10_000)
  .option('--seed <n>', 'the seed of a run that failed', count)
  .option('--members <n>', 'members of the team that is deleted', count, 10_000)
  .option('--rows <n>', 'rows of the file that is imported', count, 10_000)
  .parse()
  .opts<{ runs: number; seed?: number; members: number; rows: number }>();

const JEST = [
  '--disable-warning=ExperimentalWarning',
  '--experimental-vm-modules',
  'node_modules/jest/bin/jest.js',
];
const MODELS = [
  'test/functions/teams/model',
  'test/functions/operations/points',
  'test/functions/relay/deliveries-model',
  'test/functions/teams/delete-large',
  'test/cli/import-killed',
];

const { status } = spawnSync(process.execPath, [...JEST, ...MODELS], {
  cwd: new URL('..', import.meta.url),
  stdio: 'inherit',
  env: {
    ...process.env,
    MODEL_RUNS: String(runs),
    TEAM_MEMBERS: String(members),
    IMPORT_ROWS: String(rows),
    ...(seed !== undefined && { MODEL_SEED: String(seed) }),
  },
});
process.exitCode = status ?? 1;
