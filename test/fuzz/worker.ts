import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

// A thread with one function's bundle in it, as an environment of Lambda has it: no test runner's context slows it down.

const PROTOTYPES = { Object, Array, Function, String, Map, URLSearchParams };
const keysNow = () =>
  Object.entries(PROTOTYPES).map(
    ([name, { prototype }]) => `${name}: ${Reflect.ownKeys(prototype).map(String)}`,
  );
const keysBefore = keysNow();

let lines: string[] = [];
let asked: string[] = [];

for (const stream of [process.stdout, process.stderr]) {
  stream.write = ((text: string | Uint8Array, ...rest: unknown[]) => {
    lines.push(String(text).replace(/\n$/, ''));
    const done = rest.at(-1);
    if (typeof done === 'function') done();
    return true;
  }) as typeof stream.write;
}
subscribe('http.client.request.start', (message) => {
  const { request } = message as { request: ClientRequest };
  asked.push(String(request.getHeader('x-amz-target') ?? `${request.host}${request.path}`));
});
subscribe('undici:request:create', (message) => {
  const { request } = message as { request: { origin: string; path: string } };
  asked.push(`${request.origin}${request.path}`);
});

const { handler } = await import(workerData);

/** Anything that functions read of Lambda's context. */
const context = {
  getRemainingTimeInMillis: () => 25_000,
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:0:function:fuzz',
};

parentPort?.on('message', async (event) => {
  lines = [];
  asked = [];
  const before = process.threadCpuUsage();
  let answer: unknown;
  let error: string | undefined;
  try {
    answer = await handler(event, context);
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  const { user, system } = process.threadCpuUsage(before);
  const polluted = keysNow().filter((keys, index) => keys !== keysBefore[index]);
  parentPort?.postMessage({ answer, error, lines, asked, polluted, cpuMs: (user + system) / 1000 });
});
parentPort?.postMessage('ready');
