import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { OutOfTime, Throttled } from '../platform/errors.ts';
import { readGate, writeGate } from '../store/gates.ts';
import { takeTurn } from '../store/pace.ts';
import { AHEAD_MS, type Busy, enter, type Gate, type Outcome, type Turned } from './gate.ts';
import { inTurn } from './in-turn.ts';
import { leaveGate } from './leave-gate.ts';
import type { Limits } from './limits.ts';
import { untilLeft } from './until-left.ts';

/** How long a delivery is willing to wait at the gate, in ms, while Lambda is paid for it. */
export type Patience = {
  waitMs: number;
  /** What the invocation has left. */
  remainingMs: () => number;
  /** What the request takes at most, and what follows it. */
  needsMs: number;
};

/** The right to make one request to a site. */
export type Pass = {
  /** When the request may start: now. In ms since 1970. */
  startedAt: number;
  /** Gives the pass back, within seconds and without fail. @returns whether the site was left alone by this, or no more */
  leave(outcome: Outcome): Promise<Turned | undefined>;
};

const PASS_BYTES = 6; // tells the passes of a site apart; it is written with each request
const LEAST_POLL_MS = 100;
const POLL_VARIES_MS = 150;
const RACE_PAUSE_MS = 30;
const LONGEST_LINE_MS = 6 * 60 * 60 * 1000; // SQS hides a message for 12 h at most
const LINE_ENDS_WITHIN_MS = 60 * 60 * 1000; // those behind the longest line do not all come back at its end

/**
 * Passes a site's gate, by which all Lambdas together keep to what the site can bear. Returns when the request may
 * start. Who would have to wait longer than patience reaches gets a place in line, so that a backlog comes back at
 * the site's pace and not all at once.
 * @throws Throttled where that is too far ahead, OutOfTime where the invocation would end first
 */
export async function enterGate(site: string, limits: Limits, patience: Patience): Promise<Pass> {
  const id = randomBytes(PASS_BYTES).toString('base64url');
  const until = Date.now() + patience.waitMs;
  // One polls at a time: those of one invocation do not fight over the item.
  const startAt = await inTurn(`enter ${site}`, () => waitToEnter(site, limits, id, { ...patience, until }));
  await wait(Math.max(0, startAt - Date.now()));
  return {
    startedAt: Date.now(),
    leave: (outcome) => leaveGate({ site, limits, id, outcome }),
  };
}

async function waitToEnter(
  site: string,
  limits: Limits,
  id: string,
  { until, remainingMs, needsMs }: Patience & { until: number },
): Promise<number> {
  for (;;) {
    const left = remainingMs() - needsMs - AHEAD_MS;
    if (left < 0) throw new OutOfTime('no time left for a request to the site');
    const tried = await tryToEnter(site, limits, id);
    if ('startAt' in tried) return tried.startAt;
    const { busyUntil } = tried;
    if (busyUntil > until) throw await sentAway(site, limits, tried);
    if (busyUntil > Date.now() + left) throw new OutOfTime(`no time left to wait: ${tried.why}`);
    await untilLeft(site, tried.lostRace ? Math.random() * RACE_PAUSE_MS : pollMs());
  }
}

/** What kept a request out, and the gate that it met. */
type KeptOut = Busy & { gate?: Gate; lostRace?: boolean };

async function tryToEnter(site: string, limits: Limits, id: string): Promise<{ startAt: number } | KeptOut> {
  const seen = await readGate(site);
  const now = Date.now();
  const entry = enter(seen?.gate, limits, id, now);
  if ('busyUntil' in entry) return { ...entry, gate: seen?.gate };
  if (await writeGate(site, seen, entry.gate, id)) return entry;
  return { busyUntil: now, why: 'others want to pass the gate at the same time', lostRace: true };
}

const pollMs = (): number => LEAST_POLL_MS + Math.random() * POLL_VARIES_MS;

/**
 * Takes a place in line. Places lie as close together as the site could take requests at its best: the gate is what
 * protects it, and the line must never be slower than the site.
 */
async function sentAway(site: string, limits: Limits, { busyUntil, why, gate }: KeptOut): Promise<Throttled> {
  const { concurrency, requestsPerSecond } = limits;
  const span = Math.ceil(Math.max(1000 / requestsPerSecond, (gate?.answerMs ?? 0) / concurrency));
  const within = LONGEST_LINE_MS - LINE_ENDS_WITHIN_MS;
  const place = await takeTurn(`relay/${site}`, 'line', { now: busyUntil, span, within });
  const at = 'at' in place ? place.at : busyUntil + within + Math.random() * LINE_ENDS_WITHIN_MS;
  return new Throttled(why, Math.max(at - Date.now(), span));
}
