import { CloudWatchClient, GetMetricDataCommand, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { required } from './environment.ts';
import { metricNamespace } from './metric-names.ts';

/** One line of a chart: which metric, and what is made of its values in each period. */
export type MetricQuery = {
  /** What the series is called. */
  label: string;
  /** Default: that of this stage's own metrics (metric-names.ts). AWS' own are in AWS/SQS, AWS/Lambda, … */
  namespace?: string;
  metric: string;
  /** All dimensions of the metric, such as `{ Outcome: 'queued' }` or `{ QueueName: … }`. */
  dimensions?: Record<string, string>;
  statistic: 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount' | `p${number}`;
};

/** `periodSeconds` is a multiple of 60; beyond 15 days back, of 300. */
export type MetricSpan = { since: Date; until: Date; periodSeconds: number };

/** Points in the order of time, `at` the beginning of their period. A period without data has none. */
export type MetricSeries = { label: string; points: { at: string; value: number }[] };

/** Who looks at a chart waits for it, and asks again where it fails. */
const cloudWatch = new CloudWatchClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
});

const MAX_QUERIES = 500; // CloudWatch's limit for one request

/**
 * Reads metrics from CloudWatch, any number in as few requests as possible.
 * @returns a series for each query, in the order of the queries; one that has no data has no points
 * @throws where CloudWatch does not answer, or answers a part of it only
 */
export async function readMetrics(
  queries: readonly MetricQuery[],
  span: MetricSpan,
): Promise<MetricSeries[]> {
  const series: MetricSeries[] = [];
  for (let start = 0; start < queries.length; start += MAX_QUERIES) {
    series.push(...(await readSome(queries.slice(start, start + MAX_QUERIES), span)));
  }
  return series;
}

async function readSome(queries: readonly MetricQuery[], span: MetricSpan): Promise<MetricSeries[]> {
  const series = queries.map(({ label }): MetricSeries => ({ label, points: [] }));
  let next: string | undefined;
  do {
    const { MetricDataResults = [], NextToken } = await cloudWatch.send(
      new GetMetricDataCommand({
        MetricDataQueries: queries.map((query, index) => ({
          Id: idOf(index),
          MetricStat: {
            Metric: {
              Namespace: query.namespace ?? metricNamespace(required('STAGE')),
              MetricName: query.metric,
              Dimensions: Object.entries(query.dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
            },
            Period: span.periodSeconds,
            Stat: query.statistic,
          },
        })),
        StartTime: span.since,
        EndTime: span.until,
        ScanBy: 'TimestampAscending',
        NextToken: next,
      }),
    );
    for (const result of MetricDataResults) {
      const found = series.find((_, index) => idOf(index) === result.Id);
      found?.points.push(...pointsOf(result, found.label));
    }
    next = NextToken;
  } while (next !== undefined);
  return series;
}

/** CloudWatch wants names that begin with a small letter. */
const idOf = (index: number): string => `q${index}`;

/** `PartialData` only says that the next page has more. */
function pointsOf({ Timestamps = [], Values = [], StatusCode }: MetricDataResult, label: string) {
  if (StatusCode === 'InternalError' || StatusCode === 'Forbidden')
    throw new Error(`CloudWatch does not give ${label}: ${StatusCode}`);
  return Timestamps.map((at, index) => ({ at: at.toISOString(), value: Values[index] ?? Number.NaN }));
}
