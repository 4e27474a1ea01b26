import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { close, listen } from './http-server.ts';

/** An event as a site took it. */
export type TakenEvent = {
  id: string;
  type: string;
  timestamp: string;
  data: { contactId: string } & Record<string, unknown>;
};

/** A membership site that takes events: it checks each one's signature, and remembers it. */
export type SiteSimulator = {
  url: string;
  /** What the site's SSM parameter `…/events` holds. */
  parameter: { url: string; secrets: string[] };
  /** Events with a valid signature that were answered with 200, in the order they came. */
  taken: TakenEvent[];
  /** Requests of any kind, in the order they came: the event's id, or '' without one, and the answer's status. */
  requests: { id: string; status: number }[];
  /** Decides what is answered to each request that is signed well, from now on: a status, headers, or nothing at all. */
  answerWith(answer: (event: TakenEvent) => SiteAnswer): void;
  stop(): Promise<void>;
};

export type SiteAnswer = { status: number; headers?: Record<string, string> } | 'hang';

/** Starts a site on a free port. */
export async function startSite(): Promise<SiteSimulator> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const taken: TakenEvent[] = [];
  const requests: SiteSimulator['requests'] = [];
  let decide: (event: TakenEvent) => SiteAnswer = () => ({ status: 200 });
  const server = createServer(async (request, response) => {
    const event = verified(secret, await text(request), request.headers);
    const answer = event ? decide(event) : { status: 401 };
    if (answer === 'hang') return;
    requests.push({ id: event?.id ?? '', status: answer.status });
    if (event && answer.status === 200) taken.push(event);
    response.writeHead(answer.status, answer.headers ?? {}).end();
  });
  const url = await listen(server, 0);
  return {
    ...{ url, taken, requests, parameter: { url: `${url}/latchkey-events`, secrets: [secret] } },
    answerWith: (next) => {
      decide = next;
    },
    stop: () => close(server),
  };
}

/** The event, if it was signed with the secret lately and not changed since. */
function verified(secret: string, body: string, headers: IncomingHttpHeaders): TakenEvent | undefined {
  const id = String(headers['webhook-id']);
  try {
    return {
      id,
      ...(new Webhook(secret).verify(body, headers as Record<string, string>) as Omit<TakenEvent, 'id'>),
    };
  } catch {
    return undefined; // answered with 401, which is what the sender has to see
  }
}
