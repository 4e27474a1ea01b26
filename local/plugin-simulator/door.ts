import { randomInt } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { type HttpServer, listen } from '../crm-simulators/http-server.ts';

/**
 * Below the ports that systems give to outgoing connections (32768 and up on Linux, 49152 on macOS), one of which
 * would else take a closed door's place.
 */
const STEADY_PORTS = { from: 20_000, to: 32_000 };

/** Where a site is reached: can be closed, and opened again at the same address. */
export type Door = {
  url: string;
  /** Closed, it cuts every connection and refuses new ones. What is asked last holds. */
  setOpen(open: boolean): Promise<void>;
};

/**
 * Opens a door.
 * @param port 0 for any free one. Rejects with the system's error (EADDRINUSE) when it is taken.
 */
export async function openDoor(listener: RequestListener, port: number): Promise<Door> {
  let server: HttpServer | undefined =
    port === 0 ? await listenSteadily(listener) : await listen(listener, port);
  const { url } = server;
  let wanted = true;
  let turn = Promise.resolve();

  const follow = async (): Promise<void> => {
    if (wanted) {
      server ??= await listen(listener, Number(new URL(url).port));
    } else {
      const closing = server?.close();
      server = undefined;
      await closing;
    }
  };
  return {
    url,
    setOpen: (open) => {
      wanted = open;
      turn = turn.then(follow);
      return turn;
    },
  };
}

async function listenSteadily(listener: RequestListener): Promise<HttpServer> {
  for (;;) {
    try {
      return await listen(listener, randomInt(STEADY_PORTS.from, STEADY_PORTS.to));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}
