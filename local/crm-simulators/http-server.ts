import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A listening server and how to end it. */
export type HttpServer = { url: string; close(): Promise<void> };

/** A body was larger than its reader allows. */
export class BodyTooLarge extends Error {}

/**
 * Listens on 127.0.0.1 and nowhere else: a simulator has no business on the network.
 * @param port 0 for any free one. Rejects with the system's error (EADDRINUSE) when it is taken.
 */
export function listen(listener: RequestListener, port: number): Promise<HttpServer> {
  const server = createServer(listener);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () =>
          new Promise((closed, failed) => {
            server.close((error) => (error === undefined ? closed() : failed(error)));
            // Idle keep-alive connections and requests left hanging would hold the close for minutes.
            server.closeAllConnections();
          }),
      });
    });
  });
}

/**
 * Reads a body to its end. Throws BodyTooLarge over `maxBytes`, after the rest was read and thrown away:
 * leaving it unread would cut the connection before the sender could read why.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  if (size > maxBytes) throw new BodyTooLarge(`a body may have ${maxBytes} bytes at most`);
  return Buffer.concat(chunks).toString('utf8');
}

/** Sends a value as JSON; `undefined` is an answer without a body. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
