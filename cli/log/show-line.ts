import type { WebhookRecord } from '../../functions/store/webhooks.ts';

/** A webhook as one line: when, which, of whom, what became of it and why. */
export function lineOf({ receivedAt, id, site, command, contactId, state, reason }: WebhookRecord): string {
  const when = receivedAt.slice(0, 19).replace('T', ' ');
  const subject = [when, id, site.padEnd(10), command.padEnd(14), `contact ${contactId}`.padEnd(14)].join(
    '  ',
  );
  return `${subject}  ${state}${reason === undefined ? '' : `: ${reason}`}\n`;
}

/**
 * A record as JSON shows it: without the keys that only the table needs, without its secrets and the request that a plugin
 * is handed, and without its plan, in which a coupon's code may stand.
 */
export const asShown = (record: WebhookRecord): object => ({
  ...Object.fromEntries(SHOWN.map((name) => [name, record[name]]).filter(([, value]) => value !== undefined)),
});

const SHOWN = [
  ...([
    'id',
    'site',
    'command',
    'contactId',
    'contactIds',
    'parameters',
    'receivedAt',
    'state',
    'reason',
  ] as const),
  ...(['settledAt', 'queue', 'attempts', 'waits', 'sweeps', 'pendingAt', 'dueAt', 'heldUntil'] as const),
  ...(['duplicateOf', 'replayOf', 'replayedBy', 'joinedTo', 'joined', 'hadSecrets', 'history'] as const),
] as const;
