import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type LogMetric, METRICS, metricNamespace } from '../functions/platform/metric-names.ts';
import type { OperatedParts } from './outputs.ts';

/** Which lines a metric is drawn from, and which field of them is its value; without one, each line counts 1. */
type Source = { logs: readonly string[]; where?: string; value?: string };

/** The log that is not a function's. */
const ACCESS_LOG = 'access-log';

/** What the access log says about webhooks: neither the site API nor payment providers. */
const POSTED_WEBHOOK = '$.route != "*/v1/*" && $.route != "*/payments/*"';

/** Functions that ask CRMs, and say in their lines how often. */
const ASKING = ['work', 'sync-batch', 'reconcile', 'serve-members'];

/** `relay stopped`, and `relay still stopped` where a try has shown that the plugin is not back. */
const STOPPED = '$.message = "relay*stopped"';

const SOURCES: Record<keyof typeof METRICS, Source> = {
  webhooks: { logs: ['receive'], where: '$.message = "webhook"' },
  answerMilliseconds: { logs: [ACCESS_LOG], where: POSTED_WEBHOOK, value: '$.ms' },
  unauthorized: { logs: ['receive'], where: '$.message = "webhook" && $.status = 401' },
  jobs: { logs: ['work', 'sync-batch', 'relay'], where: '$.message = "job"' },
  crmRequests: { logs: ASKING, value: '$.crmRequests' },
  crmRequestsBySite: { logs: ASKING, value: '$.crmRequests' },
  crmRefused: { logs: ASKING, value: '$.crmRefused' },
  crmRefusedBySite: { logs: ASKING, value: '$.crmRefused' },
  sweepFound: { logs: ['sweep'], where: '$.message = "sweep"', value: '$.queuedAgain' },
  sweepFailed: { logs: ['sweep'], where: '$.message = "sweep"', value: '$.failed' },
  reconcileFound: { logs: ['reconcile'], where: '$.message = "reconcile"', value: '$.flagged' },
  reconcileFailed: { logs: ['reconcile'], where: '$.message = "reconcile failed"' },
  siteEvents: { logs: ['notify'], where: '$.message = "site event"' },
  relayedBySite: { logs: ['relay'], where: '$.message = "job" && $.outcome = "applied"' },
  relayStops: { logs: ['relay'], where: STOPPED },
  relayStopsBySite: { logs: ['relay'], where: STOPPED },
};

export type LoggingParts = Pick<OperatedParts, 'stage' | 'api' | 'functions'>;

/** Draws the stage's metrics from its log lines, so that no function spends time on them. */
export class LogMetrics extends Construct {
  constructor(scope: Construct, id: string, { stage, api, functions }: LoggingParts) {
    super(scope, id);
    const logs = new Map(functions.map(({ node, logGroup }) => [node.id, logGroup]));
    logs.set(ACCESS_LOG, api.accessLog);
    for (const [key, metric] of Object.entries<LogMetric>(METRICS)) {
      const source = SOURCES[key as keyof typeof METRICS];
      for (const log of source.logs) this.#draw(`${key}-${log}`, metric, source, logOf(logs, log), stage);
    }
  }

  #draw(id: string, { name, by }: LogMetric, { where, value }: Source, logGroup: LogGroup, stage: string) {
    // A field that is used, as the value or as a dimension, must stand in the pattern.
    const field = by && `$.${by.toLowerCase()}`;
    const conditions = [where, value && `${value} = *`, field && `${field} = "*"`].filter(Boolean);
    new MetricFilter(this, id, {
      logGroup,
      filterPattern: FilterPattern.literal(`{ ${conditions.join(' && ')} }`),
      metricNamespace: metricNamespace(stage),
      metricName: name,
      metricValue: value ?? '1',
      ...(by && field && { dimensions: { [by]: field } }),
    });
  }
}

function logOf(logs: ReadonlyMap<string, LogGroup>, name: string): LogGroup {
  const found = logs.get(name);
  if (!found) throw new Error(`There is no log ${name} among ${[...logs.keys()].join(', ')}`);
  return found;
}

/** What is made of a metric's values. `value`: of its dimension, where it has one. */
export type Reading = { statistic: string; period: Duration; value?: string; label?: string };

/** One of the stage's own metrics, for an alarm or a chart. */
export const ownMetric = (
  stage: string,
  { name, by }: LogMetric,
  { statistic, period, value, label }: Reading,
): Metric =>
  new Metric({
    namespace: metricNamespace(stage),
    metricName: name,
    statistic,
    period,
    ...(by && value !== undefined && { dimensionsMap: { [by]: value } }),
    ...(label !== undefined && { label }),
  });
