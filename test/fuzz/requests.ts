import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { targets } from '../../functions/webhooks/targets.ts';
import { toEvent } from '../../local/http-event.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import type { TestSite } from '../support/latchkey.ts';
import { body, type FuzzBody } from './bodies.ts';
import { anyText, pair } from './texts.ts';

/** A request as somebody sends it. */
export type FuzzRequest = {
  method: string;
  path: string;
  /** Without the question mark. */
  query: string;
  headers: Record<string, string>;
  body: Uint8Array;
  /** Overrules how API Gateway hands a body of this content type over. */
  base64?: boolean | undefined;
};

/** The event that API Gateway makes of it. @param route its key, and what its path holds */
export function eventOf(
  { method, path, query, headers, body, base64 }: FuzzRequest,
  route: { key: string; pathParameters?: Record<string, string> } = { key: '$default' },
) {
  const request = {
    ...{ method, url: query === '' ? path : `${path}?${query}`, httpVersion: '1.1' },
    rawHeaders: Object.entries(headers).flat(),
    socket: { remoteAddress: '192.0.2.1', localPort: 443 },
  } as unknown as IncomingMessage;
  const match = { route: { key: route.key, target: undefined }, pathParameters: route.pathParameters ?? {} };
  const event = toEvent(request, Buffer.from(body), match, 'fuzz');
  if (base64 === undefined || body.length === 0) return event;
  const text = Buffer.from(body).toString(base64 ? 'base64' : 'utf8');
  return { ...event, isBase64Encoded: base64, body: text };
}

/** Which request it was, for the report of a failure. */
export const inShort = ({ method, path, query, headers, body, base64 }: FuzzRequest): string =>
  `${method} ${path.slice(0, 300)}?${query.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ${body.length} bytes${base64 === undefined ? '' : `, base64 ${base64}`}: ${Buffer.from(body.subarray(0, 300)).toString('latin1')}`;

/** What headers may carry: Node and API Gateway hand on nothing else. */
export const headerText = anyText.map((text) => text.replaceAll(/[^\x20-\x7e\x80-\xff]/g, '').slice(0, 300));

const WRONG_TYPES = [
  ...[
    'application/json',
    'application/x-www-form-urlencoded',
    'text/plain',
    'text/xml',
    'application/octet-stream',
  ],
  ...[
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary="b0undary"',
    ';;;',
    '/',
  ],
  ...[
    'multipart/mixed; boundary=b0undary',
    'application/json; charset=utf-16',
    'APPLICATION/JSON;CHARSET="x"',
    'null',
  ],
  `multipart/form-data;${' boundary='.repeat(500)}`,
];

/** A content type: the right one, another, none, or none that there is. */
const typeOf = (right: string): fc.Arbitrary<string | undefined> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant(right) },
    { weight: 2, arbitrary: fc.constantFrom(...WRONG_TYPES) },
    { weight: 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: headerText },
  );

const otherHeaders = fc.dictionary(
  fc.constantFrom(
    'accept',
    'x-hook-secret',
    'content-length',
    'content-encoding',
    'x-forwarded-for',
    'user-agent',
    'cookie',
    '__proto__',
    'idempotency-key',
    'host',
  ),
  fc.oneof(headerText, fc.constantFrom('text/html', 'gzip', '0', '999999999', 'x'.repeat(300))),
  { maxKeys: 4 },
);

/** A body with headers that may or may not fit it. */
export const bodyAndHeaders: fc.Arbitrary<Pick<FuzzRequest, 'body' | 'headers' | 'base64'>> = body.chain(
  ({ bytes, type }: FuzzBody) =>
    fc
      .record({
        type: typeOf(type),
        others: otherHeaders,
        base64: fc.constantFrom(undefined, undefined, true, false),
      })
      .map(({ type, others, base64 }) => ({
        body: bytes,
        headers: { ...others, ...(type !== undefined && { 'content-type': type }) },
        base64,
      })),
);

/** Percent-encodes what cannot stand in a request line; broken percents stay. */
const encodeLoosely = (text: string): string =>
  text.toWellFormed().replaceAll(/[^\x21-\x7e]|[#?]/gu, (character) => encodeURIComponent(character));

/** Parameters beside the handshake, written well or badly; all of the URL stays within what API Gateway takes. */
export const moreQuery: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constant('') },
    fc.array(pair, { maxLength: 4 }).map((pairs) => new URLSearchParams(pairs).toString()),
    fc
      .array(pair, { maxLength: 4 })
      .map((pairs) => pairs.map((each) => each.map(encodeLoosely).join('=')).join('&')),
    anyText.map(encodeLoosely),
  )
  .map((query) => query.slice(0, 4_000));

const paths = [...targets.keys()];
const commands = paths
  .filter((path) => /^\/[^/]+$/.test(path) && path !== '/relay')
  .map((path) => path.slice(1));

type Address = Pick<FuzzRequest, 'path' | 'query' | 'headers'>;

/** The shapes of a webhook's URL. @param handshake as it is written */
const addressed = (handshake: fc.Arbitrary<string>): fc.Arbitrary<Address> =>
  fc
    .record({
      handshake,
      path: fc.constantFrom(...paths),
      command: fc.constantFrom(...commands),
      shape: fc.constantFrom('query', 'query', 'path', 'bearer', 'rest'),
      more: moreQuery,
    })
    .map(({ handshake, path, command, shape, more }): Address => {
      const encoded = encodeURIComponent(handshake);
      const rest = [more].filter((query) => query !== '');
      if (shape === 'query')
        return { path: '/', query: [`${command}=${encoded}`, ...rest].join('&'), headers: {} };
      const query = rest.join('&');
      if (shape === 'path') return { path: `${path}/${encoded}`, query, headers: {} };
      if (shape === 'rest') return { path: `/relay/${encoded}/wp-json/hook/`, query, headers: {} };
      return { path, query, headers: { authorization: `Bearer ${handshake}` } };
    });

const method = fc.oneof(
  { weight: 12, arbitrary: fc.constant('POST') },
  { weight: 2, arbitrary: fc.constantFrom('GET', 'HEAD') },
  { weight: 1, arbitrary: fc.constantFrom('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'post', 'TRACE', 'PROPFIND') },
);

const requestTo = (address: fc.Arbitrary<Address>): fc.Arbitrary<FuzzRequest> =>
  fc.record({ address, method, rest: bodyAndHeaders }).map(({ address, method, rest }) => ({
    ...rest,
    ...address,
    method,
    headers: { ...rest.headers, ...address.headers },
  }));

/** A request with the handshake of some site. */
export const known: fc.Arbitrary<FuzzRequest> = requestTo(
  addressed(fc.constantFrom(...(Object.keys(HANDSHAKES) as TestSite[])).map((site) => HANDSHAKES[site])),
);

/** What is no handshake, though it may look like one. */
const wrongHandshake = fc.constantFrom(...Object.values(HANDSHAKES)).chain((right) =>
  fc.oneof(
    fc.constantFrom(
      right.slice(0, -1),
      `${right}0`,
      right.toUpperCase(),
      [...right].reverse().join(''),
      `${right}\0`,
    ),
    fc.constantFrom(createHash('sha256').update(right).digest('hex'), Buffer.from(right).toString('base64')),
    fc.constantFrom(
      'undefined',
      'null',
      'true',
      '*',
      '%',
      'x'.repeat(3_000),
      '__proto__',
      'constructor',
      'academy',
    ),
    fc.nat(right.length - 1).map((at) => `${right.slice(0, at)}~${right.slice(at + 1)}`),
    headerText.filter((text) => !Object.values(HANDSHAKES).includes(text.trim())),
  ),
);

/** A request of somebody who knows no handshake: an address with a wrong one, with none, or no address at all. */
export const stranger: fc.Arbitrary<FuzzRequest> = requestTo(
  fc.oneof(
    { weight: 4, arbitrary: addressed(wrongHandshake) },
    { weight: 1, arbitrary: fc.constantFrom(...paths).map((path) => ({ path, query: '', headers: {} })) },
    {
      weight: 2,
      arbitrary: fc
        .record({
          segments: fc.array(
            fc.oneof(anyText, fc.constantFrom('..', '.', '', 'v1', 'relay', 'events', 'aal_updateuser')),
            { maxLength: 5 },
          ),
          query: moreQuery,
        })
        .map(({ segments, query }) => ({
          path: `/${segments.map(encodeLoosely).join('/')}`,
          query,
          headers: {},
        })),
    },
  ),
);
