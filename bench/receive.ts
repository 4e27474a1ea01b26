import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../local/synthesize.ts';
import type { Benchmark, Measured } from './benchmark.ts';
import { type AwsRequests, countAwsRequests } from './receive/aws-requests.ts';
import { type CpuTime, EMPTY, measureCpuTime } from './receive/cpu-time.ts';
import { kindsOf } from './receive/kinds.ts';
import { HANDSHAKE, OPERATION, receiverConfig } from './support/receiver-site.ts';
import { startStores } from './support/stores.ts';

const BLOCKS = 20;
const WEBHOOKS_IN_A_BLOCK = 100;

/** What a webhook costs the function that receives it. */
export const benchmark: Benchmark = {
  summary: 'CPU time and requests to AWS of one webhook, in the process that receives it',
  about: `Warm webhooks, ${(BLOCKS * WEBHOOKS_IN_A_BLOCK).toLocaleString('en-US')} of each kind in ${BLOCKS} blocks that take turns, one webhook after the other as Lambda
has them, each of a contact of its own; against the local DynamoDB and SQS through real sockets. CPU time is that of the
receiving process alone, all of its threads and the kernel's work for it; "over empty" is without what an empty handler
takes. What is asked of AWS is counted on the way, in a pass of its own where each answer is held back: a round is what is
asked at the same time. More requests or rounds than a webhook needs spoil the measurement.`,
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-receive-'));
    try {
      say('Synthesizing the stack …');
      const stores = await startStores(await synthesize({ config: receiverConfig, outdir: folder }));
      try {
        const kinds = kindsOf({ handshake: HANDSHAKE, operation: OPERATION });
        say('Counting requests …');
        const counted = await countAwsRequests(stores, kinds);
        say('Measuring CPU time …');
        const how = { blocks: BLOCKS, webhooks: WEBHOOKS_IN_A_BLOCK };
        return report(await measureCpuTime(stores, kinds, folder, how), counted);
      } finally {
        await stores.stop();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

const COLUMNS = ['webhook', 'CPU, ms', 'over empty, ms', 'until the answer, ms', 'AWS requests', 'rounds'];

/** The table, and what asks more of AWS than it may. */
export function report(measured: readonly CpuTime[], counted: readonly AwsRequests[]): Measured {
  const empty = measured.find(({ kind }) => kind === EMPTY)?.cpuMs ?? Number.NaN;
  const rows = measured.map(({ kind, cpuMs, ms }) => {
    const { requests = 0, rounds = 0 } = counted.find((each) => each.kind.name === kind) ?? {};
    return [kind, cpuMs, cpuMs - empty, ms, requests, rounds];
  });
  const troubles = counted
    .filter(({ kind: { atMost }, requests, rounds }) => requests > atMost.requests || rounds > atMost.rounds)
    .map(({ kind: { name, atMost }, requests, rounds }) => {
      const most = `${atMost.requests} in ${atMost.rounds}`;
      return `${name}: ${requests} requests to AWS in ${rounds} rounds, over ${most}`;
    });
  return { columns: COLUMNS, rows, troubles };
}
