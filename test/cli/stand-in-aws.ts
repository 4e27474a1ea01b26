import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { CREDENTIALS, REGION } from '../../local/endpoints.ts';
import { close, listen } from '../../local/http-server.ts';

/** What AWS says of a deployed stack that the local cloud has no part of; a test changes it as it needs. */
export type StandInAws = {
  /** Of the stack; undefined where there is none. */
  outputs: Record<string, string> | undefined;
  /** Of GetFunctionConfiguration, by the function's name. */
  functions: Record<string, object>;
  /** Of ListEventSourceMappings. */
  mappings: object[];
  /** Of DescribeAlarms. */
  alarms: object[];
  stop(): Promise<void>;
};

const SERVICES = ['CLOUDFORMATION', 'LAMBDA', 'CLOUDWATCH'];

/**
 * Starts what answers in place of CloudFormation, Lambda and CloudWatch, and has this process ask it: its environment
 * is that of an operator.
 */
export async function startStandInAws(): Promise<StandInAws> {
  const server = createServer();
  const url = await listen(server, 0);
  const aws: StandInAws = {
    outputs: undefined,
    functions: {},
    mappings: [],
    alarms: [],
    stop: () => close(server),
  };
  server.on('request', (request, response) => {
    answer(request, aws).then(({ status, type, body }) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    );
  });
  for (const service of SERVICES) process.env[`AWS_ENDPOINT_URL_${service}`] = url;
  Object.assign(process.env, {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  });
  return aws;
}

type Answered = { status: number; type: string; body: string };

const json = (value: object, status = 200): Answered => ({
  status,
  type: 'application/json',
  body: JSON.stringify(value),
});

async function answer(request: IncomingMessage, aws: StandInAws): Promise<Answered> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://aws');
  const name = /\/functions\/([^/]+)\/configuration$/.exec(pathname)?.[1];
  if (name !== undefined) {
    const found = aws.functions[name];
    return found ? json(found) : json({ Type: 'User', Message: 'Function not found' }, 404);
  }
  if (pathname.includes('/event-source-mappings')) {
    const source = searchParams.get('EventSourceArn');
    const ofSource = aws.mappings.filter(
      (each) => 'EventSourceArn' in each && each.EventSourceArn === source,
    );
    return json({ EventSourceMappings: ofSource });
  }
  if (request.headers['x-amz-target']) return json({ MetricAlarms: aws.alarms, CompositeAlarms: [] });
  return describeStacks(await text(request), aws);
}

function describeStacks(form: string, { outputs }: StandInAws): Answered {
  const type = 'text/xml';
  const name = new URLSearchParams(form).get('StackName');
  if (!outputs) {
    const error = `<Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ${name} does not exist</Message>`;
    return { status: 400, type, body: `<ErrorResponse><Error>${error}</Error></ErrorResponse>` };
  }
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${value.replaceAll('&', '&amp;')}</OutputValue></member>`,
  );
  const stack = `<StackName>${name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs>`;
  return {
    status: 200,
    type,
    body: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member>${stack}</member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  };
}
