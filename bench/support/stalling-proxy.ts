import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A service that stops for a moment, again and again: everything on its way to it and back is held. */
export type StallingProxy = {
  url: string;
  /** How often it has stalled. */
  readonly stalls: number;
  /** From now on it stalls; before, and after `calmDown`, everything passes. */
  begin(): void;
  calmDown(): void;
  close(): Promise<void>;
};

/**
 * Starts a proxy on a free port. It knows nothing of HTTP: bytes pass as they come, so that it takes little of the
 * processor that it shares with what is measured.
 * @param target the service's address, asked for at each connection since it may be known only later
 */
export async function startStallingProxy(
  target: () => string,
  { everyMs, forMs }: { everyMs: number; forMs: number },
): Promise<StallingProxy> {
  const sockets = new Set<Socket>();
  let stalls = 0;
  let isStalled = false;
  let again: NodeJS.Timeout | undefined;
  let over: NodeJS.Timeout | undefined;

  const resume = (): void => {
    isStalled = false;
    for (const socket of sockets) socket.resume();
  };
  const stall = (): void => {
    isStalled = true;
    stalls++;
    for (const socket of sockets) socket.pause();
    over = setTimeout(resume, forMs);
  };
  const lead = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.setNoDelay();
    from.on('data', (bytes) => to.write(bytes));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    if (isStalled) from.pause();
  };
  const server = createServer((incoming) => {
    const { hostname, port } = new URL(target());
    const onward = connect(Number(port), hostname);
    lead(incoming, onward);
    lead(onward, incoming);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const calmDown = (): void => {
    clearInterval(again);
    clearTimeout(over);
    resume();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get stalls() {
      return stalls;
    },
    begin: () => {
      again = setInterval(stall, everyMs);
    },
    calmDown,
    close: async () => {
      calmDown();
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
