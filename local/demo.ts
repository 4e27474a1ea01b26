/** `npm run demo`: plays a timed release to many contacts against Latchkey on this machine, in memory. */
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Config, Site } from '../functions/platform/config.ts';
import { loadConfig } from '../lib/config.ts';
import { isSimulated } from './crm-simulators/start-simulator.ts';
import { DEMO_KINDS, type DemoCrm, demoCrmOf } from './demo/crms.ts';
import { report, wentWell } from './demo/report.ts';
import { Screen } from './demo/screen.ts';
import { playTimedRelease } from './demo/timed-release.ts';
import { warmUp } from './demo/warm-up.ts';
import { DEMO_HANDSHAKES } from './demo-sites.ts';
import { type Product, startProduct } from './product.ts';
import { UserError } from './user-error.ts';

const SITE = 'academy';
const HANDSHAKE = DEMO_HANDSHAKES[SITE] ?? '';

const MAX_CONTACTS = 5_000; // all of their webhooks are posted at once, each on a connection of its own
const DELAY_SECONDS = 10; // long enough to see that the members wait, short enough to watch
const MAX_DELAY_SECONDS = 900; // SQS' limit

/** Lambda would start many more; here they share the processors with the CRM, the gateway and the table. */
const RECEIVERS = Math.max(2, availableParallelism());

/** Ctrl-C must be quick: what has not ended by then ends with the process, whose children watch for that. */
const STOP_MILLISECONDS = 1800;
const INTERRUPTED = 130; // how shells count an end by Ctrl-C

let product: Product | undefined;
let interrupted = false;
const screen = new Screen(process.stdout);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    interrupted = true;
    screen.say('Ending.');
    screen.close();
    setTimeout(() => process.exit(INTERRUPTED), STOP_MILLISECONDS).unref();
    await product?.stop();
    process.exit(INTERRUPTED);
  });
}

const wholeNumber =
  (from: number, to: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= from && value <= to) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
  };

const program = new Command('npm run demo --')
  .description(
    'Tags many contacts at once, as a course does that releases a module to a whole cohort, and shows what ' +
      'becomes of the webhooks. Runs on this machine alone, in memory, beside a running "npm start" or without. ' +
      'Ends with 0 only if nothing failed and every member is up to date.',
  )
  .addOption(new Option('--crm <kind>', "CRM of the site (default: the config's)").choices(DEMO_KINDS))
  .option(
    '--contacts <number>',
    'contacts to tag (default: 500; 50 with Kit, which takes two requests for each and allows two a second)',
    wholeNumber(1, MAX_CONTACTS),
  )
  .option('--delay <seconds>', 'batch delay of the site', wholeNumber(0, MAX_DELAY_SECONDS), DELAY_SECONDS)
  .showHelpAfterError()
  .parse();

async function main(): Promise<boolean> {
  const { delay, ...options } = program.opts<{ crm?: string; contacts?: number; delay: number }>();
  const config = await loadConfig();
  const { site, crm, deployedDelay } = demoSite(config, delay, options.crm);
  const { contacts = crm.contacts } = options;
  screen.say('Bundling the functions, synthesizing the stack, starting the local cloud, warming up …');
  const log = new EventEmitter<Record<string, [line: string]>>();
  product = await startProduct({
    config: { ...config, sites: [site] },
    concurrency: { receive: RECEIVERS },
    onLog: (functionName, line) => log.emit(functionName, line),
  });
  await warmUp(product, HANDSHAKE, RECEIVERS);

  screen.say(
    `\n${crm.name} tags ${contacts} contacts and posts a webhook of aal_batchsync for each, all at once.\n` +
      `Latchkey pulls them after ${delay} s here (--delay); deployed, this site waits ${deployedDelay} s.\n`,
  );
  const outcome = await playTimedRelease({ product, log, site, crm, handshake: HANDSHAKE, contacts }, screen);
  screen.say(`\n${report(outcome, crm)}`);
  return wentWell(outcome);
}

type DemoSite = { site: Site; crm: DemoCrm; deployedDelay: number };

/**
 * The config's academy, or whatever site it has by now, with the demo's delay and handshake.
 * @param kind the CRM it is to have, unless its own
 */
function demoSite({ sites }: Config, delay: number, kind?: string): DemoSite {
  const site = sites.find(({ id }) => id === SITE) ?? sites[0];
  if (!site) throw new UserError('latchkey.config.ts has no site to play with.');
  const chosen = kind ?? site.crm.kind;
  if (!isSimulated(chosen))
    throw new UserError(`The site ${site.id} has no CRM that can be simulated: choose one with --crm.`);
  const crm = demoCrmOf(chosen);
  const handshakes = [createHash('sha256').update(HANDSHAKE).digest('hex')];
  return {
    site: { ...site, handshakes, batchDelaySeconds: delay, ...(kind && { crm: crm.settings }) },
    crm,
    deployedDelay: site.batchDelaySeconds,
  };
}

let well = false;
try {
  well = await main();
} catch (cause) {
  const isClear = cause instanceof UserError;
  if (!interrupted) console.error(isClear ? cause.message : cause);
}
// Once interrupted, whatever fails does so because its parts are ending, and the handler above exits.
if (!interrupted) {
  await product?.stop();
  process.exit(well ? 0 : 1);
}
