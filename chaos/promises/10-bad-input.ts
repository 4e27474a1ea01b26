import { type Event, only } from '../history/event.ts';
import { type Exchange, exchangesIn } from './exchanges.ts';
import type { Promised } from './promise.ts';

/** Where a process was killed, API Gateway answers in its place. */
const NO_ANSWER_OF_OURS = [500, 503];

/** What is wrong with a webhook is said in its answer and in the log; who has no handshake leaves nothing behind. */
export const badInput: Promised = {
  number: 10,
  promise: 'Bad input gets a clear 4xx that is in the log; unauthenticated input writes nothing',
  check(history: readonly Event[]) {
    const exchanges = exchangesIn(history);
    const refused = exchanges.filter(({ kind }) => kind === 'bad' || kind === 'stranger');
    const traces = only(history, 'trace').map(
      ({ n, where }) => `webhook ${n} had no handshake, and something of it is in ${where}`,
    );
    return [...refused.flatMap(unclear), ...unlogged(refused, history), ...traces];
  },
};

function unclear({ n, says, answer }: Exchange): string[] {
  if (!answer || NO_ANSWER_OF_OURS.includes(answer.status)) return [];
  const { status, clear } = answer;
  if (status < 400 || status > 499) return [`webhook ${n} (${says}) was answered ${status}`];
  return clear ? [] : [`webhook ${n} (${says}) was answered ${status} without a word of what is wrong`];
}

function unlogged(refused: readonly Exchange[], history: readonly Event[]): string[] {
  const lines = Map.groupBy(only(history, 'logged'), ({ status }) => status);
  const answered = refused.filter(({ answer }) => answer?.clear);
  return [...Map.groupBy(answered, ({ answer }) => answer?.status ?? 0)].flatMap(([status, all]) =>
    all.length > (lines.get(status)?.length ?? 0) ? [`not every ${status} is in the log`] : [],
  );
}
