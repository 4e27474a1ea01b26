/** `npm run chaos`: storms over the whole product for some minutes, and judges its promises by what was seen. */
import { mkdir, writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { aftermath } from './aftermath.ts';
import { calm } from './calm.ts';
import { History } from './history/history.ts';
import { judge } from './judge.ts';
import { planFaults } from './plan/plan-faults.ts';
import { planWebhooks } from './plan/plan-webhooks.ts';
import { summary, verdicts } from './report.ts';
import { deploySabotaged } from './sabotage/sabotage.ts';
import { SABOTAGES } from './sabotage/sabotages.ts';
import { storm } from './storm.ts';
import { settleIn } from './world/people.ts';
import { Sender } from './world/sender.ts';
import { StallWatch } from './world/stall.ts';
import { openTable } from './world/table.ts';
import { startWorld } from './world/world.ts';

const RESULTS = new URL('results/', import.meta.url);
const LARGEST_SEED = 999_999;
const RECEIVERS_AT_FIRST = 6;
const PROGRESS_EVERY_MS = 10_000;

const positive = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
};
const whole = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const program = new Command('npm run chaos --')
  .description(
    'Posts webhooks to the whole product while everything around it fails, then lets it come to rest and judges its ' +
      'ten promises. Ends with 1 where one is broken, and shows the shortest history that breaks it.',
  )
  .option('--minutes <n>', 'how long the storm lasts; coming to rest takes some more', positive, 2)
  .option('--seed <n>', 'which storm; the same number posts and breaks the same', whole)
  .addOption(
    new Option(
      '--sabotage <name>',
      'put a fault into the product first, to see that the storm notices; docs/faults.md says what each is',
    ).choices(SABOTAGES.map(({ name }) => name)),
  )
  .option('--keep', 'keep the whole history in chaos/results, not only that of a broken promise')
  .showHelpAfterError()
  .parse();

const {
  minutes,
  seed = Math.floor(Math.random() * LARGEST_SEED),
  keep = false,
  sabotage: sabotageName,
} = program.opts<{
  minutes: number;
  seed?: number;
  sabotage?: string;
  keep?: boolean;
}>();
const forMs = minutes * 60_000;
const sabotage = SABOTAGES.find(({ name }) => name === sabotageName);
const say = (line: string): void => console.log(line);

say(`Storm with seed ${seed}, ${minutes} minutes. Bundling the functions and starting the product …`);
const webhooks = planWebhooks(seed, forMs);
const faults = planFaults(seed, forMs);
const history = new History();
const world = await startWorld(seed, history);
const table = openTable(world.cloud);
const stalls = new StallWatch(() => world.cloud.lambda('receive').waiting);
try {
  if (sabotage) {
    await deploySabotaged(world, sabotage);
    say(`Promise ${sabotage.promise} should break: ${sabotage.about}.`);
  }
  settleIn(world.product, webhooks.contacts, history);
  await world.cloud.lambda('receive').warm(RECEIVERS_AT_FIRST);
  const sender = new Sender(world.cloud.url, history, stalls);
  say(
    `${webhooks.webhooks.length} webhooks, ${faults.phases.length} outages, ${faults.kills.length} kills are planned.`,
  );
  history.begin();
  const progress = setInterval(() => {
    const sent = history.events.filter(({ what }) => what === 'sent').length;
    const struck = history.events.filter(({ what }) => what === 'disturbed').length;
    say(`  ${Math.round(history.elapsed / 1000)} s: ${sent} webhooks posted, ${struck} disturbances`);
  }, PROGRESS_EVERY_MS);
  const of = { world, history, table, sender, webhooks, faults, seed, forMs };
  try {
    await storm(of);
  } finally {
    clearInterval(progress);
  }
  say('The storm is over. Faults off, clocks right; waiting until nothing is pending …');
  const pending = await calm(world, table, say);
  say(
    `Pending in the end: ${pending.jobs.length} webhooks, ${pending.events.length} events, ${pending.messages} messages.`,
  );
  await aftermath(of);
} finally {
  stalls.stop();
  await world.stop();
}

const events = history.inOrder();
const judged = judge(events);
const broken = judged.filter(({ example }) => example !== undefined);
say(`\n${summary(events)}\n`);
say(verdicts(judged));
if (keep || broken.length > 0) {
  const file = new URL(`seed-${seed}-${new Date().toISOString().replace(/\W/g, '-')}.json`, RESULTS);
  await mkdir(RESULTS, { recursive: true });
  await writeFile(file, JSON.stringify({ seed, minutes, events, lines: world.lines }));
  say(`The whole history is in chaos/results/${file.pathname.split('/').at(-1)}`);
}
say(
  broken.length > 0
    ? `${broken.length} promises broken. To play it again: npm run chaos -- --minutes ${minutes} --seed ${seed}${sabotageName ? ` --sabotage ${sabotageName}` : ''}`
    : `All promises kept, with seed ${seed}.`,
);
process.exitCode = broken.length > 0 ? 1 : 0;
