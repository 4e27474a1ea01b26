import type { Breaker } from './breaker.ts';
import type { Limits } from './limits.ts';
import { perSecond } from './speed.ts';

/** Why a request may not start yet, in words for the record of a webhook. */

/** Nobody may start before `until`, ms since 1970. */
export const whyLeftAlone = (breaker: Breaker, until: number): string =>
  `the site is left alone until ${new Date(until).toISOString()}: ${
    breaker.stoppedUntil === undefined ? 'it asked for that' : failuresOf(breaker)
  }`;

/** One request is on its way after a stop. */
export const whyProbing = (breaker: Breaker): string =>
  `one request tries whether the site is back: ${failuresOf(breaker)}`;

/** As many requests are on their way as there may be. */
export const whyFull = (room: number, { concurrency }: Limits): string =>
  `the site is at its ${room} ${room === 1 ? 'request' : 'requests'} at once${
    room < concurrency ? `, for now, of the ${concurrency} in the config` : ''
  }`;

/** Requests start as close together as they may. */
export const whyTooSoon = (speed: number, limits: Limits): string =>
  `the site is at its ${perSecond(speed, limits)} requests per second${
    speed < 1 ? `, for now, of the ${limits.requestsPerSecond} in the config` : ''
  }`;

const failuresOf = ({ failures, lastFailure }: Breaker): string =>
  `${failures} failures in a row${lastFailure ? `, last: ${lastFailure.reason}` : ''}`;
