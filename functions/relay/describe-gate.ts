import { type Gate, gateAt, leftAloneUntil } from './gate.ts';
import type { Limits } from './limits.ts';
import { allowedAtOnce, perSecond } from './speed.ts';

/** How things stand at the gate of a site, for people. */
export type GateDescription = {
  /** Requests pass; none may; or one at a time tries whether the site is back. */
  state: 'open' | 'stopped' | 'probing';
  /** Requests on their way. */
  atOnce: number;
  /** How many there may be now. */
  allowedAtOnce: number;
  /** How many may start in a second now. */
  perSecond: number;
  /** Until when the site is left alone, ISO time. */
  stoppedUntil?: string;
  /** The last failure, however long ago; `at` is an ISO time. */
  lastFailure?: { at: string; reason: string };
};

/**
 * Describes a gate.
 * @param was as read; undefined for a site to which nothing was relayed yet
 */
export function describeGate(was: Gate | undefined, limits: Limits, now: number): GateDescription {
  const gate = gateAt(was, limits, now);
  const aloneUntil = leftAloneUntil(gate);
  const stopped = aloneUntil > now;
  const probing = gate.stoppedUntil !== undefined;
  return {
    state: stopped ? 'stopped' : probing ? 'probing' : 'open',
    atOnce: Object.keys(gate.passes).length,
    allowedAtOnce: stopped ? 0 : probing ? 1 : allowedAtOnce(gate.speed, limits),
    perSecond: perSecond(gate.speed, limits),
    ...(stopped && { stoppedUntil: new Date(aloneUntil).toISOString() }),
    ...(gate.lastFailure && {
      lastFailure: { ...gate.lastFailure, at: new Date(gate.lastFailure.at).toISOString() },
    }),
  };
}
