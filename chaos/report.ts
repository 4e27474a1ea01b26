import { type Event, only } from './history/event.ts';
import { tell } from './history/tell.ts';
import type { Verdict } from './judge.ts';

/** What a storm was like, in numbers, so that a quiet one is not taken for a proof. */
export function summary(history: readonly Event[]): string {
  const answers = [...Map.groupBy(only(history, 'answered'), ({ status }) => status)].sort();
  const states = [...Map.groupBy(only(history, 'kept'), ({ state }) => state)].sort();
  const disturbed = only(history, 'disturbed');
  const services = [...Map.groupBy(disturbed, ({ service }) => service)].sort();
  const list = (counts: readonly (readonly [unknown, readonly unknown[]])[]) =>
    counts.map(([what, all]) => `${what} ${all.length}`).join(', ');
  return [
    `${only(history, 'sent').length} webhooks: ${list(answers)}, no answer ${only(history, 'unanswered').length}`,
    `${disturbed.length} disturbances: ${list(services)}`,
    `records in the end: ${list(states)}; tried more than once: ${only(history, 'kept').filter(({ attempts }) => attempts > 1).length}`,
    `${only(history, 'wrote').length} writes to CRMs, ${only(history, 'delivered').length} deliveries to the plugin, ${only(history, 'told').length} events to the site, ${only(history, 'asked').length} requests to CRMs`,
  ].join('\n');
}

/** Each promise with whether it was kept, and for a broken one the shortest history that breaks it. */
export function verdicts(all: readonly Verdict[]): string {
  return all
    .map(({ number, promise, breaks, example }) => {
      const head = `${example ? 'BROKEN' : 'kept  '}  ${String(number).padStart(2)}. ${promise}`;
      if (!example) return head;
      const { broken, history } = example;
      return `${head}\n  ${breaks} times. One of them: ${broken}\n  The shortest history that breaks it:\n${tell(history)}`;
    })
    .join('\n');
}
