import { type Asked, type Event, only } from '../history/event.ts';
import { LIMITS } from '../sites.ts';
import type { Promised } from './promise.ts';

/** Long enough that a machine which stops for a moment does not look like a Lambda that asks too often. */
const WINDOW_MS = 5_000;
/** What is on its way when a 429 is answered arrives within so long: it was sent before. */
const UNDER_WAY_MS = 1_000;
/** A hold that DynamoDB refuses is refused soon after the 429; a death keeps from it who has not asked for it by then. */
const HOLD_MS = 4_000;
const HOLD_BEGINS_MS = 500;

/** Those who take their turns at a CRM by the clock. */
const CALLERS = ['work', 'sync-batch', 'reconcile', 'serve-members'];

/** All functions together ask no more of a CRM account than it allows, and nothing while it wants to be left alone. */
export const rateLimit: Promised = {
  number: 7,
  promise: "A CRM account's limit holds across all Lambdas together; Retry-After is obeyed",
  check(history: readonly Event[]) {
    const all = [...Map.groupBy(only(history, 'asked'), ({ site }) => site)];
    return all.flatMap(([site, asked]) => {
      const inOrder = asked.toSorted((one, other) => one.at - other.at);
      return [...tooMany(site, inOrder, history), ...tooSoon(site, inOrder, history)];
    });
  },
};

function tooMany(
  site: string,
  asked: readonly (Asked & { at: number })[],
  history: readonly Event[],
): string[] {
  const limit = LIMITS[site];
  if (limit === undefined) return [];
  let first = 0;
  for (const [last, { at }] of asked.entries()) {
    while ((asked[first]?.at ?? at) <= at - WINDOW_MS) first++;
    // Turns are points in time: where clocks differ, those of as much more time may be taken at once.
    const allowed = (limit * (WINDOW_MS + clocksDifferBy(history, at))) / 1000;
    if (last - first + 1 > allowed)
      return [`${site}'s CRM got more than ${limit} requests a second, over ${WINDOW_MS / 1000} s`];
  }
  return [];
}

function tooSoon(
  site: string,
  asked: readonly (Asked & { at: number })[],
  history: readonly Event[],
): string[] {
  const refused = asked.filter(({ status }) => status === 429);
  return refused.flatMap(({ answeredAt = 0, retryAfterMs = 0 }) => {
    const apart = clocksDifferBy(history, answeredAt);
    const isHoldRefused = only(history, 'disturbed').some(
      ({ at, about }) => about === 'hold' && at >= answeredAt && at <= answeredAt + HOLD_MS,
    );
    const isKilled = only(history, 'disturbed').some(
      ({ at, service }) => service === 'process' && at >= answeredAt && at <= answeredAt + HOLD_BEGINS_MS,
    );
    if (isHoldRefused || isKilled) return [];
    const tooEarly = asked.find(
      ({ at }) => at > answeredAt + UNDER_WAY_MS && at < answeredAt + retryAfterMs - apart,
    );
    return tooEarly
      ? [
          `${site}'s CRM was asked ${Math.round(tooEarly.at - answeredAt)} ms after it had asked for ${retryAfterMs} ms`,
        ]
      : [];
  });
}

/** How far the clocks of those who call CRMs were apart at a moment; wrong ones end all together. */
function clocksDifferBy(history: readonly Event[], at: number): number {
  const set = only(history, 'clock').filter((clock) => CALLERS.includes(clock.function) && clock.at <= at);
  const rightAt = Math.max(...set.filter(({ aheadMs }) => aheadMs === 0).map((clock) => clock.at), 0);
  // What was taken by a wrong clock is used up some time after it was put right.
  const ahead = set.filter((clock) => clock.at >= rightAt || at - rightAt < LONGEST_TURN_MS);
  return ahead.length === 0
    ? 0
    : Math.max(...ahead.map(({ aheadMs }) => aheadMs), 0) -
        Math.min(...ahead.map(({ aheadMs }) => aheadMs), 0);
}

/** A turn is taken no further ahead than that. */
const LONGEST_TURN_MS = 10_000;
