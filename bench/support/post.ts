import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Delivery } from '../../local/crm-simulators/webhook-sender.ts';

/** A webhook that is written already: posting it costs little beside what is measured. */
export type Outgoing = {
  /** With its query, the handshake in it. */
  path: string;
  contentType: string;
  body: string;
  headers?: Record<string, string>;
};

/** How a webhook ended, and what its answer said. */
export type Posted<W extends Outgoing = Outgoing> = { webhook: W; delivery: Delivery; text: string };

/** How many connections there are, and how long an answer may take: longer than a CRM waits, so that a late one is seen. */
export type Posting = { connections: number; patienceMs: number };

/** Whether it was answered 2xx. */
export const isAccepted = ({ delivery }: Pick<Posted, 'delivery'>): boolean =>
  'status' in delivery && delivery.status >= 200 && delivery.status < 300;

/** The webhook's id, by an answer of Latchkey; empty where it has none. */
export function idIn(text: string): string {
  const { webhook = '' }: { webhook?: string } = JSON.parse(text || '{}');
  return webhook;
}

/**
 * Posts webhooks from connections that are opened at the same moment and stay open; each takes the next webhook when its
 * last was answered. One that fails is posted once all the same, as by a CRM.
 * @param base address of the API, without a slash at its end
 * @returns in the order of their ends
 */
export async function postFromConnections<W extends Outgoing>(
  base: string,
  webhooks: Iterable<W>,
  { connections, patienceMs }: Posting,
): Promise<Posted<W>[]> {
  const waiting = webhooks[Symbol.iterator]();
  const ended: Posted<W>[] = [];
  const work = async (): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let next = waiting.next(); !next.done; next = waiting.next())
      ended.push(await post(base, next.value, { agent, patienceMs }));
    agent.destroy();
  };
  await Promise.all(Array.from({ length: connections }, work));
  return ended;
}

/** Posts webhooks at a steady pace, whatever becomes of those before. */
export async function postSteadily<W extends Outgoing>(
  base: string,
  webhooks: readonly W[],
  { perSecond, patienceMs }: { perSecond: number; patienceMs: number },
): Promise<Posted<W>[]> {
  const agent = new Agent({ keepAlive: true });
  const ended = await Promise.all(
    webhooks.map(async (webhook, index) => {
      await wait((index * 1000) / perSecond);
      return post(base, webhook, { agent, patienceMs });
    }),
  );
  agent.destroy();
  return ended;
}

/** Never rejects: whatever goes wrong is the delivery's `failure`. The time is up to the end of the answer. */
function post<W extends Outgoing>(
  base: string,
  webhook: W,
  { agent, patienceMs }: { agent: Agent; patienceMs: number },
): Promise<Posted<W>> {
  const startedAt = performance.now();
  const durationMs = (): number => performance.now() - startedAt;
  const { path, contentType, body } = webhook;
  const headers = {
    ...webhook.headers,
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const failure = error.code ?? error.message;
      resolve({ webhook, delivery: { failure, durationMs: durationMs() }, text: '' });
    };
    const sent = request(`${base}${path}`, { method: 'POST', agent, headers }, (answer) => {
      const { statusCode: status = 0, headers } = answer;
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part) => {
        text += part;
      });
      answer.on('end', () =>
        resolve({ webhook, delivery: { status, headers, durationMs: durationMs() }, text }),
      );
      answer.on('error', fail);
    });
    // A socket's own time-out costs next to nothing; an AbortSignal for each request does not.
    sent.setTimeout(patienceMs, () => sent.destroy(new Error('time-out')));
    sent.on('error', fail);
    sent.end(body);
  });
}
