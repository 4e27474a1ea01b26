import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { LatchkeyFunction } from './latchkey-function.ts';
import { acknowledge } from './nag.ts';

/**
 * Runs a function on a schedule.
 *
 * A rule of EventBridge and not its Scheduler, because a rule needs no role: the function allows this one rule
 * to invoke it, and that is the whole of it.
 *
 * @param every whole minutes. A run that fails is not repeated, neither by EventBridge nor by Lambda: the next
 *   run does its work, and two runs at once would only contend.
 */
export function runEvery(every: Duration, target: LatchkeyFunction): void {
  target.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
  const rule = new Rule(target, 'schedule', {
    description: `Runs functions/${target.node.id}.ts`,
    schedule: Schedule.rate(every),
  });
  rule.addTarget(new LambdaFunction(target.lambda, { retryAttempts: 0, maxEventAge: Duration.minutes(1) }));
  const repeats = 'The next run does the work of one that failed; there is nothing in the event to keep.';
  acknowledge(target, {
    'Serverless-LambdaAsyncFailureDestination': repeats,
    'Serverless-EventBusDLQ': repeats,
  });
}
