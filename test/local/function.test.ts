import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FixtureCloud, startFixtureCloud } from './fixtures/cloud.ts';

let cloud: FixtureCloud;
beforeAll(async () => {
  cloud = await startFixtureCloud({ pollers: false });
});
afterAll(() => cloud.stop());

// biome-ignore lint/suspicious/noExplicitAny: answers of the fixture
const invoke = (event: object): Promise<any> => cloud.lambda('receive').invoke(event);

test('the environment holds the variables of the template and of Lambda, and nothing of this machine', async () => {
  process.env.SECRET_OF_THIS_MACHINE = 'x';
  const environment = await invoke({ do: 'environment' });
  delete process.env.SECRET_OF_THIS_MACHINE;
  expect(environment).toMatchObject({
    STAGE: 'local',
    TABLE_NAME: 'fixture-Table',
    QUEUE_URL: cloud.queues.bulk,
    AWS_LAMBDA_FUNCTION_NAME: 'fixture-receive',
    AWS_ENDPOINT_URL_DYNAMODB: cloud.endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: cloud.endpoints.sqs,
    AWS_ENDPOINT_URL_SSM: cloud.endpoints.ssm,
  });
  expect(Object.keys(environment)).not.toContain('SECRET_OF_THIS_MACHINE');
  expect(Object.keys(environment)).not.toContain('HOME');
});

test('the context tells the function, the request and the time that is left', async () => {
  const { context, remaining } = await invoke({});
  expect(context).toMatchObject({
    functionName: 'fixture-receive',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:fixture-receive',
    memoryLimitInMB: '256',
    awsRequestId: expect.any(String),
  });
  expect(remaining).toBeGreaterThan(1000);
  expect(remaining).toBeLessThanOrEqual(2000);
});

test('an environment is kept warm and takes one invocation at a time', async () => {
  const first = await invoke({ do: 'count' });
  const second = await invoke({ do: 'count' });
  expect(second).toEqual({ pid: first.pid, invocations: first.invocations + 1 });
  await cloud.lambda('receive').warm(2);
  const [slow, other] = await Promise.all([
    invoke({ do: 'wait', milliseconds: 300 }),
    invoke({ do: 'count' }),
  ]);
  expect(other.pid).not.toBe(slow.pid);
});

test('what a handler throws is the error of its invocation and stands in the log as Lambda writes it', async () => {
  await expect(invoke({ do: 'throw' })).rejects.toThrow('TypeError: as the test asked');
  const lines = await cloud.until((all) => all.some(({ said }) => said.level === 'ERROR'));
  expect(lines.find(({ said }) => said.level === 'ERROR')?.said.message).toMatchObject({
    errorType: 'TypeError',
    errorMessage: 'as the test asked',
  });
});

test('a time-out kills the process and is reported; the next invocation gets a new one', async () => {
  await expect(invoke({ do: 'hang' })).rejects.toThrow('Task timed out after 2.00 seconds');
  expect(await invoke({ do: 'count' })).toMatchObject({ pid: expect.any(Number) });
});

test('a process that ends is the error of its invocation, and is replaced', async () => {
  await expect(invoke({ do: 'exit' })).rejects.toThrow('Runtime exited: exit status 7');
  expect(await invoke({ do: 'count' })).toMatchObject({ pid: expect.any(Number) });
});

test('kill() crashes an invocation halfway', async () => {
  const { pid } = await invoke({ do: 'count' });
  const crashed = invoke({ do: 'wait', milliseconds: 60_000 });
  crashed.catch(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  expect(cloud.lambda('receive').pids).toContain(pid);
  expect(cloud.lambda('receive').kill()).toContain(pid);
  await expect(crashed).rejects.toThrow('Runtime exited: signal SIGKILL');
  expect((await invoke({ do: 'count' })).pid).not.toBe(pid);
});

test('warm() right after kill() starts an environment in place of the one that is dead', async () => {
  const receive = cloud.lambda('receive');
  const { pid } = await invoke({ do: 'count' });
  receive.kill();
  await receive.warm();
  expect(receive.pids.filter((each) => each !== pid)).toHaveLength(1);
});

test('a function can be given its own addresses', async () => {
  const other = await startFixtureCloud({
    pollers: false,
    endpointsOf: (real, name) =>
      name === 'receive' ? { sqs: real.sqs.replace('127.0.0.1', 'localhost') } : {},
  });
  try {
    const environment = (await other.lambda('receive').invoke({ do: 'environment' })) as Record<
      string,
      string
    >;
    expect(environment.AWS_ENDPOINT_URL_SQS).toMatch(/^http:\/\/localhost:/);
    expect(environment.QUEUE_URL).toMatch(/^http:\/\/localhost:/);
  } finally {
    await other.stop();
  }
});

test('a deployment lets an invocation end with the code it began with, while later ones run the new code', async () => {
  const other = await startFixtureCloud({ pollers: false });
  try {
    const receive = other.lambda('receive');
    await receive.warm(2);
    const before = receive.pids;
    const slow = receive.invoke({ do: 'wait', milliseconds: 300 });
    const bundle = new URL('./fixtures/bundles/tick/index.mjs', import.meta.url).href;
    const [{ pid }] = await Promise.all([slow as Promise<{ pid: number }>, receive.deploy(bundle)]);
    expect(before).toContain(pid);
    expect(await receive.invoke({})).toBe('ticked');
  } finally {
    await other.stop();
  }
});

test('after stop() no process is left', async () => {
  const other = await startFixtureCloud({ pollers: false });
  await other.lambda('receive').warm(2);
  const pids = other.lambda('receive').pids;
  expect(pids).toHaveLength(2);
  await other.stop();
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
