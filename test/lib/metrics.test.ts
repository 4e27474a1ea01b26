import { expect, test } from '@jest/globals';
import { type LogMetric, METRICS } from '../../functions/platform/metric-names.ts';
import { resourcesBy, synthesize } from './synthesize.ts';

const template = synthesize();
const filters = Object.values(resourcesBy(template, 'AWS::Logs::MetricFilter', (_, id) => id)).map(
  ({ Properties }) => {
    const [{ MetricNamespace, MetricName, MetricValue, Dimensions = [] }] = Properties.MetricTransformations;
    return {
      namespace: MetricNamespace,
      name: MetricName,
      value: MetricValue,
      dimensions: Dimensions.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]),
      pattern: Properties.FilterPattern,
      log: Properties.LogGroupName.Ref.replace(/logs[0-9A-F]{8}$|[0-9A-F]{8}$/, ''),
    };
  },
);
const of = ({ name, by }: LogMetric) =>
  filters.filter((each) => each.name === name && each.dimensions.length === (by ? 1 : 0));

test.each(Object.entries<LogMetric>(METRICS))(
  '%s is drawn from a log into the namespace of the stage',
  (_, metric) => {
    const drawn = of(metric);
    expect(drawn.length).toBeGreaterThan(0);
    for (const { namespace, dimensions } of drawn) {
      expect(namespace).toBe('Latchkey/test');
      expect(dimensions).toEqual(metric.by ? [[metric.by, `$.${metric.by.toLowerCase()}`]] : []);
    }
  },
);

test('nothing is drawn that has no name', () => {
  const named = Object.values<LogMetric>(METRICS).flatMap(of);
  expect(named).toHaveLength(filters.length);
});

test('every field that a filter uses stands in its pattern, as CloudWatch wants it', () => {
  for (const { pattern, value, dimensions } of filters) {
    if (value !== '1') expect(pattern).toContain(`${value} = *`);
    for (const [, field] of dimensions) expect(pattern).toContain(`${field} = "*"`);
  }
});

test('requests to the CRM are counted wherever functions have credentials for it', () => {
  for (const metric of [METRICS.crmRequests, METRICS.crmRefusedBySite])
    expect(
      of(metric)
        .map(({ log }) => log)
        .sort(),
    ).toEqual(['reconcile', 'servemembers', 'syncbatch', 'work']);
});

test('attempts are counted of every function that works jobs off, and stops of plugins as often as they go on', () => {
  expect(
    of(METRICS.jobs)
      .map(({ log }) => log)
      .sort(),
  ).toEqual(['relay', 'syncbatch', 'work']);
  for (const metric of [METRICS.relayStops, METRICS.relayStopsBySite])
    expect(of(metric)).toEqual([
      expect.objectContaining({
        log: 'relay',
        pattern: expect.stringContaining('$.message = "relay*stopped"'),
      }),
    ]);
});

test('how long senders waited is in the access log, cold starts included, for webhooks alone', () => {
  expect(of(METRICS.answerMilliseconds)).toEqual([
    expect.objectContaining({
      log: 'webhooksaccesslog',
      value: '$.ms',
      pattern: '{ $.route != "*/v1/*" && $.route != "*/payments/*" && $.ms = * }',
    }),
  ]);
});
