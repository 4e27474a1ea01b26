import { expect, test } from '@jest/globals';
import { SteadyPace } from '../../cli/steady-pace.ts';

/** Timers may fire that much early, in ms. */
const EARLY = 2;

test('requests are spaced by the limit, also those that are asked for at once', async () => {
  const pace = new SteadyPace(50);
  const began = Date.now();
  const turns = await Promise.all(
    Array.from({ length: 4 }, () => pace.turn().then(() => Date.now() - began)),
  );
  for (const [index, at] of turns.entries()) expect(at).toBeGreaterThanOrEqual(index * 20 - EARLY);
});

test('while the CRM has asked to wait, no request starts', async () => {
  const pace = new SteadyPace(1_000);
  await pace.hold(60);
  await pace.hold(10); // a shorter wait does not take back the longer one
  const began = Date.now();
  await pace.turn();
  expect(Date.now() - began).toBeGreaterThanOrEqual(60 - 10 - EARLY);
});
