import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../local/synthesize.ts';
import { UserError } from '../local/user-error.ts';
import type { Benchmark, Table } from './benchmark.ts';
import { configOfSites } from './cost/sites.ts';
import { type AtSize, measureAtSize } from './scale/measure.ts';

/** Members in the table; SCALE_MEMBERS names others, such as 1000,100000. */
const MEMBERS = '1000,100000,1000000';

/** Whether a webhook takes more where more members are. */
export const benchmark: Benchmark = {
  summary: 'requests and units of each webhook with a thousand, a hundred thousand and a million members',
  about: `The table holds so many members, each with its flag and the record of a webhook; one in ten has its flag up. The same
things are done at each size, and take the same, or the measurement is spoiled. Each is done by itself: a batch sync is one of a single contact.`,
  async run(say) {
    const sizes = sizesIn(process.env.SCALE_MEMBERS ?? MEMBERS);
    const outdir = await mkdtemp(join(tmpdir(), 'latchkey-scale-assembly-'));
    try {
      say('Bundling the functions, synthesizing the stack …');
      const folder = await synthesize({ config: configOfSites(), outdir });
      const all: AtSize[] = [];
      for (const members of sizes) all.push(...(await measureAtSize(members, { folder, say })));
      return { ...tableOf(all), troubles: troublesOf(all) };
    } finally {
      await rm(outdir, { recursive: true });
    }
  },
};

function sizesIn(text: string): number[] {
  const sizes = text.split(',').map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 1))
    throw new UserError(`SCALE_MEMBERS must be whole numbers with commas between them, and is ${text}`);
  return sizes;
}

const byName = (all: readonly AtSize[]): [string, AtSize[]][] => [...Map.groupBy(all, ({ name }) => name)];

/** A row for each thing at each size, those of a thing together. */
export const tableOf = (all: readonly AtSize[]): Table => ({
  columns: ['what', 'members', 'write units', 'read units', 'SQS', 'SQS FIFO', 'Lambda'],
  rows: byName(all).flatMap(([name, sizes]) =>
    sizes.map(({ members, counted }) => [
      ...[name, members, counted.writeUnits, counted.readUnits],
      ...[counted.sqsRequests, counted.sqsFifoRequests, counted.lambdaRequests],
    ]),
  ),
});

/** What takes more, or less, with more members. */
export const troublesOf = (all: readonly AtSize[]): string[] =>
  byName(all).flatMap(([name, [least, ...larger]]) =>
    larger.flatMap(({ members, counted }) =>
      Object.entries(counted).flatMap(([what, value]) => {
        const before = least?.counted[what as keyof typeof counted];
        return value === before
          ? []
          : [`${name}: ${what} ${before} with ${least?.members} members, and ${value} with ${members}`];
      }),
    ),
  );
