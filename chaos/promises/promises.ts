import { finalState } from './1-final-state.ts';
import { flagSurvives } from './2-flag-survives.ts';
import { once } from './3-once.ts';
import { order } from './4-order.ts';
import { passwords } from './5-passwords.ts';
import { seats } from './6-seats.ts';
import { rateLimit } from './7-rate-limit.ts';
import { secrets } from './8-secrets.ts';
import { inTime } from './9-in-time.ts';
import { badInput } from './10-bad-input.ts';
import type { Promised } from './promise.ts';

/** What Latchkey promises. */
export const PROMISES: readonly Promised[] = [
  ...[finalState, flagSurvives, once, order, passwords],
  ...[seats, rateLimit, secrets, inTime, badInput],
];
