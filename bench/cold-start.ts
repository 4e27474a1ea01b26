import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionOptions } from '../local/function.ts';
import { synthesize } from '../local/synthesize.ts';
import type { Benchmark } from './benchmark.ts';
import { bundleReceiver, PRIMED, type ReceiverBundle, UNPRIMED } from './cold-start/bundles.ts';
import { type CpuShare, cpuShareOf } from './cold-start/cpu-share.ts';
import { type AtMemory, type AtStart, report } from './cold-start/report.ts';
import { type Start, startOnce } from './cold-start/start.ts';
import { HANDSHAKE, receiverConfig } from './support/receiver-site.ts';
import { type Stores, startStores } from './support/stores.ts';
import { webhookEvent } from './support/webhook-event.ts';

const ROUNDS = 25;
const MEMORY_SIZES = [1024, 512, 256];

/** How fast the receiver is there after a quiet night. */
export const benchmark: Benchmark = {
  summary:
    'a process of the receiving function from its start to its second webhook, bundled in several ways',
  about: `Each start is a process of its own, on the Node that Lambda has; those that are compared take turns, and the middle of
${ROUNDS} is shown. The webhooks are \`aal_genpass\`, which needs DynamoDB and SQS; those are local, so a connection opens faster
than AWS', which takes TLS. The defaults are those of CDK's \`NodejsFunction\`, really synthesized, told no more than that the
function is an ES module and where the module with the sites is; with \`bundleAwsSDK\` it takes a banner that defines
\`require\` too. Where they leave the SDK out, it comes from \`node_modules\` here, and its size is not counted. "Over empty" is import and
first webhook, less what an empty handler takes for both. The rows with a memory size are loaded at full speed, as Lambda
does, and get their share of a processor from the first webhook on: memory / 1,769 MB in periods of 20 ms.`,
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-cold-start-'));
    try {
      say('Bundling …');
      const stores = await startStores(await synthesize({ config: receiverConfig, outdir: folder }));
      try {
        const { bundle: deployed } = stores.optionsOf('receive');
        const bundles = await bundleReceiver(folder, { deployed, sites: receiverConfig.sites });
        const atStart = await compareStarts(stores, bundles, say);
        return report(atStart, await compareMemory(stores, bundles, say));
      } finally {
        await stores.stop();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

let contacts = 0;

/** A heavy webhook: it needs DynamoDB and SQS. */
const heavyWebhook = (): string =>
  webhookEvent('aal_genpass', HANDSHAKE, { 'contact[id]': String(++contacts) });

const start = (options: FunctionOptions, share?: CpuShare): Promise<Start> =>
  startOnce(options, [heavyWebhook(), heavyWebhook()], share);

/** Starts each bundle in turns, once more than is counted: the first time reads it from the disk. */
async function compareStarts(
  stores: Stores,
  bundles: readonly ReceiverBundle[],
  say: (line: string) => void,
): Promise<AtStart[]> {
  const options = stores.optionsOf('receive');
  const all = bundles.map((bundle) => ({ bundle, starts: [] as Start[] }));
  for (let round = 0; round <= ROUNDS; round++) {
    if (round % 5 === 0) say(`Round ${round} of ${ROUNDS} …`);
    for (const { bundle, starts } of all) {
      const once = await start({ ...options, bundle: bundle.url });
      if (round > 0) starts.push(once);
    }
  }
  return all;
}

/** The first webhook with a share of a processor, primed and not. */
async function compareMemory(
  stores: Stores,
  bundles: readonly ReceiverBundle[],
  say: (line: string) => void,
): Promise<AtMemory[]> {
  const options = stores.optionsOf('receive');
  const compared = bundles.filter(({ name }) => name === PRIMED || name === UNPRIMED);
  const all: AtMemory[] = [];
  for (const memoryMegabytes of MEMORY_SIZES) {
    say(`With ${memoryMegabytes} MB of memory …`);
    const rows = compared.map(({ name, url }) => ({ name, url, starts: [] as Start[] }));
    const share = await cpuShareOf(memoryMegabytes).catch((cause: Error) => cause);
    if (share instanceof Error) {
      all.push(...rows.map(({ name }) => ({ name, memoryMegabytes, notMeasured: share.message })));
      continue;
    }
    try {
      for (let round = 0; round < ROUNDS; round++)
        for (const { url, starts } of rows)
          starts.push(await start({ ...options, memoryMegabytes, bundle: url }, share));
    } finally {
      await share.remove();
    }
    all.push(...rows.map(({ name, starts }) => ({ name, memoryMegabytes, starts })));
  }
  return all;
}
