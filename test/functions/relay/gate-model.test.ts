import { test } from '@jest/globals';
import fc from 'fast-check';
import { World } from './gate-world.ts';

type Step = (world: World) => void;

const outcome = fc.record({
  good: fc.boolean(),
  holdMs: fc.option(fc.integer({ min: 1, max: 7_200_000 }), { freq: 10, nil: undefined }),
});
const which = fc.nat({ max: 100 });
const few = fc.integer({ min: 1, max: 6 }); // in a row, so that the breaker opens often enough

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: few.map(
      (times): Step =>
        (world) =>
          repeat(times, () => world.comeBack()),
    ),
  },
  {
    weight: 2,
    arbitrary: few.map(
      (times): Step =>
        (world) =>
          repeat(times, () => world.enter()),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.tuple(which, outcome, few).map(
      ([n, what, times]): Step =>
        (world) =>
          repeat(times, () => world.leave(n, what)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(which, outcome).map(
      ([n, what]): Step =>
        (world) =>
          world.leaveAgain(n, what),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Step>((world) => world.storm()) },
  {
    weight: 3,
    arbitrary: fc.integer({ min: 1, max: 3_000 }).map(
      (ms): Step =>
        (world) =>
          world.pass(ms),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 200_000 }).map(
      (ms): Step =>
        (world) =>
          world.pass(ms),
    ),
  },
);

function repeat(times: number, act: () => void): void {
  for (let i = 0; i < times; i++) act();
}

test('whoever enters, leaves and dies in whatever order, the limits hold and a stopped site is left alone', () => {
  const limits = fc.record({
    concurrency: fc.integer({ min: 1, max: 50 }),
    requestsPerSecond: fc.double({ min: 0.1, max: 50, noNaN: true }),
    timeoutSeconds: fc.integer({ min: 1, max: 120 }),
  });
  const speed = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(limits, speed, fc.array(step, { minLength: 40, maxLength: 120 }), (within, first, steps) => {
      const world = new World(within, first);
      for (const act of steps) act(world);
    }),
    { numRuns: 200 },
  );
});
