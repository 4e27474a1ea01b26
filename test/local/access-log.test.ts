import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readAccessLog } from '../../local/access-log.ts';
import { loadAssembly } from '../../local/assembly.ts';
import { resolver } from '../../local/template.ts';
import { type FixtureCloud, startFixtureCloud } from './fixtures/cloud.ts';
import { resources, writeAssembly } from './fixtures/template.ts';

const stackWith = (Format: string) => ({
  ...resources,
  AccessLog: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'accesses' } },
  Stage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': ['AccessLog', 'Arn'] }, Format } },
  },
});
const FORMAT =
  '{"route":"$context.routeKey","status":$context.status,"ms":$context.responseLatency,' +
  '"function":"$context.integrationLatency","of":"$context.integrationStatus","from":"$context.identity.sourceIp",' +
  '"length":$context.responseLength,"at":"$context.requestTime","error":"$context.error.responseType"}';

let cloud: FixtureCloud;
beforeAll(async () => {
  cloud = await startFixtureCloud({ pollers: false }, stackWith(FORMAT));
});
afterAll(() => cloud.stop());

const lines = () =>
  cloud.lines.flatMap(({ functionName, said }) => (functionName === 'accesslog' ? [said] : []));

test('each request that was answered is a line in the format of the template', async () => {
  const answer = await fetch(`${cloud.url}/items/7?secret=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  const body = await answer.text();
  const line = lines().at(-1);
  expect(line).toEqual({
    route: 'POST /items/{id}',
    status: answer.status,
    ms: expect.any(Number),
    function: expect.stringMatching(/^\d+$/),
    of: '200',
    from: '127.0.0.1',
    length: body.length,
    at: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    error: '-',
  });
  expect(line.ms).toBeGreaterThanOrEqual(Number(line.function));
});

test('what never reached a function is a line with gaps', async () => {
  await fetch(`${cloud.url}/nowhere`);
  expect(lines().at(-1)).toMatchObject({ route: '-', status: 404, function: '-', of: '-' });
});

test('a format that asks what is not known here is refused at the start', async () => {
  const folder = await writeAssembly(stackWith('$context.path'));
  const assembly = await loadAssembly(folder);
  await rm(folder, { recursive: true });
  const resolve = resolver(assembly, { dynamodb: '', sqs: '', ssm: '', cloudwatch: '', http: '' });
  expect(() => readAccessLog(assembly, resolve, () => undefined)).toThrow(
    'the local cloud does not know $context.path in an access log',
  );
});
