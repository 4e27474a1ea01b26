import { expect, test } from '@jest/globals';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { OUTCOMES } from '../../functions/platform/metric-names.ts';
import { LatchkeyFunction } from '../../lib/latchkey-function.ts';
import { configWith, resourcesBy, sites, synthesize } from './synthesize.ts';

type Widget = {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a widget's properties are checked by the assertions
  properties: any;
};

/** The widgets, with a word in place of every reference. */
function widgetsOf(template: Template): Widget[] {
  const [dashboard] = Object.values(resourcesBy(template, 'AWS::CloudWatch::Dashboard', (_, id) => id));
  const body = dashboard?.Properties.DashboardBody;
  const parts: unknown[] = typeof body === 'string' ? [body] : body['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('')).widgets;
}
const chart = (widgets: Widget[], title: string): Widget['properties'] => {
  const found = widgets.find(({ properties }) => properties.title === title);
  if (!found)
    throw new Error(`There is no ${title} among ${widgets.map(({ properties }) => properties.title)}`);
  return found.properties;
};

const template = synthesize();
const widgets = widgetsOf(template);

test('the alarms stand first, all of them', () => {
  const alarms = resourcesBy(template, 'AWS::CloudWatch::Alarm', (_, id) => id);
  expect(widgets[0]).toMatchObject({ type: 'alarm' });
  expect(widgets[0]?.properties.alarms).toHaveLength(Object.keys(alarms).length);
});

test('webhooks are drawn a minute, by every outcome that they can have', () => {
  const { metrics } = chart(widgets, 'Webhooks a minute');
  expect(metrics.map((metric: unknown[]) => metric.slice(0, 4))).toEqual(
    OUTCOMES.webhooks.map((outcome) => ['Latchkey/test', 'Webhooks', 'Outcome', outcome]),
  );
});

test('the answer is drawn against the time at which the CRM hangs up', () => {
  expect(chart(widgets, 'Answer, in milliseconds').annotations.horizontal).toEqual([
    expect.objectContaining({ value: 5000 }),
  ]);
});

test("requests are drawn by site against the limits of the sites' CRMs a minute, each once", () => {
  const [a, b, c] = sites(3) as [object, object, object];
  const crm = (requestsPerSecond: number) => ({ crm: { kind: 'activecampaign', requestsPerSecond } });
  const config = configWith({
    sites: [
      { ...a, ...crm(5) },
      { ...b, ...crm(2) },
      { ...c, ...crm(5) },
    ] as ReturnType<typeof sites>,
  });
  const { metrics, annotations } = chart(
    widgetsOf(synthesize({ config })),
    'Requests to CRMs a minute, by site',
  );
  expect(annotations.horizontal.map(({ value }: { value: number }) => value)).toEqual([300, 120]);
  expect(metrics[0][0].expression).toBe(
    `SEARCH('{"Latchkey/test",Site} MetricName="CrmRequests"', 'Sum', 60)`,
  );
});

test('what plugins take, and that they are left alone, is drawn by site where one relays', () => {
  const [site] = sites(1);
  const target = { relay: { url: 'https://academy.example.com/' } };
  const relaying = widgetsOf(
    synthesize({ config: configWith({ sites: [{ ...site, target } as typeof site & object] }) }),
  );
  expect(chart(relaying, 'Handed to plugins a minute, by site').metrics[0][0].expression).toContain(
    'MetricName="Relayed"',
  );
  expect(chart(relaying, 'Stops of plugins a minute, by site').metrics[0][0].expression).toContain(
    'MetricName="RelayStops"',
  );
  expect(() => chart(widgets, 'Stops of plugins a minute, by site')).toThrow('There is no');
});

test('the address of the dashboard is printed after a deployment', () => {
  const { Value } = synthesize().toJSON().Outputs.DashboardUrl;
  expect(JSON.stringify(Value)).toContain('#dashboards/dashboard/latchkey-test');
});

test('the console stands above the charts', () => {
  expect(widgets[1]).toMatchObject({
    type: 'custom',
    properties: { endpoint: 'reference', title: 'Console' },
  });
});

test('a function that reads metrics may do that and nothing else', () => {
  const stack = new Stack(new App(), 'stack');
  new LatchkeyFunction(stack, 'console', {
    stage: 'test',
    bundles: 'none',
    description: 'Draws the console',
    memoryMegabytes: 128,
    timeout: Duration.seconds(1),
  }).bindMetrics();
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [
        { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
        { Action: 'cloudwatch:GetMetricData', Effect: 'Allow', Resource: '*' },
      ],
    },
  });
});
