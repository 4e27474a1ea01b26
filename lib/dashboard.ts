import { Aws, Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  CustomWidget,
  GraphWidget,
  type GraphWidgetProps,
  type HorizontalAnnotation,
  type IAlarm,
  type IMetric,
  MathExpression,
  PeriodOverride,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Config } from '../functions/platform/config.ts';
import { type LogMetric, METRICS, metricNamespace, OUTCOMES } from '../functions/platform/metric-names.ts';
import type { LatchkeyFunction } from './latchkey-function.ts';
import { ownMetric } from './metrics.ts';
import type { OperatedParts } from './outputs.ts';

/** A dashboard is 24 wide; two charts stand side by side. */
const FULL = 24;
const HALF = 12;
const CHART_HEIGHT = 6;
/** Room for a table of webhooks. */
const CONSOLE_HEIGHT = 18;

const MINUTE = Duration.minutes(1);

/** The CRM hangs up. */
const HANGS_UP: HorizontalAnnotation = { value: 5_000, label: 'the CRM hangs up', color: '#d13212' };

export interface DashboardProps extends Pick<OperatedParts, 'stage' | 'queues'> {
  readonly config: Config;
  readonly alarms: readonly IAlarm[];
  /** The function that draws the console. */
  readonly console: LatchkeyFunction;
}

/** The operator's room: what is wrong, the console, and how it came to that. */
export class Dashboard extends Construct {
  /** Where it is looked at. */
  readonly url: string;
  readonly #stage: string;

  constructor(scope: Construct, id: string, { stage, queues, config, alarms, console }: DashboardProps) {
    super(scope, id);
    this.#stage = stage;
    const dashboardName = `latchkey-${stage}`;
    const dashboard = new CloudWatchDashboard(this, 'dashboard', {
      dashboardName,
      defaultInterval: Duration.hours(3),
      // A minute stays a minute when somebody looks at a week.
      periodOverride: PeriodOverride.INHERIT,
    });
    dashboard.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: FULL, height: CHART_HEIGHT }),
    );
    dashboard.addWidgets(consoleOf(console));
    dashboard.addWidgets(
      chart('Webhooks a minute', this.#byOutcome(METRICS.webhooks, OUTCOMES.webhooks), { stacked: true }),
      chart('Answer, in milliseconds', this.#answers(), { leftAnnotations: [HANGS_UP] }),
    );
    dashboard.addWidgets(
      chart(
        'Jobs waiting',
        queues.map(({ node, queue }) =>
          queue.metricApproximateNumberOfMessagesVisible({ period: MINUTE, label: node.id }),
        ),
      ),
      chart(
        'Dead letters',
        queues.map(({ node, deadLetters }) =>
          deadLetters.metricApproximateNumberOfMessagesVisible({ period: MINUTE, label: node.id }),
        ),
      ),
    );
    dashboard.addWidgets(
      chart('Attempts at jobs a minute', this.#byOutcome(METRICS.jobs, OUTCOMES.jobs), { stacked: true }),
      chart('Events to sites a minute', this.#byOutcome(METRICS.siteEvents, OUTCOMES.siteEvents), {
        stacked: true,
      }),
    );
    dashboard.addWidgets(
      chart('Requests to CRMs a minute, by site', [this.#bySite(METRICS.crmRequestsBySite)], {
        leftAnnotations: limitsOf(config),
      }),
      chart('Requests that CRMs refused a minute, by site', [this.#bySite(METRICS.crmRefusedBySite)]),
    );
    dashboard.addWidgets(
      chart('Lost and found', [
        this.#sum(METRICS.sweepFound, 'messages, by the sweep'),
        this.#sum(METRICS.sweepFailed, 'messages not queued again'),
        this.#sum(METRICS.reconcileFound, 'webhooks, by the reconciliation'),
        this.#sum(METRICS.reconcileFailed, 'reconciliations that broke off'),
      ]),
      chart('Wrong handshakes a minute', [this.#sum(METRICS.unauthorized, 'webhooks')]),
    );
    if (config.sites.some(({ target }) => target)) {
      dashboard.addWidgets(
        chart('Handed to plugins a minute, by site', [this.#bySite(METRICS.relayedBySite)]),
        chart('Stops of plugins a minute, by site', [this.#bySite(METRICS.relayStopsBySite)]),
      );
    }
    this.url = `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${dashboardName}`;
  }

  #byOutcome(metric: LogMetric, outcomes: readonly string[]): IMetric[] {
    return outcomes.map((value) =>
      ownMetric(this.#stage, metric, { statistic: 'Sum', period: MINUTE, value, label: value }),
    );
  }

  #answers(): IMetric[] {
    return ['p50', 'p99', 'Maximum'].map((statistic) =>
      ownMetric(this.#stage, METRICS.answerMilliseconds, { statistic, period: MINUTE, label: statistic }),
    );
  }

  /** A search, so that one chart holds however many sites there are. */
  #bySite({ name }: LogMetric): IMetric {
    return new MathExpression({
      expression: `SEARCH('{"${metricNamespace(this.#stage)}",Site} MetricName="${name}"', 'Sum', ${MINUTE.toSeconds()})`,
      usingMetrics: {},
      label: '',
      period: MINUTE,
    });
  }

  #sum(metric: LogMetric, label: string): IMetric {
    return ownMetric(this.#stage, metric, { statistic: 'Sum', period: MINUTE, label });
  }
}

/** CloudWatch calls it as whoever looks, and shows the HTML that it gives. */
const consoleOf = ({ lambda }: LatchkeyFunction): CustomWidget =>
  new CustomWidget({
    title: 'Console',
    functionArn: lambda.functionArn,
    width: FULL,
    height: CONSOLE_HEIGHT,
    updateOnRefresh: true,
    updateOnResize: false,
    updateOnTimeRangeChange: true,
  });

const chart = (title: string, left: IMetric[], more: GraphWidgetProps = {}): GraphWidget =>
  new GraphWidget({ title, left, width: HALF, height: CHART_HEIGHT, leftYAxis: { min: 0 }, ...more });

/** The limits of the sites' CRMs, each once, with those who have it. */
function limitsOf({ sites }: Config): HorizontalAnnotation[] {
  const rates = sites.flatMap(({ crm }) => ('requestsPerSecond' in crm ? crm.requestsPerSecond : []));
  return [...new Set(rates)].map((rate) => ({ value: rate * 60, label: `limit of ${rate} a second` }));
}
