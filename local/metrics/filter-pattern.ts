/** A log line of JSON, as far as filters look into it. */
export type LogLine = Readonly<Record<string, unknown>>;

type Condition = (line: LogLine) => boolean;

/** One comparison: a field on the first level, an operator, and text with stars, a number, or a star for anything. */
const COMPARISON = /^\$\.(\w+) (=|!=|>=|<=|>|<) (\*|"[^"]*"|-?\d+(?:\.\d+)?)$/;

/**
 * Reads a filter pattern of CloudWatch Logs, as much of the language as this stack uses: comparisons of JSON fields
 * that are joined by `&&`, such as `{ $.message = "job" && $.ms >= 10 }`. A field that a line does not have fulfils
 * none.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @returns whether a line matches
 * @throws on anything else, so that no metric is missing here without a word
 */
export function readFilterPattern(pattern: string): Condition {
  const [, inside] = /^\{ (.+) \}$/.exec(pattern) ?? [];
  if (inside === undefined) throw new Error(`the local cloud does not know the filter pattern ${pattern}`);
  const conditions = inside.split(' && ').map((comparison) => {
    const condition = readComparison(comparison);
    if (!condition) throw new Error(`the local cloud does not know "${comparison}" in a filter pattern`);
    return condition;
  });
  return (line) => conditions.every((holds) => holds(line));
}

function readComparison(comparison: string): Condition | undefined {
  const [, field = '', operator = '', operand = ''] = COMPARISON.exec(comparison) ?? [];
  const test =
    operand.startsWith('"') || operand === '*' ? textTest(operator, operand) : numberTest(operator, operand);
  if (!test) return undefined;
  return (line) => {
    const value = Object.hasOwn(line, field) ? line[field] : undefined;
    return (typeof value === 'string' || typeof value === 'number') && test(value);
  };
}

type Test = (value: string | number) => boolean;

const escapeForRegExp = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');

/** Stars stand for any characters. */
function textTest(operator: string, operand: string): Test | undefined {
  const words = operand.replaceAll('"', '').split('*').map(escapeForRegExp);
  const wanted = new RegExp(`^${words.join('.*')}$`, 's');
  if (operator === '=') return (value) => wanted.test(String(value));
  if (operator === '!=') return (value) => !wanted.test(String(value));
  return undefined;
}

function numberTest(operator: string, operand: string): Test | undefined {
  const wanted = Number(operand);
  const compare = COMPARE[operator];
  return compare && ((value) => typeof value === 'number' && compare(value, wanted));
}

const COMPARE: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
};
