/** The longest wait for a cron expression to match: it then names a day that no year has. */
const SEARCH_DAYS = 366 * 5;
const DAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTH_NAMES = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const UNIT_MILLISECONDS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * When a schedule of EventBridge fires next: rate(…) from now on, cron(…) in UTC. L, W and # are not known.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 * @param expression such as "rate(5 minutes)" or "cron(0 3 * * ? *)"
 * @param after in milliseconds since 1970
 * @throws on an expression that it cannot read
 */
export function nextTime(expression: string, after: number): number {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) return after + Number(rate[1]) * (UNIT_MILLISECONDS[rate[2] ?? ''] ?? 0);
  const cron = /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression);
  if (!cron) throw new Error(`the local cloud cannot read the schedule ${expression}`);
  return nextCronTime(cron.slice(1), after, expression);
}

function nextCronTime(fields: string[], after: number, expression: string): number {
  const [minutes, hours, days, months, weekdays, years] = fields.map((field, index) => toTest(field, index));
  const day = new Date(after);
  day.setUTCHours(0, 0, 0, 0);
  for (let count = 0; count <= SEARCH_DAYS; count++, day.setUTCDate(day.getUTCDate() + 1)) {
    const matches =
      days?.(day.getUTCDate()) &&
      months?.(day.getUTCMonth() + 1) &&
      weekdays?.(day.getUTCDay() + 1) &&
      years?.(day.getUTCFullYear());
    if (!matches) continue;
    for (let minute = 0; minute < 24 * 60; minute++) {
      const time = day.getTime() + minute * 60_000;
      if (time > after && hours?.(Math.floor(minute / 60)) && minutes?.(minute % 60)) return time;
    }
  }
  throw new Error(`the schedule ${expression} never fires`);
}

/** "5", "1-3", "1,15", "0/10", "MON-FRI", "*" and "?". */
function toTest(field: string, index: number): (value: number) => boolean {
  if (field === '*' || field === '?') return () => true;
  const number = (text: string): number => {
    const named = index === 4 ? DAY_NAMES.indexOf(text) : index === 3 ? MONTH_NAMES.indexOf(text) : -1;
    const value = named >= 0 ? named + 1 : Number(text);
    if (!Number.isInteger(value))
      throw new Error(`the local cloud cannot read "${field}" in a cron expression`);
    return value;
  };
  const tests = field.split(',').map((part) => {
    const [range = '', step] = part.split('/');
    const [from = '', to] = range.split('-');
    const first = from === '*' ? 0 : number(from);
    const last = to !== undefined ? number(to) : step !== undefined ? Number.POSITIVE_INFINITY : first;
    const every = step === undefined ? 1 : number(step);
    return (value: number) => value >= first && value <= last && (value - first) % every === 0;
  });
  return (value) => tests.some((test) => test(value));
}
