import { DateTime } from 'luxon';
import { Rejected } from '../platform/errors.ts';
import { type DateFormat, type Step, WEEKDAYS } from './operation.ts';

type Target = Extract<Step, { do: 'set-date' }>['to'];

const UNIX_SECONDS = /^-?\d{8,11}$/;

/**
 * The date that a step sets.
 * @param now in the site's time zone
 * @param textOf what a field holds
 * @throws Rejected where the field to count from holds no date
 */
export function dateOf(to: Target, now: DateTime, textOf: (field: string) => string): DateTime {
  if (to === 'now') return now;
  if ('inDays' in to) return now.plus({ days: to.inDays });
  if ('next' in to) return now.plus({ days: daysUntil(WEEKDAYS.indexOf(to.next) + 1, now.weekday) });
  return dateIn(to.field, textOf(to.field), now).plus({ days: to.plusDays });
}

/** From 1 to 7: on the day itself, the next such day is a week away. */
const daysUntil = (weekday: number, today: number): number => ((weekday - today + 6) % 7) + 1;

/** A date as CRMs write it: ISO 8601, with or without a time, the same with a blank, or seconds since 1970. */
function dateIn(field: string, text: string, { zone }: DateTime): DateTime {
  const trimmed = text.trim();
  const date = UNIX_SECONDS.test(trimmed)
    ? DateTime.fromSeconds(Number(trimmed), { zone })
    : DateTime.fromISO(trimmed.replace(' ', 'T'), { zone });
  if (!date.isValid) throw new Rejected(`field ${field} holds no date`);
  return date;
}

/** Writes a date: as the day it is in the site's time zone, with its time, or in seconds since 1970. */
export function dateText(date: DateTime, format: DateFormat): string {
  if (format === 'unix') return String(date.toUnixInteger());
  const text =
    format === 'date' ? date.toISODate() : date.startOf('second').toISO({ suppressMilliseconds: true });
  if (text === null) throw new Rejected('the date is beyond what a calendar holds');
  return text;
}
