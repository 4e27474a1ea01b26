import { fits } from '../members/tag-rule.ts';
import { numberIn } from './numbers.ts';
import type { Condition, FieldRule } from './operation.ts';

/** A contact as the steps of an operation see it. */
export type Subject = { textOf(field: string): string; tags: ReadonlySet<string> };

/**
 * Whether a condition holds; without one it does.
 * @throws Rejected where a field that is to be compared holds no number
 */
export function holds(condition: Condition | undefined, { textOf, tags }: Subject): boolean {
  if (condition?.tags && !fits(condition.tags, [...tags])) return false;
  return Object.entries(condition?.fields ?? {}).every(([field, rule]) =>
    fieldFits(field, textOf(field), rule),
  );
}

function fieldFits(field: string, text: string, rule: FieldRule): boolean {
  if (rule.is !== undefined && text !== rule.is) return false;
  if (rule.isNot !== undefined && text === rule.isNot) return false;
  if (rule.empty !== undefined && (text.trim() === '') !== rule.empty) return false;
  if (rule.atLeast !== undefined && numberIn(field, text).lt(rule.atLeast)) return false;
  return rule.atMost === undefined || !numberIn(field, text).gt(rule.atMost);
}
