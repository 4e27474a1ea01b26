import { type Breaker, closedBreaker, counted, failed, resumed } from './breaker.ts';
import type { Limits } from './limits.ts';
import {
  afterAnswer,
  afterFailure,
  allowedAtOnce,
  firstSpeed,
  type Speed,
  slowest,
  spacingMs,
  withinLimits,
} from './speed.ts';
import { whyFull, whyLeftAlone, whyProbing, whyTooSoon } from './why-busy.ts';

/**
 * What all Lambdas together know of a site that webhooks are relayed to: who is in there, how fast it may go, and
 * whether it is left alone. One item in the table; a pure state machine, whose every step is one conditional write.
 * Times are in ms since 1970.
 */
export type Gate = Speed &
  Breaker & {
    /** The passes in use, and when each is over for sure: its holder may have died. */
    passes: Record<string, number>;
    /** When the next request may start. */
    nextAt: number;
    /** The site asked for no request before that. */
    heldUntil?: number;
    /** Whose pass turned it last: who does not know whether its write succeeded finds out by this. */
    turn?: { by: string; turned: Turned };
  };

/** What became of a request. */
export type Outcome = {
  /** False where the site could not do it: 429, 5xx, a time-out, a captcha, 403. A refusal of one webhook alone is good. */
  good: boolean;
  /** When the request started, ms since 1970. */
  startedAt: number;
  /** How long it took. */
  ms: number;
  /** How long the site asked to be left alone, in ms. */
  holdMs?: number;
  /** Why it failed: without a secret or an address, as it is logged. */
  reason?: string;
};

/** Where it makes sense to come back: our best estimate, in ms since 1970, and why in words. */
export type Busy = { busyUntil: number; why: string };

/** The site was left alone from now on, or no more. */
export type Turned = 'stopped' | 'resumed';

/** How far ahead a request may be let in, in ms: its pass is in use meanwhile. */
export const AHEAD_MS = 500;

const GRACE_MS = 15_000; // after the time-out of its request, a pass whose holder lives has been left
const LONGEST_HOLD_MS = 3_600_000; // a site that asks for more is asked again after an hour
const UNKNOWN_ANSWER_MS = 1_000;
const LEAST_WAIT_MS = 50; // shorter ones are not worth a look

/**
 * Lets a request in, or says when to come back.
 * @param was the gate so far; undefined where there was none
 * @param id a random id of the pass
 * @returns the gate with the pass in it, and when the request may start, at most AHEAD_MS ahead
 */
export function enter(
  was: Gate | undefined,
  limits: Limits,
  id: string,
  now: number,
): { gate: Gate; startAt: number } | Busy {
  const gate = gateAt(was, limits, now);
  const passMs = limits.timeoutSeconds * 1000 + GRACE_MS;
  const mine = gate.passes[id]; // written by a try that was told it had failed
  if (mine !== undefined) return { gate, startAt: mine - passMs };
  const aloneUntil = leftAloneUntil(gate);
  if (aloneUntil > now) return { busyUntil: aloneUntil, why: whyLeftAlone(gate, aloneUntil) };
  const probes = gate.stoppedUntil !== undefined;
  if (isProbing(gate)) return { busyUntil: nextToLeave(gate, 1, now), why: whyProbing(gate) };
  const inUse = Object.keys(gate.passes).length;
  const room = probes ? limits.concurrency : allowedAtOnce(gate.speed, limits);
  if (inUse >= room) return { busyUntil: nextToLeave(gate, inUse, now), why: whyFull(room, limits) };
  if (gate.nextAt > now + AHEAD_MS)
    return { busyUntil: gate.nextAt - AHEAD_MS, why: whyTooSoon(gate.speed, limits) };
  const startAt = Math.max(now, gate.nextAt);
  const passes = { ...gate.passes, [id]: startAt + passMs };
  const nextAt = startAt + spacingMs(gate.speed, limits);
  return { gate: { ...gate, passes, nextAt, ...(probes && { probe: id }) }, startAt };
}

/**
 * Gives a pass back, and learns from what became of its request.
 * @returns the gate without the pass; the same gate where the pass has expired, or was given back before
 */
export function leave(
  was: Gate,
  limits: Limits,
  id: string,
  outcome: Outcome,
  now: number,
): { gate: Gate; turned?: Turned } {
  const inside = gateAt(was, limits, now);
  if (inside.passes[id] === undefined) return { gate: was };
  const passes = Object.fromEntries(Object.entries(inside.passes).filter(([other]) => other !== id));
  const gate = held({ ...inside, passes }, outcome.holdMs, now);
  const { good, startedAt, ms, reason = 'no reason given' } = outcome;

  if (gate.stoppedUntil !== undefined) {
    // Who was in there when it was stopped says nothing about now.
    if (gate.probe !== id) return { gate };
    if (!good) return { gate: failed(gate, id, reason, now) };
    return turn(slowest(resumed(gate, now), limits, now), id, 'resumed');
  }
  if (good) {
    const answer = { startedAt, ms, used: isUsed(inside, limits, now) };
    return { gate: afterAnswer(counted(gate, now), limits, answer, now) };
  }
  if (startedAt < gate.resumedAt) return { gate };
  const after = failed(afterFailure(gate, limits, startedAt, now), id, reason, now);
  return after.stoppedUntil === undefined ? { gate: after } : turn(after, id, 'stopped');
}

const turn = (gate: Gate, by: string, turned: Turned) => ({
  gate: { ...gate, turn: { by, turned } },
  turned,
});

/** The gate as it is now: without the passes that are over, at a speed within the limits. */
export function gateAt(was: Gate | undefined, limits: Limits, now: number): Gate {
  if (!was) return { ...firstSpeed(limits), ...closedBreaker(), passes: {}, nextAt: 0 };
  const passes = Object.fromEntries(Object.entries(was.passes).filter(([, until]) => until > now));
  return { ...was, passes, speed: withinLimits(was.speed, limits) };
}

/** Until when nobody may start, ms since 1970; in the past where everybody may. */
export const leftAloneUntil = ({ stoppedUntil = 0, heldUntil = 0 }: Gate): number =>
  Math.max(stoppedUntil, heldUntil);

const isProbing = ({ probe, passes }: Gate): boolean => probe !== undefined && probe in passes;

/** Whether the speed keeps anybody waiting: half of what it allows at once is in use, or its pace is. */
const isUsed = ({ passes, speed, nextAt }: Gate, limits: Limits, now: number): boolean =>
  Object.keys(passes).length * 2 >= allowedAtOnce(speed, limits) || nextAt + spacingMs(speed, limits) >= now;

/** When the next of so many passes is likely to be given back. */
function nextToLeave({ answers, answerMs, passes }: Gate, inUse: number, now: number): number {
  const ms = (answers > 0 ? answerMs : UNKNOWN_ANSWER_MS) / inUse;
  return Math.ceil(Math.min(now + Math.max(ms, LEAST_WAIT_MS), ...Object.values(passes)));
}

function held(gate: Gate, holdMs: number | undefined, now: number): Gate {
  if (holdMs === undefined) return gate;
  const until = now + Math.min(holdMs, LONGEST_HOLD_MS);
  return { ...gate, heldUntil: Math.max(until, gate.heldUntil ?? 0) };
}
