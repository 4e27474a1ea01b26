import type { Site } from '../../platform/config.ts';
import { describeGate, type GateDescription } from '../../relay/describe-gate.ts';
import type { Gate } from '../../relay/gate.ts';
import { type Html, html, type Part } from '../html.ts';
import { table } from './table.ts';
import { time } from './time.ts';
import { code } from './words.ts';

/** A site that relays, and its gate as read; without one where nothing was handed on yet. */
export type GateOfSite = { site: Site; gate: Gate | undefined };

/** How fast each site that relays is asked to go now, of what its config allows, and why one is left alone. */
export const gateTable = (gates: readonly GateOfSite[], now: Date): Html =>
  table(
    'The gates of the sites that relay',
    ['Site', 'Gate', 'Requests at once', 'Starts a second', 'Left alone until', 'Last failure'],
    gates.map((each) => rowOf(each, now)),
  );

function rowOf({ site: { id, target }, gate }: GateOfSite, now: Date): Part[] {
  if (!target) return [code(id)];
  const { concurrency, requestsPerSecond } = target.relay;
  const described = describeGate(gate, target.relay, now.getTime());
  const { state, atOnce, allowedAtOnce, perSecond, stoppedUntil, lastFailure } = described;
  return [
    code(id),
    html`<span class="badge is-${TONES[state]}">${state}</span>`,
    `${atOnce} of ${allowedAtOnce} now, ${concurrency} at most`,
    `${perSecond} now, ${requestsPerSecond} at most`,
    stoppedUntil === undefined ? '–' : time(stoppedUntil, now),
    lastFailure ? html`<span class="reason">${time(lastFailure.at, now)}: ${lastFailure.reason}</span>` : '–',
  ];
}

/** The colour of a gate is that of what becomes of webhooks there. */
const TONES: Record<GateDescription['state'], string> = {
  open: 'applied',
  probing: 'postponed',
  stopped: 'failed',
};
