import {
  CloudWatchClient,
  GetMetricDataCommand,
  ListMetricsCommand,
  type MetricDataQuery,
  type ScanBy,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clientOptions } from '../../../local/endpoints.ts';
import { type CloudWatch, startCloudWatch } from '../../../local/metrics/cloudwatch.ts';

const NOON = new Date('2026-03-01T12:00:00Z');
const at = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);

let cloudWatch: CloudWatch;
let client: CloudWatchClient;
beforeAll(async () => {
  cloudWatch = await startCloudWatch();
  client = new CloudWatchClient({ ...clientOptions(cloudWatch.endpoint), maxAttempts: 1 });
  const answers = { namespace: 'N', name: 'Answer', dimensions: { Route: 'a' } };
  for (const [minute, ms] of [
    [0, 10],
    [0, 30],
    [1, 5],
    [7, 9],
  ] as const)
    cloudWatch.metrics.add(answers, ms, at(minute).getTime());
});
afterAll(async () => {
  client.destroy();
  await cloudWatch.stop();
});

const query = (Stat: string, Period = 60, Value = 'a'): MetricDataQuery => ({
  Id: 'q0',
  MetricStat: {
    Metric: { Namespace: 'N', MetricName: 'Answer', Dimensions: [{ Name: 'Route', Value }] },
    Period,
    Stat,
  },
});
const read = async (queries: MetricDataQuery[], scanBy?: ScanBy) => {
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: at(0),
      EndTime: at(10),
      ScanBy: scanBy,
    }),
  );
  return MetricDataResults;
};

test('the SDK reads a metric by the minute, the newest first unless it asks otherwise', async () => {
  const [newestFirst] = await read([query('Sum')]);
  expect(newestFirst).toMatchObject({
    Id: 'q0',
    StatusCode: 'Complete',
    Timestamps: [at(7), at(1), at(0)],
    Values: [9, 5, 40],
  });
  const [oldestFirst] = await read([query('Maximum')], 'TimestampAscending');
  expect(oldestFirst).toMatchObject({ Timestamps: [at(0), at(1), at(7)], Values: [30, 5, 9] });
});

test('a longer period takes its minutes together', async () => {
  const [found] = await read([query('p99', 300)], 'TimestampAscending');
  expect(found).toMatchObject({ Timestamps: [at(0), at(5)], Values: [30, 9] });
});

test('a metric without data has no points', async () => {
  expect(await read([query('Sum', 60, 'b')])).toMatchObject([{ Id: 'q0', Timestamps: [], Values: [] }]);
});

test.each([
  ['an expression', { Id: 'e', Expression: 'q0 * 2' }, /does not know expressions/],
  ['a period of half a minute', query('Sum', 30), /multiple of 60 seconds/],
  ['a statistic that it does not know', query('IQM'), /does not know the statistic IQM/],
])('%s is refused with words', async (_, refused, words) => {
  await expect(read([refused])).rejects.toThrow(words);
});

test('an operation that it does not know is refused with its name', async () => {
  await expect(client.send(new ListMetricsCommand({}))).rejects.toThrow(/does not know ListMetrics/);
});

test('whatever counts only when it is read is asked before the answer', async () => {
  const depth = { namespace: 'AWS/SQS', name: 'Depth', dimensions: {} };
  cloudWatch.beforeReads(async () => cloudWatch.metrics.add(depth, 3, at(2).getTime()));
  const asked = {
    Id: 'd',
    MetricStat: { Metric: { Namespace: 'AWS/SQS', MetricName: 'Depth' }, Period: 60, Stat: 'Maximum' },
  };
  expect(await read([asked])).toMatchObject([{ Timestamps: [at(2)], Values: [3] }]);
});
