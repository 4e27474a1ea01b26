import { type Answered, type Event, only, type Sent, type Unanswered } from '../history/event.ts';

/** A webhook and what its sender saw of it. */
export type Exchange = Sent & {
  sentAt: number;
  /** When it was over for its sender; undefined where that is not known. */
  overAt?: number;
  answer?: Answered;
  noAnswer?: Unanswered;
};

/** All webhooks with their answers. */
export function exchangesIn(history: readonly Event[]): Exchange[] {
  const answers = new Map(only(history, 'answered').map((event) => [event.n, event]));
  const silences = new Map(only(history, 'unanswered').map((event) => [event.n, event]));
  return only(history, 'sent').map(({ at, ...sent }) => {
    const answer = answers.get(sent.n);
    const noAnswer = silences.get(sent.n);
    const over = answer ?? noAnswer;
    return {
      ...sent,
      sentAt: at,
      ...(over && { overAt: over.at }),
      ...(answer && { answer }),
      ...(noAnswer && { noAnswer }),
    };
  });
}

/** Whether Latchkey said that it has taken a webhook. */
export const isTaken = ({ answer }: Exchange): boolean =>
  answer !== undefined && answer.status >= 200 && answer.status < 300;
