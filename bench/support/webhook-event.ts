import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { toEvent } from '../../local/http-event.ts';

const FORM = 'application/x-www-form-urlencoded';

/**
 * The event that API Gateway makes of a webhook in the shape that customers paste into their CRM.
 * @param fields the body's
 * @returns JSON text
 */
export function webhookEvent(command: string, handshake: string, fields: Record<string, string>): string {
  const body = Buffer.from(new URLSearchParams(fields).toString());
  const request = new IncomingMessage(new Socket());
  request.method = 'POST';
  request.url = `/?${command}=${handshake}`;
  request.rawHeaders.push('content-type', FORM, 'content-length', String(body.length), 'host', 'localhost');
  const match = { route: { key: 'POST /', target: undefined }, pathParameters: {} };
  return JSON.stringify(toEvent(request, body, match, 'benchmark'));
}
