import type { CrmEvent } from '../crm/crm-event.ts';
import type { EventFilter } from './settings.ts';

/**
 * Why a site does not want an event of its CRM handed on; undefined where it wants it. An event that does not say what
 * is asked for is handed on: what a filter cannot judge, it may not lose.
 */
export function whyKeptBack(
  { type, tag, initiatedFrom }: CrmEvent,
  filter: Pick<EventFilter, 'types' | 'tags' | 'initiatedFrom'> = {},
): string | undefined {
  if (isOther(type, filter.types)) return 'the site wants no events of this type';
  if (isOther(tag, filter.tags)) return 'the site wants no events about this tag';
  if (isOther(initiatedFrom, filter.initiatedFrom))
    return `the site wants no events that come from ${inAWord(initiatedFrom)}`;
  return undefined;
}

/** The reason is logged and answered: of what a body says it may quote a word of the CRM's, and no e-mail address. */
const inAWord = (said = ''): string => (/^[a-z]{1,16}$/i.test(said) ? said : 'elsewhere');

const isOther = (said: string | undefined, wanted: readonly string[] | undefined): boolean =>
  said !== undefined && wanted !== undefined && !wanted.some((word) => isSame(word, said));

const isSame = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase();
