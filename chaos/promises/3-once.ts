import { type Event, type Kept, only } from '../history/event.ts';
import { POINTS_OF_A_LESSON, SEATS } from '../sites.ts';
import { type Exchange, exchangesIn } from './exchanges.ts';
import { called, type Promised } from './promise.ts';

/** Commands whose second time would add a second time. */
const ADDING = ['aal_fieldop', 'aal_updateteam', 'aal_teamops'];

/** As much took effect as was applied, and as much was applied as was asked for. */
export const once: Promised = {
  number: 3,
  promise: 'Every job takes effect once',
  check(history: readonly Event[]) {
    const records = only(history, 'kept');
    return [
      ...points(history, records),
      ...seats(history, records),
      ...copies(history, records),
      ...deliveries(history, records),
      ...told(history),
    ];
  },
};

/** Points are what the applied lessons add up to. */
function points(history: readonly Event[], records: readonly Kept[]): string[] {
  return only(history, 'value')
    .filter(({ field }) => field === 'points')
    .flatMap(({ value, first, ...about }) => {
      const lessons = records.filter(
        (record) =>
          called(record) === called(about) && record.command === 'aal_fieldop' && record.state === 'applied',
      );
      const due = Number(first) + lessons.length * POINTS_OF_A_LESSON;
      return Number(value) === due
        ? []
        : [`${called(about)} has ${Number(value)} points; ${lessons.length} lessons applied make ${due}`];
    });
}

/**
 * Seats are what the program gives and the applied changes add up to, since the team began. Where a leader has had more
 * than one team, which of them a change was for is not told by when it came.
 */
function seats(history: readonly Event[], records: readonly Kept[]): string[] {
  const hadOthers = new Set(records.filter(({ command }) => command === 'aal_deleteteam').map(called));
  const teams = only(history, 'team').filter(
    ({ people, site, leader }) => people !== undefined && !hadOthers.has(called({ site, contact: leader })),
  );
  return teams.flatMap((team) => {
    const changes = records.filter(
      ({ site, contact, command, state, id }) =>
        site === team.site &&
        contact === team.leader &&
        command === 'aal_updateteam' &&
        state === 'applied' &&
        id > team.team,
    );
    const due = changes.reduce((sum, { says }) => sum + Number(says), SEATS);
    return team.seats === due
      ? []
      : [`the team of ${team.site}/${team.leader} has ${team.seats} seats; what was applied makes ${due}`];
  });
}

/**
 * Of webhooks that add and are the same byte by byte, no more than one counts in the time in which they count once. Where
 * copies spread over more than that, each may: an identity has one claim, which a late one takes over.
 */
function copies(history: readonly Event[], records: readonly Kept[]): string[] {
  const asked = exchangesIn(history).filter(
    ({ command, site }) => ADDING.includes(command) && site !== 'relayed',
  );
  const keyOf = (one: Kept | Exchange) => `${called(one)} ${one.command} ${one.says}`;
  const asks = Map.groupBy(asked, keyOf);
  const counted = records.filter(({ command, state }) => ADDING.includes(command) && state !== 'duplicate');
  return [...Map.groupBy(counted, keyOf)].flatMap(([key, counting]) => {
    const sent = asks.get(key) ?? [];
    const groups = [...Map.groupBy(sent, ({ sameAs }) => sameAs).values()];
    const most = groups.reduce((sum, group) => sum + (isWithinWindow(group) ? 1 : group.length), 0);
    return counting.length > most && sent.length > 0
      ? [`${key}: ${counting.length} count, of ${sent.length} sent, ${groups.length} of them different`]
      : [];
  });
}

/** Identical ones count once in a minute, less what clocks may differ by. */
const WINDOW_MS = 55_000;

const isWithinWindow = (copiesOfOne: readonly Exchange[]): boolean =>
  Math.max(...copiesOfOne.map(({ sentAt, overAt = sentAt }) => overAt)) -
    Math.min(...copiesOfOne.map(({ sentAt }) => sentAt)) <
  WINDOW_MS;

/** What a plugin is said to have got, it got; once, unless nobody could know. */
function deliveries(history: readonly Event[], records: readonly Kept[]): string[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  const done = new Set(only(history, 'delivered').map(({ site, seq }) => `${site} ${seq}`));
  return exchangesIn(history).flatMap(({ n, site, answer }) => {
    const record = byId.get(answer?.id ?? '');
    const isDelivered = done.has(`${site} ${n}`);
    if (site !== 'relayed' || record?.state !== 'applied' || record.instead !== undefined || isDelivered)
      return [];
    return [`webhook ${n} counts as handed on, and the plugin never had it`];
  });
}

/** An account is created once, and a password generated once, as the site is told; an event may come again as itself. */
function told(history: readonly Event[]): string[] {
  const unique = ['member.created', 'member.password-generated'];
  const events = only(history, 'told').filter(({ type }) => unique.includes(type));
  return [...Map.groupBy(events, (event) => `${called(event)} ${event.type}`)].flatMap(([what, all]) => {
    const times = new Set(all.map(({ id }) => id)).size;
    return times > 1 ? [`the site was told ${what} as ${times} events`] : [];
  });
}
