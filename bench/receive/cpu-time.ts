import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Alone, startAlone } from '../support/invoke-alone.ts';
import { median } from '../support/median.ts';
import type { Stores } from '../support/stores.ts';
import { type Kind, take } from './kinds.ts';
import { CPU_TIME, meter } from './metered.ts';

export const EMPTY = 'empty handler';

/** What one warm webhook of a kind costs. */
export type CpuTime = {
  kind: string;
  /** CPU time of the receiving process, in ms: the middle of all blocks. */
  cpuMs: number;
  /** Until the answer: the middle of all webhooks. */
  ms: number;
};

type Measuring = { kind: Pick<Kind, 'name' | 'event' | 'status'>; receiver: Alone };

export type Blocks = {
  /** Blocks of each kind, by turns. One more comes first and is not counted: it warms up. */
  blocks: number;
  /** Webhooks in a block, one after the other, as Lambda has them. */
  webhooks: number;
};

/**
 * Measures what warm webhooks of each kind cost the process that receives them; and what an empty handler costs, which
 * is the part of Node and of how an event gets to it.
 * @param folder in which it works
 */
export async function measureCpuTime(
  stores: Stores,
  kinds: readonly Kind[],
  folder: string,
  how: Blocks,
): Promise<CpuTime[]> {
  const options = stores.optionsOf('receive');
  const emptyFile = join(folder, 'empty.mjs');
  await writeFile(emptyFile, 'export const handler = async () => ({ statusCode: 200 });\n');
  const start = async (name: string, bundle: string) =>
    startAlone({ ...options, bundle: await meter(join(folder, `metered-${name}.mjs`), bundle) });
  const receiver = await start('receive', options.bundle);
  const empty = await start('empty', pathToFileURL(emptyFile).href);
  try {
    const nothing = { name: EMPTY, status: 200, event: (contact: string) => kinds[0]?.event(contact) ?? '' };
    return await measureByTurns(
      [{ kind: nothing, receiver: empty }, ...kinds.map((kind) => ({ kind, receiver }))],
      how,
    );
  } finally {
    await Promise.all([receiver.end(), empty.end()]);
  }
}

async function measureByTurns(kinds: readonly Measuring[], { blocks, webhooks }: Blocks): Promise<CpuTime[]> {
  const measured = kinds.map(({ kind }) => ({ kind: kind.name, cpuMs: [] as number[], ms: [] as number[] }));
  let contacts = 0;
  for (let block = 0; block <= blocks; block++) {
    for (const [index, { kind, receiver }] of kinds.entries()) {
      const before = await cpuTimeOf(receiver);
      const times: number[] = [];
      for (let count = 0; count < webhooks; count++)
        times.push(await take(kind, receiver, String(++contacts)));
      const cpuMs = ((await cpuTimeOf(receiver)) - before) / webhooks;
      if (block === 0) continue;
      measured[index]?.cpuMs.push(cpuMs);
      measured[index]?.ms.push(...times);
    }
  }
  return measured.map(({ kind, cpuMs, ms }) => ({ kind, cpuMs: median(cpuMs), ms: median(ms) }));
}

const cpuTimeOf = async (receiver: Alone): Promise<number> =>
  Number((await receiver.invoke(CPU_TIME)).answer);
