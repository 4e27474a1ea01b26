import { expect, test } from '@jest/globals';
import { configWith, functionsOf, named, queuesOf, resourcesBy, sites, synthesize } from './synthesize.ts';

const alarmsOf = (template = synthesize()) =>
  resourcesBy(template, 'AWS::CloudWatch::Alarm', ({ AlarmName }) =>
    AlarmName.replace(/^latchkey-test-/, ''),
  );

const template = synthesize();
const alarms = alarmsOf(template);
const alarm = (name: string) => named(alarms, name).Properties;
const topics = resourcesBy(template, 'AWS::SNS::Topic', (_, id) => id);
const [topicId = ''] = Object.keys(topics);

test('every alarm goes to the one topic, and where there is no data nothing is wrong', () => {
  expect(Object.keys(topics)).toHaveLength(1);
  for (const { Properties } of Object.values(alarms)) {
    expect(Properties).toMatchObject({
      AlarmActions: [{ Ref: topicId }],
      TreatMissingData: 'notBreaching',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
    expect(Properties.ActionsEnabled).not.toBe(false);
  }
});

test("the topic is not under AWS' own key for SNS, under which alarms never arrive", () => {
  expect(topics[topicId]?.Properties).not.toHaveProperty('KmsMasterKeyId');
});

test("only CloudWatch may publish to the topic, for this stage's alarms, and nobody without TLS", () => {
  const [policy, ...others] = Object.values(resourcesBy(template, 'AWS::SNS::TopicPolicy', (_, id) => id));
  expect(others).toEqual([]);
  expect(policy?.Properties.Topics).toEqual([{ Ref: topicId }]);
  const account = { Ref: 'AWS::AccountId' };
  expect(policy?.Properties.PolicyDocument.Statement).toEqual([
    expect.objectContaining({
      Effect: 'Deny',
      Action: 'sns:Publish',
      Principal: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
    expect.objectContaining({
      Effect: 'Allow',
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: {
          'aws:SourceArn': { 'Fn::Join': ['', expect.arrayContaining([account, ':alarm:latchkey-test-*'])] },
        },
      },
    }),
  ]);
});

test('each address of the config is subscribed, and none when there are none', () => {
  template.resourceCountIs('AWS::SNS::Subscription', 0);
  const alarmEmails = ['ada@example.com', 'grace@example.com'];
  const subscribed = synthesize({ config: configWith({ alarmEmails }) });
  const found = Object.values(resourcesBy(subscribed, 'AWS::SNS::Subscription', (_, id) => id));
  expect(found.map(({ Properties }) => [Properties.Protocol, Properties.Endpoint])).toEqual(
    alarmEmails.map((address) => ['email', address]),
  );
});

test('an address that is none is refused with its place', () => {
  expect(() => configWith({ alarmEmails: ['ada@example.com', 'nobody'] })).toThrow(
    'alarmEmails[1]: must be an e-mail address',
  );
});

test('answers ring where the CRM is about to hang up, and where one in a hundred is slow for a while', () => {
  const answers = { Namespace: 'Latchkey/test', MetricName: 'AnswerMilliseconds' };
  expect(alarm('answers-over-3-seconds')).toMatchObject({
    ...answers,
    Statistic: 'Maximum',
    Threshold: 3000,
    Period: 60,
  });
  expect(alarm('answers-over-1-second')).toMatchObject({
    ...{ ...answers, ExtendedStatistic: 'p99', Threshold: 1000, EvaluationPeriods: 3 },
  });
});

test('one request that the HTTP API answers with 5xx rings', () => {
  expect(alarm('server-errors')).toMatchObject({
    Namespace: 'AWS/ApiGateway',
    MetricName: '5xx',
    Dimensions: [{ Name: 'ApiId', Value: { Ref: expect.stringMatching(/^webhooksapi/) } }],
    Statistic: 'Sum',
    Threshold: 1,
  });
});

test('twenty webhooks in five minutes with a handshake that is missing or wrong ring', () => {
  expect(alarm('wrong-handshakes')).toMatchObject({
    ...{ Namespace: 'Latchkey/test', MetricName: 'Unauthorized' },
    ...{ Statistic: 'Sum', Threshold: 20, Period: 300, EvaluationPeriods: 1 },
  });
});

const queueNames = Object.keys(queuesOf(template)).filter((name) => !name.includes('-dead'));

test.each(queueNames)('one dead letter of %s rings', (queue) => {
  const id = queue.replace('.fifo', '');
  const dead = named(queuesOf(template), queue.replace(id, `${id}-dead`));
  const { Dimensions, ...rest } = alarm(`${id}-dead-letters`);
  expect(rest).toMatchObject({
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Statistic: 'Maximum',
    Threshold: 1,
  });
  const [{ Value }] = Dimensions;
  expect(template.toJSON().Resources[Value['Fn::GetAtt'][0]].Properties).toEqual(dead.Properties);
});

test.each([
  ['operations', 1800],
  ['site-events', 1800],
  // Longer than a host is down without `relay-stopped` being looked at.
  ['deliveries', 6 * 3600],
  // The delay of the config, and the window in which a batch is collected.
  ['batch-sync', 1800 + 300 + 10],
])('the oldest job of %s rings after %d seconds', (id, seconds) => {
  expect(alarm(`${id}-waits`)).toMatchObject({
    MetricName: 'ApproximateAgeOfOldestMessage',
    Threshold: seconds,
  });
});

test("the longest delay of all sites' batches is allowed for", () => {
  const [patient, ...others] = sites(3).map((site) => ({ ...site, batchDelaySeconds: 0 }));
  const config = configWith({
    sites: [{ ...patient, batchDelaySeconds: 900 } as typeof patient & object, ...others],
  });
  expect(alarmsOf(synthesize({ config }))['batch-sync-waits']?.Properties.Threshold).toBe(1800 + 900 + 10);
});

/** The test sites, of which the first relays. */
function relayingSites(giveUpAfterDays: number): ReturnType<typeof sites> {
  const [first, ...others] = sites(2);
  const target = { relay: { url: 'https://academy.example.com/', giveUpAfterDays } };
  return [{ ...first, target } as typeof first & object, ...others];
}

test.each([
  [14, 6 * 3600],
  [0.25, 3 * 3600],
])(
  'deliveries that are given up after %d days ring after %d seconds, while there is time to mend it',
  (days, seconds) => {
    const config = configWith({ sites: relayingSites(days) });
    expect(alarmsOf(synthesize({ config }))['deliveries-waits']?.Properties.Threshold).toBe(seconds);
  },
);

test('a plugin that is stopped for most of an hour rings, and not one that is stopped for a minute', () => {
  expect(alarm('relay-stopped')).toMatchObject({
    ...{ Namespace: 'Latchkey/test', MetricName: 'RelayStops', Statistic: 'Sum', Threshold: 1 },
    ...{ Period: 900, EvaluationPeriods: 4, DatapointsToAlarm: 3 },
  });
  expect(alarm('relay-stopped')).not.toHaveProperty('Dimensions');
});

test.each(Object.keys(functionsOf(template)))(
  '%s rings when it fails once, and when it is throttled',
  (name) => {
    const { Ref } = alarm(`${name}-errors`).Dimensions[0].Value;
    expect(template.toJSON().Resources[Ref].Properties.FunctionName).toBe(`latchkey-test-${name}`);
    expect(alarm(`${name}-errors`)).toMatchObject({ MetricName: 'Errors', Statistic: 'Sum', Threshold: 1 });
    expect(alarm(`${name}-throttled`)).toMatchObject({
      MetricName: 'Throttles',
      Statistic: 'Sum',
      Threshold: 1,
    });
  },
);

/** The metrics of an alarm that computes. */
const inputsOf = (name: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation properties are checked by the assertions
  alarm(name).Metrics.flatMap(({ MetricStat }: any) => (MetricStat ? [MetricStat.Metric] : []));
const expressionOf = (name: string): string =>
  alarm(name).Metrics.find(({ Expression }: { Expression?: string }) => Expression).Expression;

test('CRMs ring by the share of all requests that they refuse, and not by a few', () => {
  expect(
    inputsOf('crm-refuses')
      .map(({ MetricName }: { MetricName: string }) => MetricName)
      .sort(),
  ).toEqual(['CrmRefused', 'CrmRequests']);
  expect(expressionOf('crm-refuses')).toBe('IF(requests >= 20, 100 * FILL(refused, 0) / requests, 0)');
  expect(alarm('crm-refuses')).toMatchObject({ Threshold: 10, EvaluationPeriods: 3 });
});

test('the table rings by every operation that the functions may use on it', () => {
  const policies = Object.values(resourcesBy(template, 'AWS::IAM::Policy', (_, id) => id));
  const allowed = policies
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action }) => [Action].flat())
    .flatMap((action: string) => (action.startsWith('dynamodb:') ? action.replace('dynamodb:', '') : []));
  const watched: string[] = inputsOf('table-throttled').map(
    ({ Dimensions }: { Dimensions: { Name: string; Value: string }[] }) =>
      Dimensions.find(({ Name }) => Name === 'Operation')?.Value,
  );
  expect(watched).toEqual(expect.arrayContaining([...new Set(allowed)]));
  expect(watched.length).toBeLessThanOrEqual(10);
});
