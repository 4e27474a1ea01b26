import { postedCommands } from '../commands/catalogue.ts';
import { MOST_REMEMBERED } from '../store/job-attempts.ts';
import type { PastAttempt, WebhookRecord, WebhookState } from '../store/webhooks.ts';
import { raisesFlag } from './webhook.ts';

/** One moment in the life of a webhook; without a time where nothing remembers it. */
export type Moment = {
  at?: string;
  what: string;
  /** How an attempt ended, and how the whole. */
  outcome?: WebhookState | PastAttempt['outcome'];
  detail?: string;
  calls?: readonly string[];
};

/** The life of a webhook as its record tells it, in order. It shows no parameter's value, and nothing of the plan. */
export function timeLineOf(record: WebhookRecord): Moment[] {
  const { receivedAt, replayOf, history = [] } = record;
  return [
    { at: receivedAt, what: 'received', ...(replayOf && { detail: `stands in for ${replayOf}` }) },
    ...beginningOf(record),
    ...history.map(attemptOf),
    ...interruptionsOf(record),
    endOf(record, history),
    ...(record.joined ? [{ what: 'joined by', detail: `${record.joined} earlier of this contact` }] : []),
    ...(record.replayedBy ? [{ what: 'replayed', detail: `as ${record.replayedBy}` }] : []),
  ];
}

function beginningOf({ state, queue, receivedAt, contactId, command }: WebhookRecord): Moment[] {
  const isPosted = postedCommands.some(({ name }) => name === command);
  const flagged: Moment = { at: receivedAt, what: 'flagged', detail: 'the contact needs a sync' };
  const queued: Moment = { at: receivedAt, what: 'queued', detail: `on ${queue}` };
  if (queue) return isPosted && raisesFlag(contactId, queue) ? [flagged, queued] : [queued];
  return state === 'flagged' ? [{ at: receivedAt, what: 'flagged', detail: 'done: its visit pulls it' }] : [];
}

const attemptOf = (
  { at, ms, outcome, reason, calls = [], crmRequests }: PastAttempt,
  index: number,
  { length }: readonly PastAttempt[],
): Moment => ({
  at,
  what: length < MOST_REMEMBERED ? `attempt ${index + 1}` : 'a later attempt', // the first ones are forgotten
  outcome,
  detail: `after ${ms} ms: ${reason}`,
  calls: crmRequests === undefined ? calls : [...calls, `and ${crmRequests - calls.length} more`],
});

function interruptionsOf({ waits, sweeps, queue }: WebhookRecord): Moment[] {
  const times = (count: number) => (count === 1 ? 'once' : `${count} times`);
  return [
    ...(waits
      ? [
          {
            what: 'waited',
            detail: `${times(waits)} for ${queue === 'deliveries' ? 'its turn at the site' : "the CRM's limit"}`,
          },
        ]
      : []),
    ...(sweeps
      ? [
          {
            what: 'sent again',
            detail: `${times(sweeps)} by the sweep: its date had come, or its message seemed lost`,
          },
        ]
      : []),
  ];
}

/** Until when a webhook waits on purpose, with no message on its way: ISO time; undefined where it does not. */
export const parkedUntil = ({ state, dueAt, pendingAt }: WebhookRecord): string | undefined =>
  state === 'queued' && dueAt === pendingAt ? dueAt : undefined;

function endOf(record: WebhookRecord, history: readonly PastAttempt[]): Moment {
  const { state, reason, settledAt, receivedAt, pendingAt, heldBy, heldUntil } = record;
  if (state === 'flagged') return { at: receivedAt, what: 'answered' };
  if (state !== 'queued')
    return {
      at: settledAt ?? receivedAt,
      what: state,
      outcome: state,
      ...(reason !== undefined && { detail: reason }),
    };
  if (heldUntil !== undefined)
    return { what: 'being tried', detail: `by ${heldBy}, until ${heldUntil} at most` };
  const parked = parkedUntil(record);
  if (parked !== undefined) return { what: 'parked', detail: reason ?? `until ${parked}` };
  const why = reason === undefined || history.length > 0 ? '' : `${reason}; `;
  return { what: 'waiting', detail: `${why}looked after by ${pendingAt} at the latest` };
}
