import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One request that passes the proxy: the n-th since the start, and what it asks for. */
export type Passing = {
  number: number;
  method: string;
  path: string;
  /** AWS' operation, such as `DynamoDB_20120810.PutItem`; empty for a CRM. */
  operation: string;
  headers: IncomingHttpHeaders;
  body: string;
};

/**
 * What becomes of a request: `pass`; `refuse` it with a 500 unseen by the server; `hang` for ever; `reset` the
 * connection; `lose` the answer, after the server has done what was asked, or `keep` it back for ever; run
 * something of the test's own `before` the server sees it, or `after` the server has done it and before the caller
 * knows; or `answer` in the server's place.
 */
export type Fate =
  | 'pass'
  | 'refuse'
  | 'hang'
  | 'reset'
  | 'lose'
  | 'keep'
  | { before: () => unknown }
  | { after: () => void }
  | { answer: { status: number; body: object } };

/** A proxy in front of a server, for faults on the way. */
export type FaultProxy = {
  url: string;
  /** Decides about each request from now on. */
  decide(fate: (passing: Passing) => Fate): void;
  /** What has passed so far. */
  passed: Passing[];
  close(): Promise<void>;
};

/**
 * Starts a proxy on a free port. Everything passes until `decide` is told otherwise.
 * @param target the server's address, asked for at each request since it may be known only later
 */
export async function startFaultProxy(target: () => string): Promise<FaultProxy> {
  let decide: (passing: Passing) => Fate = () => 'pass';
  const passed: Passing[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const passing = {
      number: passed.length + 1,
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      operation: String(incoming.headers['x-amz-target'] ?? ''),
      headers: incoming.headers,
      body: body.toString(),
    };
    passed.push(passing);
    const fate = decide(passing);
    if (fate === 'hang') return;
    if (fate === 'reset') return void incoming.socket.destroy();
    if (fate === 'refuse')
      return void outgoing.writeHead(500, { 'content-type': 'application/json' }).end('{}');
    if (typeof fate === 'object' && 'answer' in fate) {
      const { status, body } = fate.answer;
      return void outgoing
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
    }
    if (typeof fate === 'object' && 'before' in fate) await fate.before();
    forward(target(), incoming, body, outgoing, fate);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    decide: (next) => {
      decide = next;
    },
    passed,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
  fate: Fate,
): void {
  const { hostname, port } = new URL(target);
  const { method, url: path, headers } = incoming;
  const onward = request({ hostname, port, method, path, headers }, async (answer) => {
    const answered = await buffer(answer);
    if (typeof fate === 'object' && 'after' in fate) fate.after();
    if (fate === 'lose') return void incoming.socket.destroy();
    if (fate === 'keep') return;
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(answered);
  });
  onward.on('error', () => incoming.socket.destroy());
  onward.end(body);
}
