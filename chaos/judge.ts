import type { Event } from './history/event.ts';
import type { Promised } from './promises/promise.ts';
import { PROMISES } from './promises/promises.ts';
import { shrink } from './shrink.ts';

/** What a history says of a promise. */
export type Verdict = {
  number: number;
  promise: string;
  /** How often it is broken. */
  breaks: number;
  /** One of the breaks, and the shortest history that still has it; missing where the promise is kept. */
  example?: { broken: string; history: Event[] };
};

/** Judges a history by every promise. */
export const judge = (history: readonly Event[], promises: readonly Promised[] = PROMISES): Verdict[] =>
  promises.map((promised) => {
    const { number, promise, check } = promised;
    const breaks = check(history);
    const [broken] = breaks;
    return {
      ...{ number, promise, breaks: breaks.length },
      ...(broken !== undefined && { example: { broken, history: shortest(history, promised, broken) } }),
    };
  });

/** The shortest history that breaks a promise in the same way. What the same break needs not is left out, piece by piece. */
function shortest(history: readonly Event[], { check }: Promised, broken: string): Event[] {
  return shrink(history, (some) => check(some).includes(broken));
}
