import { randomUUID } from 'node:crypto';
import type { Assembly, Resource } from './assembly.ts';
import { ACCOUNT_ID, REGION } from './endpoints.ts';
import type { LambdaFunction } from './function.ts';
import { constructName } from './names.ts';
import { nextTime } from './schedule-expression.ts';
import type { Resolve } from './template.ts';

/** Something that runs a function at its times: a rule of EventBridge, or a schedule of its Scheduler. */
export interface Schedule {
  /** Construct name, such as "sweep". */
  name: string;
  expression: string;
  enabled: boolean;
  /** Runs it now, whatever the time; rejects when the function fails. */
  trigger(): Promise<unknown>;
}

/**
 * The schedules of the template.
 * @param functionOf finds a function by its ARN
 * @throws when an expression cannot be read or a target is no function
 */
export function readSchedules(
  assembly: Assembly,
  resolve: Resolve,
  functionOf: (arn: string) => LambdaFunction,
): Schedule[] {
  const rules = assembly
    .ofType('AWS::Events::Rule')
    .filter(({ properties }) => properties.ScheduleExpression);
  const schedules = assembly.ofType('AWS::Scheduler::Schedule');
  return [...rules, ...schedules].map((resource) => {
    const { Targets, Target, ScheduleExpression, State } = resource.properties;
    const targets = (resolve(Targets ?? [Target]) as { Arn: string; Input?: string }[]).map(
      ({ Arn, Input }) => ({
        target: functionOf(Arn),
        input: Input,
      }),
    );
    const expression = String(resolve(ScheduleExpression));
    nextTime(expression, Date.now()); // An expression that cannot be read is reported at the start.
    return {
      name: constructName(resource),
      expression,
      enabled: State !== 'DISABLED',
      trigger: () =>
        Promise.all(
          targets.map(({ target, input }) =>
            target.invoke(input === undefined ? scheduledEvent(resource, resolve) : JSON.parse(input)),
          ),
        ),
    };
  });
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-eventbridge.html, "Scheduled Event". */
const scheduledEvent = (resource: Resource, resolve: Resolve) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: resource.type === 'AWS::Events::Rule' ? 'aws.events' : 'aws.scheduler',
  account: ACCOUNT_ID,
  time: new Date().toISOString().replace(/\.\d+/, ''),
  region: REGION,
  resources: [resolve({ 'Fn::GetAtt': [resource.logicalId, 'Arn'] })],
  detail: {},
});

/** A run that is this late was missed, not delayed: the machine slept. */
const MISSED_MILLISECONDS = 1000;

/** The longest that a timer of Node can wait; longer waits are made of several. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Runs schedules at their times.
 * @param onLine takes the report of a run that failed: the next one comes anyway
 * @returns ends it
 */
export function runSchedules(schedules: Schedule[], onLine: (line: string) => void): () => void {
  const timers = new Map<Schedule, NodeJS.Timeout>();
  const arm = (schedule: Schedule, due: number): void => {
    const wait = Math.max(due - Date.now(), 0);
    const ring = wait > LONGEST_TIMER ? () => arm(schedule, due) : () => fire(schedule, due);
    timers.set(schedule, setTimeout(ring, Math.min(wait, LONGEST_TIMER)));
  };
  const fire = (schedule: Schedule, due: number): void => {
    // Counted from when this run was due, so that rates do not drift; runs missed while asleep are not made up.
    arm(schedule, nextTime(schedule.expression, Math.max(due, Date.now() - MISSED_MILLISECONDS)));
    schedule.trigger().catch((cause) => onLine(`schedule ${schedule.name}: ${cause.message}`));
  };
  for (const schedule of schedules) {
    if (schedule.enabled) arm(schedule, nextTime(schedule.expression, Date.now()));
  }
  return () => {
    for (const timer of timers.values()) clearTimeout(timer);
  };
}
