/** `npm start`: runs Latchkey on this machine, on files that survive a restart, until Ctrl-C. */
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { eventsSchema } from '../functions/site-events/post-to-site.ts';
import { loadConfig } from '../lib/config.ts';
import { close, listen } from './http-server.ts';
import { narrate } from './narrate.ts';
import { nextSteps } from './next-steps.ts';
import { takeFolder } from './one-at-a-time.ts';
import { type Product, type ProductOptions, startProduct } from './product.ts';
import { DATA_FOLDER } from './running-cloud.ts';
import { synthesize } from './synthesize.ts';
import { tellOfPlugin } from './tell-of-plugin.ts';
import { UserError } from './user-error.ts';

const DEFAULT_PORT = 3000;

/** Ctrl-C must be quick: what has not ended by then ends with the process, whose children watch for that. */
const STOP_MILLISECONDS = 1800;

let stopping: Promise<void> | undefined;
let product: Product | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stopping ??= end();
  });
}

async function end(): Promise<void> {
  console.log('\nEnding.');
  setTimeout(() => process.exit(1), STOP_MILLISECONDS).unref();
  await product?.stop();
  process.exit(0);
}

async function main(): Promise<void> {
  const port = readPort(process.env.PORT);
  const events = readEvents(process.env);
  process.on('exit', takeFolder(DATA_FOLDER));
  const config = await loadConfig();
  await mustBeFree(port);
  console.log('Bundling the functions and synthesizing the stack …');
  const assembly = await synthesize({ config, outdir: join(DATA_FOLDER, 'stack') });
  console.log('Starting the local cloud …');
  await mkdir(join(DATA_FOLDER, 'crm'), { recursive: true });
  const onLog = (functionName: string, line: string): void => {
    const told = functionName === 'local-cloud' ? line : narrate(line);
    if (told) console.log(told);
  };
  product = await startProduct({
    config,
    assembly,
    dataDir: DATA_FOLDER,
    port,
    onLog,
    ...(events && { events }),
  });
  for (const [id, site] of product.plugins) void tellOfPlugin(id, site, console.log);
  await Promise.all(Object.values(product.cloud.functions).map((each) => each.warm()));
  console.log(
    `\nLatchkey answers at ${product.cloud.url}\n\n${nextSteps(product, config, join(DATA_FOLDER, 'logs'))}\n`,
  );
}

/** Asked before the long part of the start, because it is the likeliest reason for it to fail. */
async function mustBeFree(port: number): Promise<void> {
  const server = createServer();
  await listen(server, port);
  await close(server);
}

function readPort(given: string | undefined): number {
  const port = Number(given ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UserError(`PORT must be a number from 0 to 65535, and is "${given}".`);
}

/** Where a developer's own site takes events, and the secret that it checks them with. */
function readEvents({ EVENTS_URL, EVENTS_SECRET }: NodeJS.ProcessEnv): ProductOptions['events'] {
  if (!EVENTS_URL && !EVENTS_SECRET) return undefined;
  const read = eventsSchema.safeParse({ url: EVENTS_URL, secrets: [EVENTS_SECRET] });
  if (read.success) return read.data;
  throw new UserError(
    'For events to a site of your own set both EVENTS_URL (https, or http on this machine) and EVENTS_SECRET (see ' +
      'npx latchkey events-secret).',
  );
}

/** One clear line for what a person can put right; anything else is a fault of ours and keeps its stack trace. */
function explain(cause: unknown): unknown {
  const { code, port, message } = cause as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is in use: choose another one with PORT=3001 npm start.`;
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} is not allowed to you: choose another one with PORT=3001 npm start.`;
  return cause instanceof UserError ? message : cause;
}

try {
  await main();
} catch (cause) {
  if (!stopping) console.error(explain(cause));
  process.exit(1);
}
