import { once } from 'node:events';
import { createServer } from 'node:net';
import { type GuardedProcess, startGuarded } from './guarded-process.ts';

/** Another program can take the free port before ours does. */
const PORT_ATTEMPTS = 3;

/** A port that is free right now, for a program that cannot pick one itself and tell which it was. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/**
 * Starts a program on a free port of the loopback address; see `startGuarded`.
 * @param command the program and its arguments, with the port it is to take
 * @param ready matches the line by which it says that it listens
 * @returns where it answers
 */
export async function startOnFreePort(
  command: (port: number) => string[],
  ready: RegExp,
): Promise<GuardedProcess & { endpoint: string }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { endpoint: `http://127.0.0.1:${port}`, ...(await startGuarded(command(port), ready)) };
    } catch (cause) {
      if (attempt === PORT_ATTEMPTS) throw cause;
    }
  }
}
