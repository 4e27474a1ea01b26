import { type Event, only } from '../history/event.ts';
import { exchangesIn, isTaken } from './exchanges.ts';
import type { Promised } from './promise.ts';

const FINAL = ['flagged', 'applied', 'rejected', 'failed', 'duplicate', 'filtered'];

/** A webhook that was taken has a record in a final state when all is over. */
export const finalState: Promised = {
  number: 1,
  promise: 'A webhook answered 2xx reaches a final state',
  check(history: readonly Event[]) {
    const records = new Map(only(history, 'kept').map((record) => [record.id, record]));
    return exchangesIn(history)
      .filter((exchange) => isTaken(exchange) && exchange.kind === 'good')
      .flatMap(({ n, answer }) => {
        const id = answer?.id;
        if (id === undefined) return [`webhook ${n} was taken, and its answer does not say under which id`];
        const record = records.get(id);
        if (!record) return [`webhook ${n} was taken, and has no record`];
        return FINAL.includes(record.state)
          ? []
          : [`webhook ${n} was taken, and is ${record.state} in the end: ${record.reason}`];
      });
  },
};
