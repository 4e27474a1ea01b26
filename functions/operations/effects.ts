import type { FieldChange } from '../members/write-fields.ts';

/** What an operation does to a contact, in absolute terms: doing it twice is doing it once. */
export type Effect =
  | { fields: Record<string, FieldChange> }
  | { addTags: string[] }
  | { removeTags: string[] }
  | { automation: string };

/** Adds an effect to those before it, and to the last of them where both are one request to the CRM. */
export function addEffect(effects: Effect[], effect: Effect): void {
  const last = effects.at(-1);
  if (last && 'fields' in last && 'fields' in effect) {
    for (const [field, { value, was }] of Object.entries(effect.fields))
      last.fields[field] = { value, was: last.fields[field]?.was ?? was };
  } else if (last && 'addTags' in last && 'addTags' in effect) {
    last.addTags.push(...effect.addTags);
  } else if (last && 'removeTags' in last && 'removeTags' in effect) {
    last.removeTags.push(...effect.removeTags);
  } else {
    effects.push(effect);
  }
}

/** What was done, for the record: which fields and tags, and never what they hold. */
export function inWords(effects: readonly Effect[]): string {
  if (effects.length === 0) return 'nothing to change: no condition held, or all of it was so already';
  return effects.map(words).join(', then ');
}

function words(effect: Effect): string {
  if ('fields' in effect) return `set field ${Object.keys(effect.fields).join(', ')}`;
  if ('addTags' in effect) return `added tag ${effect.addTags.join(', ')}`;
  if ('removeTags' in effect) return `removed tag ${effect.removeTags.join(', ')}`;
  return `started automation ${effect.automation}`;
}
