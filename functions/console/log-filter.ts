import { definitionOf } from '../commands/definition-of.ts';
import type { LogQuery } from '../store/webhook-log.ts';
import type { WebhookState } from '../store/webhooks.ts';
import { type Page, picked, siteOf } from './page.ts';
import type { Values } from './widget-event.ts';

/** The states that the log can be narrowed to. */
export const STATES = [
  'queued',
  'flagged',
  'applied',
  'rejected',
  'failed',
  'duplicate',
  'filtered',
] as const satisfies WebhookState[];

/** How far back a log looks, by what the page calls it: minutes. */
export const LOOKS_BACK: Readonly<Record<string, number>> = {
  '15 min': 15,
  '1 h': 60,
  '24 h': 24 * 60,
  '7 d': 7 * 24 * 60,
};

/** What narrows the log, as a page's values name it; times are in UTC. */
const FILTERS = ['contact', 'command', 'outcome', 'within', 'from', 'before'];

const ON_A_PAGE = 50;

/** What of a page's values narrows the log, and makes sense. */
export function filterOf({ values }: Pick<Page, 'values'>): Values {
  const makesSense: Record<string, (text: string) => boolean> = {
    command: (name) => definitionOf(name) !== undefined,
    outcome: (state) => STATES.some((each) => each === state),
    within: (words) => Object.hasOwn(LOOKS_BACK, words),
    from: isTime,
    before: isTime,
  };
  const filters = Object.entries(picked(values, FILTERS));
  return Object.fromEntries(filters.filter(([name, text]) => makesSense[name]?.(text) ?? true));
}

/** The log that a page asks for. */
export function logQueryOf(page: Page): LogQuery {
  const { contact, command, outcome, within, from, before } = filterOf(page);
  const { now, values } = page;
  const minutes = within && LOOKS_BACK[within];
  const since = minutes ? new Date(now.getTime() - minutes * 60_000).toISOString() : from && isoOf(from);
  const definition = definitionOf(command);
  return {
    site: siteOf(page).id,
    until: before ? isoOf(before) : now.toISOString(),
    limit: ON_A_PAGE,
    ...(contact && { contactId: contact }),
    ...(definition && { command: definition }),
    ...(outcome && { outcome: outcome as WebhookState }),
    ...(since && { since }),
    ...(values.after && { after: values.after }),
  };
}

/** A field for a time gives it without a zone: it is meant in UTC, as everything here is shown. */
const isoOf = (text: string): string =>
  new Date(/[zZ]|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`).toISOString();

/** Of 1970 or later: no webhook's id has an earlier time, and a field is at the year 0002 while 2026 is typed. */
function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) && Date.parse(/[zZ]$/.test(text) ? text : `${text}Z`) >= 0;
}
