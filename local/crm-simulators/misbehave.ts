import type { ServerResponse } from 'node:http';
import type { Fault } from './fault-switchboard.ts';
import type { ApiAnswer } from './router.ts';

/**
 * Has a planned fault strike a request.
 * @param answer what the request would have been answered, of which a malformed one is a part
 * @param tell sends the error status that was planned, as this API words it; its headers are set
 */
export function misbehave(
  { does, status = 500, headers = {} }: Fault,
  response: ServerResponse,
  answer: ApiAnswer,
  tell: (status: number) => void,
): void {
  if (does === 'hang') return;
  if (does === 'reset') {
    response.socket?.resetAndDestroy();
  } else if (does === 'malformed') {
    const text = JSON.stringify({ ...(answer.body as object), end: '' });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text.slice(0, -4));
  } else {
    setHeaders(response, headers);
    tell(status);
  }
}

export function setHeaders(response: ServerResponse, headers: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
