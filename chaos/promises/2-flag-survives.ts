import { type Changed, type Event, only } from '../history/event.ts';
import { exchangesIn, isTaken } from './exchanges.ts';
import { called, type Promised } from './promise.ts';

/**
 * Where a webhook was taken after the contact's last change, the flag is up in the end, or the copy has that change; and the
 * last visit tells it. A visit at any time tells all changes for which the flag was raised before it came, or that it does not.
 */
export const flagSurvives: Promised = {
  number: 2,
  promise: 'A flag raised during a sync survives that sync',
  check(history: readonly Event[]) {
    const flags = new Map(only(history, 'flag').map((flag) => [called(flag), flag]));
    const copies = new Map(only(history, 'copy').map((copy) => [called(copy), copy]));
    const visits = new Map(only(history, 'visited').map((visit) => [called(visit), visit]));
    const inTheEnd = lastToldChanges(history).flatMap((change) => {
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
    return [...inTheEnd, ...oldVisits(history)];
  },
};

/** Visits that told an older version than a flag was up for, without a word that it may be old. */
function oldVisits(history: readonly Event[]): string[] {
  const flagged = exchangesIn(history).filter(({ answer }) => answer?.outcome === 'flagged');
  const changes = only(history, 'changed');
  return only(history, 'visited').flatMap((visit) => {
    const { cameAt, status, isStale, version } = visit;
    if (status !== 200 || isStale || version < 0) return [];
    const told = flagged.filter(
      (sent) => called(sent) === called(visit) && (sent.overAt ?? Number.POSITIVE_INFINITY) < cameAt,
    );
    const missed = changes.find(
      (change) =>
        called(change) === called(visit) &&
        change.version > version &&
        told.some(({ sentAt }) => sentAt >= change.at),
    );
    return missed
      ? [`${called(visit)} was v${version} to a visit, after the flag was raised for v${missed.version}`]
      : [];
  });
}

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
