import type { Contact } from '../../account/records.ts';
import type { ApiAnswer } from '../../router.ts';
import { problem } from './answers.ts';

type Test = (contact: Contact) => boolean;

/** A full ISO time with milliseconds and a zone; others are refused. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:?\d\d)$/;

/** The conditions that this account can judge, by their name. Each gives a test, or undefined for a bad value. */
const CONDITIONS: Record<string, (value: string) => Test | undefined> = {
  ids: (value) => among(value),
  contact_ids: (value) => among(value),
  email: (value) => text(value, ({ email }) => email),
  given_name: (value) => text(value, ({ firstName }) => firstName),
  family_name: (value) => text(value, ({ lastName }) => lastName),
  // Whether the very moment counts is undocumented.
  start_update_time: (value) => (TIME.test(value) ? (c) => c.updatedAt >= Date.parse(value) : undefined),
  end_update_time: (value) => (TIME.test(value) ? (c) => c.updatedAt <= Date.parse(value) : undefined),
};

const IDS = ['ids', 'contact_ids'];

/**
 * What `filter` asks for: conditions joined with `;`, such as `ids==1,2,3`, `start_update_time==…` or
 * `contact_id>5`. An unknown or broken one is a 400.
 */
export function contactFilter(filter: string, { ignoreIds }: { ignoreIds: boolean }): Test | ApiAnswer {
  const tests: Test[] = [];
  for (const condition of filter.split(';').filter(Boolean)) {
    const [, name = '', operator = '', value = ''] = /^(\w+)(==|>=|<=|>|<)(.*)$/s.exec(condition) ?? [];
    if (ignoreIds && IDS.includes(name)) continue;
    const test =
      name === 'contact_id'
        ? compare(operator, Number(value))
        : operator === '==' && Object.hasOwn(CONDITIONS, name)
          ? CONDITIONS[name]?.(value)
          : undefined;
    if (test === undefined) return problem(400, `filter has a condition that is not supported: ${name}`);
    tests.push(test);
  }
  return (contact) => tests.every((test) => test(contact));
}

function among(value: string): Test {
  const ids = new Set(value.split(','));
  return ({ id }) => ids.has(id);
}

/** Equal in any case; with a `*` at its end the value is the beginning. */
function text(value: string, of: (contact: Contact) => string): Test {
  const wanted = value.toLowerCase();
  if (!wanted.endsWith('*')) return (contact) => of(contact).toLowerCase() === wanted;
  return (contact) => of(contact).toLowerCase().startsWith(wanted.slice(0, -1));
}

function compare(operator: string, wanted: number): Test | undefined {
  if (!Number.isInteger(wanted)) return undefined;
  return ({ id }) => {
    const difference = Number(id) - wanted;
    if (difference === 0) return operator.includes('=');
    return difference > 0 ? operator.startsWith('>') : operator.startsWith('<');
  };
}
