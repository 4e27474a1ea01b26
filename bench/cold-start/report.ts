import type { Measured } from '../benchmark.ts';
import { median } from '../support/median.ts';
import { DEFAULTS, DEFAULTS_WITH_SDK, EMPTY, PRIMED, type ReceiverBundle } from './bundles.ts';
import type { Start } from './start.ts';

/** Starts of a bundle at full speed. */
export type AtStart = { bundle: ReceiverBundle; starts: readonly Start[] };

/** Starts of a bundle with the share of a processor that a memory size has, or why there are none. */
export type AtMemory = { name: string; memoryMegabytes: number } & (
  | { starts: readonly Start[] }
  | { notMeasured: string }
);

/** 0.6 is what it should be; a busy machine shows a few hundredths more. */
const MOST_OF_DEFAULTS = 0.65;
const MOST_GZIP_BYTES = 120_000;
/** Of the first webhook as deployed, with the memory that is deployed. */
const MOST_FIRST_MS = 40;
const DEPLOYED_MEGABYTES = 512;

const COLUMNS = [
  'bundle',
  'memory',
  'import, ms',
  'first webhook, ms',
  'second webhook, ms',
  'over empty, ms',
  'of the defaults',
  'of those with SDK',
  'kB',
  'gzip, kB',
];

/** The table, and what does not keep to the targets. */
export function report(atStart: readonly AtStart[], atMemory: readonly AtMemory[]): Measured {
  const totals = new Map(atStart.map(({ bundle, starts }) => [bundle.name, medianOf(starts, total)]));
  const overEmpty = (name: string): number => (totals.get(name) ?? Number.NaN) - (totals.get(EMPTY) ?? 0);
  const ratio = (name: string, to: string): number => round(overEmpty(name) / overEmpty(to), 2);
  const full = atStart.map(({ bundle: { name, bytes, gzipBytes }, starts }) => [
    name,
    'full speed',
    ...timesOf(starts),
    round(overEmpty(name), 1),
    ratio(name, DEFAULTS),
    ratio(name, DEFAULTS_WITH_SDK),
    round(bytes / 1000, 1),
    round(gzipBytes / 1000, 1),
  ]);
  const shared = atMemory.map(({ name, memoryMegabytes, ...measured }) => [
    name,
    `${memoryMegabytes} MB`,
    ...('starts' in measured ? timesOf(measured.starts) : [`not measured: ${measured.notMeasured}`, '', '']),
    ...Array<string>(COLUMNS.length - 5).fill(''),
  ]);
  const troubles = [
    ...troublesOfSize(atStart),
    ...troublesOfRatio(ratio(PRIMED, DEFAULTS)),
    ...atMemory.flatMap(troublesOfFirst),
  ];
  return { columns: COLUMNS, rows: [...full, ...shared], troubles };
}

const total = ({ importMs, firstMs }: Start): number => importMs + firstMs;

const medianOf = (starts: readonly Start[], part: (start: Start) => number): number =>
  median(starts.map(part));

const timesOf = (starts: readonly Start[]): number[] =>
  [
    medianOf(starts, ({ importMs }) => importMs),
    medianOf(starts, ({ firstMs }) => firstMs),
    medianOf(starts, ({ secondMs }) => secondMs),
  ].map((ms) => round(ms, 1));

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

const troublesOfSize = (atStart: readonly AtStart[]): string[] =>
  atStart
    .filter(({ bundle: { name, gzipBytes } }) => name === PRIMED && gzipBytes > MOST_GZIP_BYTES)
    .map(({ bundle }) => `the bundle has ${bundle.gzipBytes} bytes when packed, over ${MOST_GZIP_BYTES}`);

const troublesOfRatio = (ratio: number): string[] =>
  ratio <= MOST_OF_DEFAULTS
    ? []
    : [`import and first webhook take ${ratio} of the default bundling's, over ${MOST_OF_DEFAULTS}`];

function troublesOfFirst({ name, memoryMegabytes, ...measured }: AtMemory): string[] {
  if (name !== PRIMED || memoryMegabytes !== DEPLOYED_MEGABYTES || !('starts' in measured)) return [];
  const ms = medianOf(measured.starts, ({ firstMs }) => firstMs);
  return ms <= MOST_FIRST_MS
    ? []
    : [`the first webhook takes ${ms.toFixed(1)} ms at ${memoryMegabytes} MB, over ${MOST_FIRST_MS}`];
}
