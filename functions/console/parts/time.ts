import { type Html, html } from '../html.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A time as people say it, with the exact one behind it. */
export function time(iso: string, now: Date): Html {
  const ms = Date.parse(iso) - now.getTime();
  const words = Math.abs(ms) < SECOND ? 'now' : ms < 0 ? `${duration(-ms)} ago` : `in ${duration(ms)}`;
  return html`<time datetime="${iso}" title="${exact(iso)}">${words}</time>`;
}

/** The exact time, in UTC, to the second. */
export const exact = (iso: string): string => `${iso.slice(0, 19).replace('T', ' ')} UTC`;

/** A length of time in its two largest units: `45 s`, `3 min 20 s`, `2 h 5 min`, `4 d`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return two(ms, [MINUTE, 'min'], [SECOND, 's']);
  if (ms < DAY) return two(ms, [HOUR, 'h'], [MINUTE, 'min']);
  return two(ms, [DAY, 'd'], [HOUR, 'h']);
}

type Unit = [ms: number, name: string];

function two(ms: number, [large, largeName]: Unit, [small, smallName]: Unit): string {
  const rest = Math.floor((ms % large) / small);
  const first = `${Math.floor(ms / large)} ${largeName}`;
  return rest === 0 ? first : `${first} ${rest} ${smallName}`;
}
