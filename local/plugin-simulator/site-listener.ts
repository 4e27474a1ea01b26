import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Called, readCalled } from './called.ts';
import type { Fault, FaultSwitch } from './fault.ts';
import type { PhpWorkers } from './php-workers.ts';
import { OVERLOADED, type Reply, replyOfHost, replyOfPhp } from './reply.ts';
import { now, type RequestLog, type SiteRequest } from './request-log.ts';
import { readSent } from './sent.ts';

type Parts = { secret: string; workers: PhpWorkers; faults: FaultSwitch; log: RequestLog };

/** Answers requests as the site does that is made of these parts. */
export function siteListener({ secret, workers, faults, log }: Parts): RequestListener {
  const answer = (entry: SiteRequest, response: ServerResponse, reply: Reply): void => {
    const { status, headers, body, delivered = false } = reply;
    log.update(entry, { outcome: status, endedAt: now(), delivered });
    response.writeHead(status, { 'content-type': 'text/html; charset=UTF-8', ...headers }).end(body);
  };
  const reset = (entry: SiteRequest, response: ServerResponse, delivered: boolean): void => {
    log.update(entry, { outcome: 'reset', endedAt: now(), delivered });
    response.socket?.resetAndDestroy();
  };

  async function work(entry: SiteRequest, response: ServerResponse, called: Called, fault?: Fault) {
    const worked = await workers.work({
      onStart: () => log.update(entry, { startedAt: now() }),
      ms: fault?.does === 'slow' ? fault.ms : undefined,
    });
    if (worked === 'lost') log.update(entry, { outcome: 'lost', endedAt: now() });
    else if (worked === 'full') answer(entry, response, OVERLOADED);
    else {
      const reply = replyOfPhp(fault, called);
      if (fault?.does === 'resets') reset(entry, response, reply.delivered ?? false);
      else answer(entry, response, reply);
    }
  }

  return async (request, response) => {
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return; // the client left in the middle of its body, of which PHP never hears
    const called = readCalled(request.url ?? '/', secret);
    const entry: SiteRequest = { ...entryOf(request, body, called), clientGone: response.closed };
    log.add(entry);
    response.once('close', () => {
      const unanswered = entry.outcome === undefined || entry.outcome === 'hanging';
      if (unanswered) log.update(entry, { clientGone: true });
    });
    const fault = faults.take();
    const reply = replyOfHost(fault);
    if (reply) answer(entry, response, reply);
    else if (fault?.does === 'hangs') log.update(entry, { outcome: 'hanging' });
    else if (fault?.does === 'resets' && fault.when === 'before') reset(entry, response, false);
    else await work(entry, response, called, fault);
  };
}

const entryOf = (
  { method = '', headers }: IncomingMessage,
  body: Buffer,
  { path, query, plugin }: Called,
): Omit<SiteRequest, 'clientGone'> => ({
  ...readSent(body.toString()),
  ...{ at: now(), method, path, query, plugin, body, delivered: false },
  webhookId: headers['idempotency-key']?.toString(),
  contentType: headers['content-type'],
});
