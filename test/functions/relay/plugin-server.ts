import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach } from '@jest/globals';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

export type Listening = {
  port: number;
  /** Connections so far. */
  connections: () => number;
  /** Settles when all connections so far are closed. */
  closed: () => Promise<unknown>;
  /** Nobody listens there from then on. */
  stop: () => Promise<unknown>;
};

/** Starts a server on a free port of this machine, until the test is over. */
export async function listen(server: Server): Promise<Listening> {
  const sockets: Socket[] = [];
  const closings: Promise<unknown>[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => {}); // a client that hangs up is what these tests are about
    closings.push(new Promise((resolve) => socket.once('close', resolve)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  stops.push(stop);
  const { port } = server.address() as AddressInfo;
  return { port, connections: () => sockets.length, closed: () => Promise.all(closings), stop };
}

/** A site that answers by HTTP. */
export const listenHttp = (listener: RequestListener): Promise<Listening> =>
  listen(createHttpServer(listener));

/** A site that answers each connection's first bytes with anything. */
export const listenRaw = (answer: (socket: Socket) => void): Promise<Listening> =>
  listen(createServer((socket) => socket.once('data', () => answer(socket))));
