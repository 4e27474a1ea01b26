import fc from 'fast-check';
import { routeKeyOf } from '../../functions/api/endpoint.ts';
import { endpoints } from '../../functions/api/endpoints.ts';
import { routeFinder } from '../../local/http-routes.ts';
import { API_KEYS, HANDSHAKES } from '../support/latchkey.config.ts';
import { LIMIT, repeat } from './bodies.ts';
import { bodyAndHeaders, eventOf, type FuzzRequest, moreQuery } from './requests.ts';
import { anyText, name, PRIVATE } from './texts.ts';

const findRoute = routeFinder(
  [...endpoints.map(routeKeyOf), 'GET /v1/openapi.json', 'ANY /v1/{path+}'].map((key) => ({
    key,
    target: undefined,
  })),
);

/** The event of a request to the site API; undefined where none of its routes takes it. */
export function siteApiEventOf(request: FuzzRequest) {
  const path = decodeURIComponent(request.path);
  const match = findRoute(request.method, path);
  return match && eventOf(request, { key: match.route.key, pathParameters: match.pathParameters });
}

const shortId = fc.integer({ min: 1, max: 30 }).map(String);

/** What may stand in a path where a name is asked for. */
const segment = fc
  .oneof(
    {
      weight: 5,
      arbitrary: fc.oneof(shortId, fc.constantFrom('crew', 'constructor', '__proto__', '*', '..', '?')),
    },
    { weight: 2, arbitrary: anyText },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 2_000 }).map((length) => 'x'.repeat(length)) },
  )
  .map((text) => encodeURIComponent(text.toWellFormed()));

const path = fc.constantFrom(...endpoints).chain(({ path: template }) =>
  fc.array(segment, { minLength: 3, maxLength: 3 }).map((segments) => {
    let next = 0;
    return template.replaceAll(/\{\w+\}/g, () => segments[next++] ?? '1');
  }),
);

/** What comes before, over and over, and behind it in a long text: nearly an address, or nothing of the kind. */
export const LONG = {
  before: ['', 'a@', 'a@b.', '1'],
  piece: ['.', '@', 'a.', 'a@', ' ', 'a', '\n', '1', 'é'],
  after: ['', '@', ' ', '\n', '!'],
};

const long = fc
  .record({
    before: fc.constantFrom(...LONG.before),
    piece: fc.constantFrom(...LONG.piece),
    after: fc.constantFrom(...LONG.after),
    bytes: fc.constantFrom(300, 5_000, LIMIT - 200),
  })
  .map(repeat);

/** Values for what endpoints ask for: right, wrong, and far too much. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('page-visit', 'email-link', 'profile-view', 'stays', 'leaves', '192.0.2.7'),
  },
  {
    weight: 3,
    arbitrary: fc.oneof(shortId, fc.constantFrom(PRIVATE.email, PRIVATE.password, 'new@fuzz.example')),
  },
  { weight: 2, arbitrary: fc.oneof(anyText, long) },
  { weight: 1, arbitrary: fc.array(fc.oneof(shortId, anyText), { maxLength: 15 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(60_000, 120_000).map((count) => Array.from({ length: count }, () => '!')),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);

const asked = fc.constantFrom(
  'trigger',
  'email',
  'password',
  'address',
  'token',
  'contactId',
  'to',
  'formerLeader',
  'firstName',
  'lastName',
  'tags',
);

/** Bodies as endpoints want them, nearly: a name too many, one too few, one of another kind. */
const nearlyRight = fc
  .array(fc.tuple(fc.oneof({ weight: 9, arbitrary: asked }, name), value), { maxLength: 6 })
  .map((entries) =>
    Buffer.from(
      `{${entries.map(([key, content]) => `${JSON.stringify(key)}:${JSON.stringify(content)}`).join()}}`,
    ),
  )
  .filter((bytes) => bytes.length < LIMIT + 200_000)
  .map((body) => ({ body, headers: { 'content-type': 'application/json' }, base64: undefined }));

const requestWith = (headers: fc.Arbitrary<Record<string, string>>): fc.Arbitrary<FuzzRequest> =>
  fc
    .record({
      path: fc.oneof(
        { weight: 9, arbitrary: path },
        fc.array(segment, { maxLength: 4 }).map((segments) => `/v1/${segments.join('/')}`),
      ),
      method: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('GET', 'POST', 'DELETE') },
        fc.constantFrom('PUT', 'HEAD', 'OPTIONS'),
      ),
      query: fc.oneof(
        moreQuery,
        fc
          .array(
            fc.tuple(
              fc.constantFrom('email', 'needsSync', 'limit', 'after', 'x'),
              fc.oneof(
                anyText,
                fc.constantFrom('true', '100', '101', PRIVATE.email, 'eyJzaGFyZCI6MX0', 'eyJzaGFyZCI6OTk5fQ'),
              ),
            ),
            { maxLength: 3 },
          )
          .map((pairs) => new URLSearchParams(pairs).toString()),
      ),
      rest: fc.oneof({ weight: 3, arbitrary: nearlyRight }, { weight: 2, arbitrary: bodyAndHeaders }),
      headers,
    })
    .map(({ rest, headers, ...request }) => ({
      ...rest,
      ...request,
      headers: { ...rest.headers, ...headers },
    }));

/** The sites whose CRM, if they have one, takes many requests a second. */
const { slow: _slow, ...quick } = API_KEYS;

/** A request of a site that has a key. */
export const ofSite = requestWith(
  fc.constantFrom(...Object.values(quick)).map((key) => ({ authorization: `Bearer ${key}` })),
);

/** A request of somebody who has none: a site's handshake is no key, and a key is good in its header alone. */
export const ofStranger = requestWith(
  fc.oneof(
    fc.constant({}),
    fc
      .constantFrom(...Object.values(API_KEYS))
      .chain((key) =>
        fc.constantFrom<Record<string, string>>(
          { authorization: key },
          { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
          { authorization: `Bearer ${key}x` },
          { authorization: `Bearer ${key.slice(1)}` },
          { authorization: `Bearer ${key},Bearer ${key}` },
          { 'x-api-key': key },
          { cookie: `key=${key}` },
        ),
      ),
    fc
      .constantFrom(...Object.values(HANDSHAKES), '', 'undefined', '__proto__')
      .map((key) => ({ authorization: `Bearer ${key}` })),
  ),
);
