import { type Product, startProduct } from '../local/product.ts';
import type { Benchmark } from './benchmark.ts';
import { seed } from './burst/play.ts';
import { burstConfig } from './burst/sites.ts';
import { makeBurst } from './burst/webhooks.ts';
import { type Step, troublesOf } from './memory/judge.ts';
import { withLargeBodies } from './memory/large-bodies.ts';
import { isAccepted, postFromConnections } from './support/post.ts';
import { memoryOf } from './support/processes.ts';

const COUNTS = [100, 1_000, 10_000, 30_000];
/** Of the updates, one in so many has the largest body that is taken. */
const LARGE_ONE_IN = 20;
const CONTACTS = 500;
/** One webhook at a time: so one environment takes them all. */
const CONNECTIONS = 1;
const PATIENCE_MS = 30_000;

/** Whether receiving leaks memory. */
export const benchmark: Benchmark = {
  summary: 'memory of the receiving process after up to 30,000 webhooks',
  about: `One environment takes all webhooks one after the other, of the kinds that \`burst\` has; one update in ${LARGE_ONE_IN} comes
with a body of 256 kB. Resident is what the process has in memory right after the last of them, the most is since its
start. It grows in the first thousands, in which V8 finds out how much room for young objects pays; what grows after that
is a leak. The measurement fails where the last is more than 1.2 times what it was after 10,000, or where the most
exceeds the function's memory setting.`,
  async run(say) {
    say('Bundling the functions, synthesizing the stack, starting the local cloud …');
    const product = await startProduct({
      config: burstConfig(),
      schedules: false,
      paymentEvents: false,
      pollers: false,
    });
    try {
      return await measure(product, say);
    } finally {
      await product.stop();
    }
  },
};

const NOT_MEASURED = 'not measured';

async function measure(product: Product, say: (line: string) => void): ReturnType<Benchmark['run']> {
  const receive = product.cloud.lambda('receive');
  const { memoryMegabytes: settingMb } = receive;
  const webhooks = withLargeBodies(makeBurst(COUNTS.at(-1) ?? 0, seed(product, CONTACTS)), LARGE_ONE_IN);
  const steps: Step[] = [];
  const troubles: string[] = [];
  const seen = new Set<number>();
  let posted = 0;
  for (const count of COUNTS) {
    const ended = await postFromConnections(product.cloud.url, webhooks.slice(posted, count), {
      connections: CONNECTIONS,
      patienceMs: PATIENCE_MS,
    });
    posted = count;
    const refused = ended.filter((each) => !isAccepted(each)).length;
    if (refused > 0) troubles.push(`${refused} webhooks were not answered 2xx`);
    for (const pid of receive.pids) seen.add(pid);
    const memory = memoryOf(receive.pids[0] ?? 0);
    steps.push({ webhooks: count, residentMb: memory?.residentMb, peakMb: memory?.peakMb });
    say(`after ${count} webhooks: ${memory?.residentMb.toFixed(0) ?? NOT_MEASURED} MB`);
  }
  if (seen.size > 1) troubles.push(`it ended ${seen.size - 1} times`);
  return {
    columns: ['after webhooks', 'resident, MB', 'the most, MB', 'set to, MB'],
    rows: steps.map(({ webhooks, residentMb, peakMb }) => [
      webhooks,
      residentMb === undefined ? NOT_MEASURED : Math.round(residentMb),
      peakMb === undefined ? NOT_MEASURED : Math.round(peakMb),
      settingMb,
    ]),
    troubles: [...troubles, ...troublesOf(steps, { settingMb })],
  };
}
