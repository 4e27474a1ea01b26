import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Config } from '../functions/platform/config.ts';
import { METRICS } from '../functions/platform/metric-names.ts';
import { makeAlarmTopic } from './alarm-topic.ts';
import { ownMetric } from './metrics.ts';
import type { OperatedParts } from './outputs.ts';

/** The CRM hangs up after five seconds and its network takes its part of them: here a webhook is nearly lost. */
const ANSWER_NEARLY_LOST_MS = 3_000;
/** What a cold start takes at most. If one in a hundred is slower, something else is wrong. */
const ANSWER_SLOW_MS = 1_000;
/** A burst of slow answers ends by itself when functions have started; one that goes on does not. */
const SLOW_PERIODS = 3;
/** A sender that is set up wrongly shows at once in its own log; so many are a campaign, or somebody who guesses. */
const WRONG_HANDSHAKES = 20;
/** Beyond its delay, what a campaign's webhooks or the retries of an ill CRM may take without anybody's help. */
const JOB_WAITS_TOO_LONG = Duration.minutes(30);
/** A delivery waits for days where its site is down, which `relay-stopped` tells: here something else may be wrong. */
const DELIVERY_WAITS_TOO_LONG = Duration.hours(6);
/** One stop of seconds or minutes ends by itself. A site that is down has stops in each quarter of an hour. */
const STOPPED_QUARTERS = 3;
/** Where few webhooks wait, so few try that a quarter of an hour may pass without a stop. */
const QUARTERS_LOOKED_AT = 4;
/** A contact that is changed by hand in the CRM sends no webhook and is found too; so many in an hour are not that. */
const LOST_WEBHOOKS = 25;
/** One run that breaks off is an outage of the CRM's; the next goes on where it stopped. */
const BROKEN_RUNS = 3;
/** The pace keeps Latchkey below each limit. Beyond this share, another program uses up the same limit. */
const REFUSED_PERCENT = 10;
/** Below it, a single refusal would be a large share. */
const FEW_REQUESTS = 20;

/** What is asked of the table; DynamoDB counts by them what it throttles. An alarm takes ten metrics at most. */
const TABLE_OPERATIONS: readonly string[] = [
  ...['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems'],
];

const FIVE_MINUTES = Duration.minutes(5);
const QUARTER_HOUR = Duration.minutes(15);
const HOUR = Duration.hours(1);

export interface AlarmsProps extends OperatedParts {
  readonly config: Config;
}

/** What an alarm watches. It rings when the metric reaches `threshold` in `periods` of the last `outOf`; by default in a row. */
type Watch = {
  /** One sentence for the mail. */
  says: string;
  /** Section of docs/runbook.md. */
  runbook: string;
  metric: IMetric;
  threshold: number;
  periods?: number;
  outOf?: number;
};

/** Everything a person should be woken for. Each alarm names the section of docs/runbook.md that helps. */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly all: Alarm[] = [];
  readonly #stage: string;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#stage = props.stage;
    this.topic = makeAlarmTopic(this, props.stage, props.config.alarmEmails);
    this.#watchAnswers(props);
    this.#watchQueues(props);
    this.#watchNets();
    this.#watchCrms();
    this.#watchRelay();
    this.#watchFunctions(props);
    this.#watchTable(props);
  }

  #watchAnswers({ api }: AlarmsProps): void {
    const answers = (statistic: string, period: Duration) =>
      ownMetric(this.#stage, METRICS.answerMilliseconds, { statistic, period });
    this.#add('answers-over-1-second', {
      says: 'One in a hundred webhooks is answered after more than a second.',
      runbook: 'slow-answers',
      metric: answers('p99', FIVE_MINUTES),
      threshold: ANSWER_SLOW_MS,
      periods: SLOW_PERIODS,
    });
    this.#add('answers-over-3-seconds', {
      says: 'A webhook was answered after more than three seconds; the CRM hangs up after five.',
      runbook: 'slow-answers',
      metric: answers('Maximum', Duration.minutes(1)),
      threshold: ANSWER_NEARLY_LOST_MS,
    });
    this.#add('server-errors', {
      says: 'The HTTP API answered 5xx: a webhook may be lost, and its sender may not repeat it.',
      runbook: 'server-errors',
      metric: api.serverErrors(FIVE_MINUTES),
      threshold: 1,
    });
    this.#add('wrong-handshakes', {
      says: 'Many webhooks came with a handshake that is missing or wrong.',
      runbook: 'wrong-handshakes',
      metric: this.#sum(METRICS.unauthorized),
      threshold: WRONG_HANDSHAKES,
    });
  }

  #watchQueues({ queues, config }: AlarmsProps): void {
    const delays: Record<string, Duration> = { 'batch-sync': longestBatchDelay(config) };
    const waits: Record<string, Duration> = { deliveries: longestDelivery(config) };
    for (const { node, queue, deadLetters, batchWindow } of queues) {
      const onTheWay = (delays[node.id] ?? Duration.seconds(0)).plus(batchWindow);
      this.#add(`${node.id}-dead-letters`, {
        says: `Jobs of the queue ${node.id} were given up and wait for a person.`,
        runbook: 'dead-letters',
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({
          statistic: 'Maximum',
          period: FIVE_MINUTES,
        }),
        threshold: 1,
      });
      this.#add(`${node.id}-waits`, {
        says: `The oldest job of the queue ${node.id} waits for longer than it should ever take.`,
        runbook: 'old-jobs',
        metric: queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: FIVE_MINUTES }),
        threshold: (waits[node.id] ?? JOB_WAITS_TOO_LONG).plus(onTheWay).toSeconds(),
      });
    }
  }

  /** The two nets below everything else: what falls into them says that something above let it through. */
  #watchNets(): void {
    this.#add('sweep-finds', {
      says: 'Jobs were found whose message never arrived. They were queued again.',
      runbook: 'lost-messages',
      metric: this.#sum(METRICS.sweepFound),
      threshold: 1,
    });
    this.#add('sweep-fails', {
      says: 'Jobs were found whose message never arrived, and could not be queued again.',
      runbook: 'lost-messages',
      metric: this.#sum(METRICS.sweepFailed),
      threshold: 1,
    });
    this.#add('reconcile-finds', {
      says: 'Many members changed in the CRM without a webhook. They were flagged and will be pulled.',
      runbook: 'lost-webhooks',
      metric: this.#sum(METRICS.reconcileFound, HOUR),
      threshold: LOST_WEBHOOKS,
    });
    this.#add('reconcile-fails', {
      says: 'CRMs could not be asked what changed, several times in an hour.',
      runbook: 'reconciliation-fails',
      metric: this.#sum(METRICS.reconcileFailed, HOUR),
      threshold: BROKEN_RUNS,
    });
  }

  /** Of all sites together: an alarm takes no search, and few metrics by name. */
  #watchCrms(): void {
    this.#add('crm-refuses', {
      says: 'CRMs refuse many requests with 429, although Latchkey keeps their pace.',
      runbook: 'crm-refuses',
      metric: new MathExpression({
        expression: `IF(requests >= ${FEW_REQUESTS}, 100 * FILL(refused, 0) / requests, 0)`,
        usingMetrics: {
          requests: this.#sum(METRICS.crmRequests),
          refused: this.#sum(METRICS.crmRefused),
        },
        label: 'refused, in percent',
        period: FIVE_MINUTES,
      }),
      threshold: REFUSED_PERCENT,
      periods: SLOW_PERIODS,
    });
  }

  /** Of all sites together, as with CRMs: the log, and `latchkey status`, tell which. */
  #watchRelay(): void {
    this.#add('relay-stopped', {
      says: 'The plugin of a site that relays has failed for most of an hour: the webhooks of the site wait.',
      runbook: 'site-stopped',
      metric: this.#sum(METRICS.relayStops, QUARTER_HOUR),
      threshold: 1,
      periods: STOPPED_QUARTERS,
      outOf: QUARTERS_LOOKED_AT,
    });
  }

  /** What they expect to go wrong they deal with, so an error is a fault of ours, a crash or a time-out. */
  #watchFunctions({ functions }: AlarmsProps): void {
    for (const { node, lambda } of functions) {
      this.#add(`${node.id}-errors`, {
        says: `The function ${node.id} failed, crashed or ran out of time.`,
        runbook: 'function-errors',
        metric: lambda.metricErrors({ statistic: 'Sum', period: FIVE_MINUTES }),
        threshold: 1,
      });
      this.#add(`${node.id}-throttled`, {
        says: `The account's limit of functions at once kept ${node.id} from running.`,
        runbook: 'throttled',
        metric: lambda.metricThrottles({ statistic: 'Sum', period: FIVE_MINUTES }),
        threshold: 1,
      });
    }
  }

  #watchTable({ table }: AlarmsProps): void {
    const byOperation = TABLE_OPERATIONS.map((Operation, index) => [
      `m${index}`,
      new Metric({
        namespace: 'AWS/DynamoDB',
        metricName: 'ThrottledRequests',
        dimensionsMap: { TableName: table.name, Operation },
        statistic: 'Sum',
        period: FIVE_MINUTES,
      }),
    ]);
    this.#add('table-throttled', {
      says: 'DynamoDB throttles requests to the table or one of its indexes.',
      runbook: 'throttled',
      metric: new MathExpression({
        // Most of them have never been throttled and have no data: a plain sum would have none either.
        expression: `SUM([${byOperation.map(([name]) => `FILL(${name}, 0)`).join(', ')}])`,
        usingMetrics: Object.fromEntries(byOperation),
        label: 'throttled requests',
        period: FIVE_MINUTES,
      }),
      threshold: 1,
    });
  }

  #sum(metric: (typeof METRICS)[keyof typeof METRICS], period = FIVE_MINUTES): Metric {
    return ownMetric(this.#stage, metric, { statistic: 'Sum', period });
  }

  #add(id: string, { says, runbook, metric, threshold, periods = 1, outOf = periods }: Watch): void {
    const alarm = new Alarm(this, id, {
      alarmName: `latchkey-${this.#stage}-${id}`,
      alarmDescription: `${says} What to do: docs/runbook.md#${runbook}`,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: outOf,
      ...(outOf > periods && { datapointsToAlarm: periods }),
      // No webhooks at night, no numbers: nothing is wrong with that.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    this.all.push(alarm);
  }
}

/** How long a job of batch-sync is made to wait, at most. */
const longestBatchDelay = ({ sites }: Config): Duration =>
  Duration.seconds(Math.max(...sites.map((site) => site.batchDelaySeconds)));

/** How long a delivery may wait before a person looks: of the time until it is given up, half is left for mending. */
function longestDelivery({ sites }: Config): Duration {
  const days = sites.flatMap(({ target }) => target?.relay.giveUpAfterDays ?? []);
  const halves = days.map((each) => Math.round(Duration.days(1).toSeconds() * (each / 2)));
  return Duration.seconds(Math.min(DELIVERY_WAITS_TOO_LONG.toSeconds(), ...halves));
}
