import * as z from 'zod/mini';
import type { ContactRecord } from '../representation.ts';

const operand = z.object({ value: z.union([z.string(), z.number()]) });
const comparison = z.object({
  field: z.object({ field: z.string() }),
  op: z.enum(['=', '<>', '<', '<=', '>', '>=', 'IN']),
  value: z.union([operand, z.object({ list: z.array(operand) })]),
});
const condition = z.array(z.union([comparison, z.enum(['AND', 'OR'])]));

type Comparison = z.output<typeof comparison>;
type Test = (record: ContactRecord) => boolean;

/** Whether an operator holds, by the order of the record's value and the wanted one. */
const HOLDS: Record<Comparison['op'], (order: number) => boolean> = {
  '=': (order) => order === 0,
  IN: (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/**
 * Reads the `condition` of a list, such as `[{"field":{"field":"dlm"},"op":">","value":{"value":0}},"AND",…]`.
 * AND binds tighter than OR. Gives undefined for what is no condition.
 */
export function parseCondition(json: string): Test | undefined {
  const parsed = condition.safeParse(parseJson(json));
  if (!parsed.success) return undefined;
  const alternatives: Comparison[][] = [[]];
  for (const part of parsed.data) {
    if (part === 'OR') alternatives.push([]);
    else if (part !== 'AND') alternatives.at(-1)?.push(part);
  }
  return (record) => alternatives.some((all) => all.every((each) => holds(each, record)));
}

function holds({ field: { field }, op, value }: Comparison, record: ContactRecord): boolean {
  const actual = record[field];
  if (actual === undefined || actual === null) return op === '<>';
  const wanted = 'list' in value ? value.list : [value];
  return wanted.some((each) => HOLDS[op](compare(actual, String(each.value))));
}

/** Orders numbers by their size, and other values as text, whatever their case. */
export function compare(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) ? a.toLowerCase().localeCompare(b.toLowerCase()) : difference;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // the schema refuses it
  }
}
