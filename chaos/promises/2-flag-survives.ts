import { type Changed, type Event, only } from '../history/event.ts';
import { exchangesIn, isTaken } from './exchanges.ts';
import { called, type Promised } from './promise.ts';

/**
 * Where a webhook was taken after the contact's last change, the flag is up or the copy has that change. And a visit, when
 * all is over, tells it.
 */
export const flagSurvives: Promised = {
  number: 2,
  promise: 'A flag raised during a sync survives that sync',
  check(history: readonly Event[]) {
    const flags = new Map(only(history, 'flag').map((flag) => [called(flag), flag]));
    const copies = new Map(only(history, 'copy').map((copy) => [called(copy), copy]));
    const visits = new Map(only(history, 'visited').map((visit) => [called(visit), visit]));
    return lastToldChanges(history).flatMap((change) => {
      const contact = called(change);
      const [flag, copy, visit] = [flags.get(contact), copies.get(contact), visits.get(contact)];
      const isDown = flag !== undefined && flag.requested <= flag.synced;
      const isOld = copy !== undefined && copy.version >= 0 && copy.version < change.version;
      return [
        ...(isDown && isOld
          ? [`${contact} is unflagged, and its copy is v${copy.version}, older than v${change.version}`]
          : []),
        ...(visit?.status === 200 && visit.version >= 0 && visit.version < change.version
          ? [`${contact} visited, and the site was told v${visit.version}, older than v${change.version}`]
          : []),
      ];
    });
  },
};

/** The last change of each contact that a taken webhook told of. */
function lastToldChanges(history: readonly Event[]): (Changed & { at: number })[] {
  const tolds = exchangesIn(history).filter((exchange) => exchange.kind === 'good' && isTaken(exchange));
  const last = new Map<string, Changed & { at: number }>();
  for (const change of only(history, 'changed')) {
    const isTold = tolds.some((sent) => called(sent) === called(change) && sent.sentAt >= change.at);
    if (isTold) last.set(called(change), change);
  }
  return [...last.values()];
}
