import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** How often a long poll looks for what time alone brings: the end of a delay or of a visibility time-out. */
const LOOK_MS = 1000;

const RECEIVE = 'AmazonSQS.ReceiveMessage';

type Asked = { method?: string | undefined; path?: string | undefined; headers: IncomingHttpHeaders };
type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };
type Poll = { QueueUrl: string; WaitTimeSeconds?: number };

/** A proxy that lets one request at a time into moto. */
export type Turnstile = { url: string; close(): Promise<void> };

/**
 * Starts a turnstile on a free port. AWS promises two things that moto does not keep by itself:
 * - A write is atomic, a transaction too. Moto takes requests side by side without a lock, and undoes a cancelled
 *   transaction by putting back the table as it was before it: what others wrote meanwhile is gone.
 * - A long poll gives what comes while it waits. Moto's remembers which message groups were in flight when it began,
 *   and gives nothing of them until it is over.
 * So requests go in one after the other, and a long poll goes in again and again, without waiting there. Who has hung
 * up before its turn does not get in: what it asked for would be done long after it was given up.
 * @param target moto's address
 */
export async function startTurnstile(target: string): Promise<Turnstile> {
  const changes = new EventEmitter().setMaxListeners(0);
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();

  /** @param isAwaited whether somebody is still there to take the answer */
  const inTurn = (asked: Asked, body: Buffer, isAwaited: () => boolean): Promise<Answer> => {
    const turn = last.then(() => {
      if (!isAwaited()) throw new Error('hung up');
      return forward(target, asked, body);
    });
    last = turn.catch(() => undefined); // whoever asked is told
    return turn;
  };

  const poll = async (asked: Asked, wanted: Poll, isAwaited: () => boolean): Promise<Answer> => {
    const body = Buffer.from(JSON.stringify({ ...wanted, WaitTimeSeconds: 0 }));
    const headers = { ...asked.headers, 'content-length': String(body.length) };
    const end = Date.now() + (wanted.WaitTimeSeconds ?? 0) * 1000;
    for (;;) {
      const answer = await inTurn({ ...asked, headers }, body, isAwaited);
      if (answer.status !== 200 || JSON.parse(String(answer.body)).Messages) return answer;
      if (Date.now() >= end) return answer;
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(LOOK_MS)]);
      await once(changes, wanted.QueueUrl, { signal }).catch(() => undefined); // time to look, or to end
    }
  };

  const server = createServer(async (incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const operation = String(headers['x-amz-target']);
    const isAwaited = () => !outgoing.destroyed;
    try {
      const body = await buffer(incoming);
      const asked = { method, path, headers };
      const answer =
        operation === RECEIVE
          ? await poll(asked, JSON.parse(String(body)), isAwaited)
          : await inTurn(asked, body, isAwaited);
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      if (operation.startsWith('AmazonSQS.') && operation !== RECEIVE)
        changes.emit(JSON.parse(String(body)).QueueUrl);
    } catch {
      incoming.socket.destroy(); // as where moto itself had ended
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function forward(target: string, { method, path, headers }: Asked, body: Buffer): Promise<Answer> {
  const { hostname, port } = new URL(target);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const onward = request({ hostname, port, method, path, headers }, (answer) => {
    // A proxy's answer has its own framing and connection.
    const { 'transfer-encoding': _, connection: __, ...kept } = answer.headers;
    buffer(answer).then(
      (read) => resolve({ status: answer.statusCode ?? 502, headers: kept, body: read }),
      reject,
    );
  });
  onward.on('error', reject);
  onward.end(body);
  return promise;
}
