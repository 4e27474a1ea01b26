import {
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Unavailable } from '../platform/errors.ts';
import { whyNoAnswer } from './no-answer.ts';
import { guardedLookup, refusePrivateHost } from './safe-address.ts';

export type PluginRequest = {
  method: string;
  url: URL;
  /** Those that concern the connection are left out (see `CONNECTION`): it is another one. */
  headers: Record<string, string>;
  body?: Uint8Array;
};

export type PluginAnswer = {
  status: number;
  /** By names in lower case. */
  headers: Record<string, string>;
  /** The beginning of the body, as it came: nothing is unpacked. */
  text: string;
};

export type SendOptions = {
  /** For all of it: looking the name up, connecting, sending, the whole answer. */
  timeoutMs: number;
  /** Whether the host may be at an address that is not of the public internet. */
  allowPrivateAddresses: boolean;
};

const MOST_READ_BYTES = 64 * 1024; // enough to know a page by; what a plugin says itself is a few words
/** Cookies and policies of WordPress plugins heap up. Past Node's own 16 kB, a 200 would count as no answer. */
const MOST_HEADER_BYTES = 64 * 1024;

/** What the sender and Latchkey agreed on for their own connection. */
const CONNECTION =
  /^(host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|proxy-.*)$/i;

/**
 * Sends one request to a site's plugin, once: no redirect is followed, and nothing is repeated. Of a long answer the
 * beginning is read, and the connection dropped.
 * @throws Unavailable where no whole answer came in time, with the reason in words; they name no more of the URL than
 *   its host. The plugin may have done its work all the same. TypeError for headers that HTTP cannot carry
 */
export async function sendToPlugin(request: PluginRequest, options: SendOptions): Promise<PluginAnswer> {
  const { host, hostname } = request.url;
  if (!options.allowPrivateAddresses) refusePrivateHost(hostname);
  const signal = AbortSignal.timeout(options.timeoutMs);
  const outgoing = open(request, options, signal);
  let status: number | undefined;
  try {
    const answer = await answerTo(outgoing, host);
    status = answer.statusCode ?? 0; // each answer has one; requests to servers, of the same type, do not
    const text = await beginningOf(answer);
    signal.throwIfAborted(); // a body without a length ends where its connection does, cut or not
    return { status, headers: flat(answer.headers), text };
  } catch (error) {
    if (!signal.aborted) throw whyNoAnswer(error, host, status);
    const missed = status === undefined ? 'did not answer' : `answered ${status} but did not finish`;
    throw new Unavailable(`${host} ${missed} within ${options.timeoutMs / 1000} s`);
  }
}

function open({ method, url, headers, body }: PluginRequest, options: SendOptions, signal: AbortSignal) {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return request(url, {
    method,
    headers: {
      ...Object.fromEntries(Object.entries(headers).filter(([name]) => !CONNECTION.test(name))),
      'accept-encoding': 'identity', // to read it without unpacking what may be a bomb
      ...(body && { 'content-length': body.byteLength }),
    },
    // A connection of its own. One that is kept from an earlier request may turn out to be closed when it is used
    // again; that would look as if the site failed, and the webhook would be delivered twice.
    agent: false,
    maxHeaderSize: MOST_HEADER_BYTES,
    signal,
    ...(!options.allowPrivateAddresses && { lookup: guardedLookup() }),
  }).end(body);
}

function answerTo(outgoing: ClientRequest, host: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  outgoing.once('response', resolve);
  outgoing.on('error', reject); // stays: a failure after the answer began would otherwise end the process
  // Without an error before where a site switches protocols (101).
  outgoing.once('close', () => reject(new Unavailable(`${host} closed the connection without an answer`)));
  return promise;
}

async function beginningOf(answer: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_READ_BYTES) break; // which destroys the connection
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, MOST_READ_BYTES));
}

const flat = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
