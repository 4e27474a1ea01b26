import type { Event } from '../history/event.ts';
import { exchangesIn } from './exchanges.ts';
import type { Promised } from './promise.ts';

/** What a CRM waits, in ms. */
const PATIENCE_MS = 5_000;
/** How a sender says that it waited no longer. */
const GIVEN_UP = 'TimeoutError';

/** Every answer comes in time, and none switches the CRM's webhook off. How fast most are is judged without faults. */
export const inTime: Promised = {
  number: 9,
  promise: 'The answer comes within 5 s always; never 3xx, never 410',
  check(history: readonly Event[]) {
    return exchangesIn(history).flatMap(({ n, answer, noAnswer }) => {
      const { ms, stalledMs } = answer ?? noAnswer ?? { ms: 0, stalledMs: 0 };
      const isLate = ms - stalledMs > PATIENCE_MS;
      // One that was given up is late by what it took; a connection that broke is no answer at all.
      if (noAnswer)
        return isLate || noAnswer.why !== GIVEN_UP ? [`webhook ${n} got no answer: ${noAnswer.why}`] : [];
      if (isLate) return [`webhook ${n} was answered after ${ms} ms`];
      const status = answer?.status ?? 0;
      return (status >= 300 && status < 400) || status === 410 ? [`webhook ${n} was answered ${status}`] : [];
    });
  },
};
