import { setTimeout as wait } from 'node:timers/promises';
import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { readGate, writeGate } from '../store/gates.ts';
import { type Gate, leave, type Outcome, type Turned } from './gate.ts';
import { inTurn } from './in-turn.ts';
import type { Limits } from './limits.ts';
import { wakeAt } from './until-left.ts';

const WITHIN_MS = 5_000; // then the pass is left to expire: the request's outcome must not wait for ever
const LONGEST_PAUSE_MS = 100;

/** Whose pass it is, and what became of its request. */
type Leaving = { site: string; limits: Limits; id: string; outcome: Outcome };

/** The gate as it was left. */
type Left = { gate: Gate; turned?: Turned };

/**
 * Gives a pass back, and logs where the site is left alone from now on, still, or no more. Where others keep it from being
 * written, or DynamoDB does, the pass expires by itself. Never throws.
 * @returns what was logged, if anything
 */
export async function leaveGate(leaving: Leaving): Promise<Turned | undefined> {
  const { site, id } = leaving;
  const until = Date.now() + WITHIN_MS;
  // One after the other: those of one invocation do not fight over the item.
  const left = await inTurn(`leave ${site}`, () => leaveBefore(until, leaving));
  wakeAt(site);
  if (left?.turned) logTurn(site, left.turned, left.gate);
  // The probe has failed, which turns nothing: the site is left alone again.
  else if (left?.gate.probe === id) logStop('relay still stopped', site, left.gate);
  return left?.turned;
}

async function leaveBefore(until: number, leaving: Leaving): Promise<Left | undefined> {
  const { site, limits, id, outcome } = leaving;
  let reason = 'others leave at the same time';
  let tried: Left | undefined;
  while (Date.now() < until) {
    try {
      const seen = await readGate(site);
      if (!seen) return undefined;
      const left = leave(seen.gate, limits, id, outcome, Date.now());
      // Not in there: expired, or given back by a write of ours that was told it had failed.
      if (left.gate === seen.gate) return seen.gate.turn?.by === id ? tried : undefined;
      tried = left;
      if (await writeGate(site, seen, left.gate, id)) return left;
    } catch (error) {
      reason = reasonOf(error);
    }
    await wait(Math.random() * LONGEST_PAUSE_MS);
  }
  logger.warn('pass not given back, it expires', { site, reason });
  return undefined;
}

function logTurn(site: string, turned: Turned, gate: Gate): void {
  if (turned === 'resumed') {
    logger.info('relay resumed', { site });
    return;
  }
  logStop('relay stopped', site, gate);
}

/** As long as a site is down there is such a line each time that it was tried: the alarm goes by them. */
function logStop(message: string, site: string, { lastFailure, stoppedUntil }: Gate): void {
  const until = stoppedUntil && new Date(stoppedUntil).toISOString();
  logger.warn(message, { site, reason: lastFailure?.reason, until });
}
