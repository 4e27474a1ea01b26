import type { DateTime } from 'luxon';
import type { Contact } from '../crm/crm.ts';
import type { FieldValues } from '../crm/definition.ts';
import { Rejected } from '../platform/errors.ts';
import { holds } from './conditions.ts';
import { dateOf, dateText } from './dates.ts';
import { addEffect, type Effect } from './effects.ts';
import { listText, valuesIn } from './lists.ts';
import { numberIn, numberText } from './numbers.ts';
import type { Step } from './operation.ts';

/** What planning needs to know beside the contact. */
export type Circumstances = {
  /** In the site's time zone. */
  now: DateTime;
  /** How the CRM writes what fields hold. */
  values: FieldValues;
};

/**
 * Works out what the steps of an operation do to a contact, each on what those before it have made of it.
 * Nothing is done yet.
 * @throws Rejected that names the step, where one cannot be done; it never quotes what a field holds
 */
export function planSteps(
  steps: readonly Step[],
  contact: Pick<Contact, 'fields' | 'tags'>,
  circumstances: Circumstances,
): Effect[] {
  const draft = new Draft(contact, circumstances);
  for (const [index, step] of steps.entries()) {
    try {
      draft.take(step);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      throw new Rejected(`step ${index + 1} (${step.do}): ${error.message}`);
    }
  }
  return draft.effects;
}

/** The contact as it is after the steps so far, and the effects that make it so. */
class Draft {
  readonly effects: Effect[] = [];
  readonly tags: Set<string>;
  readonly #fields: Map<string, string>;
  readonly #circumstances: Circumstances;

  constructor({ fields, tags }: Pick<Contact, 'fields' | 'tags'>, circumstances: Circumstances) {
    this.tags = new Set(tags);
    this.#fields = new Map(Object.entries(fields));
    this.#circumstances = circumstances;
  }

  readonly textOf = (field: string): string => this.#fields.get(field) ?? '';

  take(step: Step): void {
    if (!holds(step.when, this)) return;
    if (step.do === 'add-tags') this.#addTags(step.tags);
    else if (step.do === 'remove-tags') this.#removeTags(step.tags);
    else if (step.do === 'start-automation') addEffect(this.effects, { automation: step.automation });
    else this.#set(step.field, this.#valueOf(step));
  }

  #valueOf(step: Exclude<Step, { do: 'add-tags' | 'remove-tags' | 'start-automation' }>): string {
    const { now, values } = this.#circumstances;
    const text = this.textOf(step.field);
    switch (step.do) {
      case 'set':
        return step.value;
      case 'clear':
        return '';
      case 'copy':
        return this.textOf(step.from);
      case 'add':
        return numberText(step.field, numberIn(step.field, text).plus(step.amount), step.decimals);
      case 'subtract':
        return numberText(step.field, numberIn(step.field, text).minus(step.amount), step.decimals);
      case 'multiply':
        return numberText(step.field, numberIn(step.field, text).times(step.by), step.decimals);
      case 'append':
      case 'remove': {
        const list = step.separator ? { open: '', separator: step.separator, close: '' } : values.list;
        const others = valuesIn(text, list).filter((value) => value !== step.value);
        if (step.do === 'remove') return listText(others, list);
        const isThere = valuesIn(text, list).includes(step.value);
        return isThere ? text : listText([...others, step.value], list);
      }
      case 'set-date':
        return dateText(dateOf(step.to, now, this.textOf), step.format ?? values.date);
    }
  }

  #set(field: string, value: string): void {
    const { longest } = this.#circumstances.values;
    if (value.length > longest)
      throw new Rejected(
        `the value for field ${field} has ${value.length} characters; the CRM takes ${longest}`,
      );
    const was = this.textOf(field);
    if (value === was) return;
    this.#fields.set(field, value);
    addEffect(this.effects, { fields: { [field]: { value, was } } });
  }

  #addTags(tags: readonly string[]): void {
    const missing = tags.filter((tag) => !this.tags.has(tag));
    for (const tag of missing) this.tags.add(tag);
    if (missing.length > 0) addEffect(this.effects, { addTags: missing });
  }

  #removeTags(tags: readonly string[]): void {
    const present = tags.filter((tag) => this.tags.has(tag));
    for (const tag of present) this.tags.delete(tag);
    if (present.length > 0) addEffect(this.effects, { removeTags: present });
  }
}
