import type { Limits } from './limits.ts';

/**
 * How much of its limits a site is asked to bear now, and what that is decided on: TCP's way, up by steps and down
 * by parts. Times are in ms since 1970.
 */
export type Speed = {
  /** The part of the limits, above 0 up to 1. */
  speed: number;
  /** Up to here it doubles with each round of requests; above, it feels its way. */
  threshold: number;
  /** When it last went down: what requests from before that meet is no news. */
  cutAt: number;
  /** How many answers the mean is made of, up to SMOOTHED_OVER. */
  answers: number;
  /** The mean of the latest answers, in ms. */
  answerMs: number;
  /** The least that mean was lately, in ms: what the site needs while it has little to do. */
  bestMs: number;
  answeredAt: number;
};

const FEWEST_STEPS = 10; // from the least speed to the full one, however little may run at once
const LONGEST_SPACING_MS = 2_000; // slower than that, only the config makes it

const FAILURE_LEAVES = 0.5; // of the speed, as in TCP
const SLOWNESS_LEAVES = 0.9;

const SMOOTHED_OVER = 20; // commands differ in what they cost a site; single answers say little
const SLOW_TIMES = 2; // the best, and
const SLOW_BY_MS = 250; // that much more: a quick site's answers are not slow for a few ms
const BEST_RISES_A_MINUTE = 0.005; // the load that we put on a site must not soon become what it is measured by
const BEST_RISES_ALONE = 0.2; // of the difference: with one request at a time it is not our load

/** The speed at which there is one request at a time; also the step by which it goes up. */
const leastSpeed = ({ concurrency }: Limits): number => 1 / Math.max(concurrency, FEWEST_STEPS);

/** The speed of a site that nothing is known of. */
export const firstSpeed = (limits: Limits): Speed => ({
  ...{ speed: leastSpeed(limits), threshold: 1, cutAt: 0 },
  ...{ answers: 0, answerMs: 0, bestMs: 0, answeredAt: 0 },
});

/** The speed within what the limits allow, which may have changed since. */
export const withinLimits = (speed: number, limits: Limits): number =>
  Math.min(1, Math.max(leastSpeed(limits), speed));

/** How many requests may run at once. */
export const allowedAtOnce = (speed: number, { concurrency }: Limits): number =>
  Math.max(1, Math.floor(concurrency * speed + 1e-9)); // sums of steps fall short of the whole by a hair

/** How far apart requests start, in ms. */
export function spacingMs(speed: number, { requestsPerSecond }: Limits): number {
  const full = 1000 / requestsPerSecond;
  return Math.ceil(Math.min(full / speed, Math.max(full, LONGEST_SPACING_MS)));
}

/** How many requests may start in a second, for people. */
export const perSecond = (speed: number, limits: Limits): number =>
  Math.round(100_000 / spacingMs(speed, limits)) / 100;

/** As slow as it gets, for a site that has just come back. */
export const slowest = <T extends Speed>(was: T, limits: Limits, now: number): T => ({
  ...was,
  speed: leastSpeed(limits),
  cutAt: now,
});

/**
 * The speed after a good answer: higher, unless the site has become slow, or the speed was not made use of.
 * @param used whether anybody could have been kept waiting by the speed; what was not tried is not known to be good
 */
export function afterAnswer<T extends Speed>(
  was: T,
  limits: Limits,
  { startedAt, ms, used }: { startedAt: number; ms: number; used: boolean },
  now: number,
): T {
  const measured = { ...was, ...meanWith(was, limits, ms, now) };
  if (startedAt < was.cutAt) return measured;
  if (measured.answerMs > Math.max(measured.bestMs * SLOW_TIMES, measured.bestMs + SLOW_BY_MS))
    return cut(measured, limits, SLOWNESS_LEAVES, now);
  if (!used) return measured;
  // Answers to a step: one while it doubles, above that as many as a round of requests has, which at the slowest is one.
  const round = was.speed < was.threshold ? 1 : was.speed / leastSpeed(limits);
  return { ...measured, speed: withinLimits(was.speed + leastSpeed(limits) / round, limits) };
}

/** The speed after a failure: lower, once for each round of requests; failures are quicker than the answers that make one. */
export function afterFailure<T extends Speed>(was: T, limits: Limits, startedAt: number, now: number): T {
  const isSameRound = startedAt < was.cutAt || now < was.cutAt + was.answerMs;
  return isSameRound ? was : cut(was, limits, FAILURE_LEAVES, now);
}

function cut<T extends Speed>(was: T, limits: Limits, leaves: number, now: number): T {
  const speed = withinLimits(was.speed * leaves, limits);
  return { ...was, speed, threshold: speed, cutAt: now };
}

function meanWith(was: Speed, limits: Limits, ms: number, now: number): Partial<Speed> {
  const answers = Math.min(was.answers + 1, SMOOTHED_OVER);
  const answerMs = was.answerMs + (ms - was.answerMs) / answers;
  if (answers === 1) return { answers, answerMs, bestMs: answerMs, answeredAt: now };
  const minutes = Math.max(0, now - was.answeredAt) / 60_000;
  const risen =
    allowedAtOnce(was.speed, limits) === 1
      ? was.bestMs + (answerMs - was.bestMs) * BEST_RISES_ALONE
      : was.bestMs * (1 + BEST_RISES_A_MINUTE) ** minutes;
  return { answers, answerMs, bestMs: Math.min(answerMs, risen), answeredAt: now };
}
