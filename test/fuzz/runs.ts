import fc from 'fast-check';

/** Runs of each property. A few with every test run; thousands by hand: `FUZZ_RUNS=10000 npm test -- test/fuzz`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 300);

/** How long a property may take, in ms: what a run takes on a busy machine, many times over. */
export const PATIENCE_MS = 90_000 + RUNS * 300;

/** Plays a property. What made it fail is played again by the seed that the failure names: `FUZZ_SEED=…`. */
export function play<Values extends [unknown, ...unknown[]]>(
  property: fc.IAsyncPropertyWithHooks<Values>,
  share = 1,
): Promise<void> {
  const { FUZZ_SEED: seed } = process.env;
  return fc.assert(property, {
    numRuns: Math.ceil(RUNS * share),
    ...(seed !== undefined && { seed: Number(seed) }),
  });
}
