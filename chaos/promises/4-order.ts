import { type Event, only } from '../history/event.ts';
import { type Exchange, exchangesIn } from './exchanges.ts';
import { called, type Promised } from './promise.ts';

/** Something that a webhook brought about: in the CRM, in the table, at the plugin. */
type Effect = { of: string; contact: string; at: number; repeats?: boolean };

/** Webhooks whose place among the others of their contact shows; `overAt` where its last copy was over. */
type Placed = { of: string; contact: string; says: string; sentAt: number; overAt: number };

/**
 * What was asked first was done first: no effect of a webhook comes after one of another that was sent when the first had
 * its answer. Those that were under way at the same time, or nearer than clocks differ, have no order.
 */
export const order: Promised = {
  number: 4,
  promise: 'Jobs of one contact run in the order they arrived',
  check(history: readonly Event[]) {
    const sent = placed(exchangesIn(history));
    const apart = clocksDifferBy(history);
    const effects = [...lessons(history), ...deliveries(history)];
    return [...backwards(sent, effects, apart), ...lastNames(history, sent, apart)];
  },
};

/** Identical ones taken together. What only asks a plugin to look again may be served by a later one. */
function placed(exchanges: readonly Exchange[]): Placed[] {
  const withOrder = exchanges.filter(
    ({ kind, site, command }) => kind === 'good' && !(site === 'relayed' && command === 'aal_updateuser'),
  );
  return [...Map.groupBy(withOrder, ({ sameAs }) => sameAs).values()].flatMap((all) => {
    const [first] = all;
    if (!first) return [];
    const { site, command, says, n } = first;
    const of = site === 'relayed' ? `${site} ${n}` : `${called(first)} ${command} ${says}`;
    const overAt = Math.max(...all.map((each) => each.overAt ?? Number.POSITIVE_INFINITY));
    return [{ of, contact: called(first), says, sentAt: first.sentAt, overAt }];
  });
}

/** How far the clocks were apart that tell what came first. */
function clocksDifferBy(history: readonly Event[]): number {
  const ahead = only(history, 'clock')
    .filter((clock) => clock.function === 'receive')
    .map(({ aheadMs }) => aheadMs);
  return ahead.length === 0 ? 0 : Math.max(...ahead, 0) - Math.min(...ahead, 0);
}

const lessons = (history: readonly Event[]): Effect[] =>
  only(history, 'wrote')
    .filter(({ field, value }) => field === 'mark' && value !== '')
    .map(({ at, value, ...about }) => ({
      of: `${called(about)} aal_fieldop ${value}`,
      contact: called(about),
      at,
    }));

/** A delivery is repeated where its answer was lost, whatever came in between. */
function deliveries(history: readonly Event[]): Effect[] {
  const lost = new Set<number>();
  return only(history, 'delivered').map(({ seq, endedAt, answerLost, ...about }) => {
    const repeats = lost.has(seq) || answerLost;
    if (answerLost) lost.add(seq);
    return { of: `${about.site} ${seq}`, contact: called(about), at: endedAt, repeats };
  });
}

function backwards(sent: readonly Placed[], effects: readonly Effect[], apart: number): string[] {
  const places = new Map(sent.map((each) => [each.of, each]));
  return [...Map.groupBy(effects, ({ contact }) => contact).values()].flatMap((all) => {
    const inTime = all.toSorted((one, other) => one.at - other.at);
    return inTime.flatMap((later, index) => {
      const asked = places.get(later.of);
      if (!asked || later.repeats) return [];
      const passed = inTime.slice(0, index).find(({ of }) => {
        const before = places.get(of);
        return of !== later.of && before !== undefined && asked.overAt + apart < before.sentAt;
      });
      return passed ? [`${later.of} was done after ${passed.of}, which was asked for later`] : [];
    });
  });
}

/** Where nothing but the table knows a contact, its first name is the last one that was brought. */
function lastNames(history: readonly Event[], sent: readonly Placed[], apart: number): string[] {
  const exchanges = exchangesIn(history);
  const applied = new Set(
    only(history, 'kept')
      .filter(({ state }) => state === 'applied')
      .map(({ id }) => id),
  );
  return only(history, 'value')
    .filter(({ field, value }) => field === 'first name' && value !== '')
    .flatMap(({ value, ...about }) => {
      const brought = sent.find(({ contact, says }) => contact === called(about) && says === value);
      const later = exchanges.find(
        (each) =>
          called(each) === called(about) &&
          /^v\d+$/.test(each.says) &&
          applied.has(each.answer?.id ?? '') &&
          brought !== undefined &&
          brought.overAt + apart < each.sentAt,
      );
      return later ? [`${called(about)} is called ${value}, and ${later.says} was brought later`] : [];
    });
}
