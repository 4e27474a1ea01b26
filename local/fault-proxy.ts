import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

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

/** An answer that a proxy gives in the server's place. */
export type ProxyAnswer = { status: number; headers?: Record<string, string>; body: object };

/**
 * What becomes of a request: `pass`; `refuse` it with a 500 unseen by the server; `hang` for ever; `reset` the
 * connection; `lose` the answer, after the server has done what was asked, or `keep` it back for ever; have the server
 * do it `twice`; answer after a `delayMs`; run something of the test's own `before` the server sees it, or `after` the
 * server has done it and before the caller knows; or `answer` in the server's place.
 */
export type Fate =
  | 'pass'
  | 'refuse'
  | 'hang'
  | 'reset'
  | 'lose'
  | 'keep'
  | 'twice'
  | { delayMs: number }
  | { before: () => unknown }
  | { after: () => void }
  | { answer: ProxyAnswer };

/** A proxy in front of a server, for faults on the way. */
export type FaultProxy = {
  url: string;
  /** Decides about each request from now on. */
  decide(fate: (passing: Passing) => Fate): void;
  /** What has passed so far; empty where that is not kept. */
  passed: Passing[];
  /** How many connections were opened to it so far. */
  connections(): number;
  close(): Promise<void>;
};

export type FaultProxyOptions = {
  /** Whether `passed` is kept; default true. A long run would fill the memory with it. */
  keepsPassed?: boolean;
  /** Gives the body that the server is to see instead of the one that was sent. */
  rewrite?(passing: Passing): string;
  /** Told of each answer that the caller gets, or would have got. */
  onAnswer?(passing: Passing, answer: { status: number; headers: IncomingHttpHeaders }): void;
};

/**
 * Starts a proxy on a free port. Everything passes until `decide` is told otherwise. Who has asked and goes away takes its
 * request along where the server has not answered it yet.
 * @param target the server's address, asked for at each request since it may be known only later
 */
export async function startFaultProxy(
  target: () => string,
  { keepsPassed = true, rewrite, onAnswer }: FaultProxyOptions = {},
): Promise<FaultProxy> {
  let decide: (passing: Passing) => Fate = () => 'pass';
  let count = 0;
  const passed: Passing[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer(async (incoming, outgoing) => {
    const sent = await buffer(incoming).catch(() => undefined);
    if (sent === undefined) return; // the caller left in the middle of its body
    const passing = {
      number: ++count,
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      operation: String(incoming.headers['x-amz-target'] ?? ''),
      headers: incoming.headers,
      body: sent.toString(),
    };
    if (keepsPassed) passed.push(passing);
    const fate = decide(passing);
    if (fate === 'hang') return;
    if (fate === 'reset') return void incoming.socket.destroy();
    if (fate === 'refuse') return respond({ status: 500, body: {} });
    if (typeof fate === 'object' && 'answer' in fate) return respond(fate.answer);
    if (typeof fate === 'object' && 'before' in fate) await fate.before();
    const body = rewrite ? Buffer.from(rewrite(passing)) : sent;
    const onward = { target: target(), incoming, body, outgoing };
    if (fate === 'twice') await answerTo(onward).catch(() => undefined); // what the second gets is what counts
    forward(onward, fate, (answer) => onAnswer?.(passing, answer));

    function respond({ status, headers = {}, body: content }: ProxyAnswer): void {
      const all = { 'content-type': 'application/json', ...headers };
      onAnswer?.(passing, { status, headers: all });
      outgoing.writeHead(status, all).end(JSON.stringify(content));
    }
  });
  server.on('connection', (socket) => {
    connections++;
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
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Onward = { target: string; incoming: IncomingMessage; body: Buffer; outgoing: ServerResponse };
type Answered = { answer: IncomingMessage; text: Buffer };

/** Has the server do what was asked. Rejects where it does not answer, and where the caller goes away. */
function answerTo({ target, incoming, body, outgoing }: Onward): Promise<Answered> {
  const { hostname, port } = new URL(target);
  const { method, url: path } = incoming;
  const headers = { ...incoming.headers };
  if (headers['content-length'] !== undefined) headers['content-length'] = String(body.byteLength);
  return new Promise((resolve, reject) => {
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      buffer(answer).then((text) => resolve({ answer, text }), reject);
    });
    outgoing.once('close', () => onward.destroy());
    onward.on('error', reject);
    onward.end(body);
  });
}

async function forward(onward: Onward, fate: Fate, tell: (answer: IncomingAnswer) => void): Promise<void> {
  const { incoming, outgoing } = onward;
  try {
    const { answer, text } = await answerTo(onward);
    const { statusCode: status = 502, headers } = answer;
    if (typeof fate === 'object' && 'after' in fate) fate.after();
    tell({ status, headers });
    if (fate === 'lose') return void incoming.socket.destroy();
    if (fate === 'keep') return;
    if (typeof fate === 'object' && 'delayMs' in fate) await wait(fate.delayMs);
    outgoing.writeHead(status, headers).end(text);
  } catch {
    incoming.socket.destroy(); // the server is gone, and the caller sees it
  }
}

type IncomingAnswer = { status: number; headers: IncomingHttpHeaders };
