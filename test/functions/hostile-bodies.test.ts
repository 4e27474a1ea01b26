import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type HttpAnswer, httpEvent, type RequestParts } from '../support/http-event.ts';
import { importBundle } from '../support/import-bundle.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';

const LIMIT = 256 * 1024;
const FORM = 'application/x-www-form-urlencoded';

let latchkey: TestLatchkey;
let receive: (event: unknown, context: unknown) => Promise<HttpAnswer>;

/** Loads the bundle into this process, whose prototypes a test can look at afterwards. */
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  const { handler } = await importBundle('receive', latchkey.cloud);
  receive = handler as typeof receive;
});
afterAll(() => latchkey.stop());

const post = (parts: RequestParts): Promise<HttpAnswer> =>
  receive(httpEvent({ query: `aal_updateuser=${HANDSHAKES.academy}`, ...parts }), {});

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const manyKeys = (count: number): [string, string][] =>
  Array.from({ length: count }, (_, index) => [`key${index}`, 'x']);

const HOSTILE: Record<string, string | Uint8Array> = {
  'a form that names __proto__': '__proto__[x]=1&__proto__=2&__proto__.x=3&contactId=1',
  'a form that names constructor[prototype]':
    'constructor[prototype][x]=1&constructor.prototype.x=1&contactId=1',
  'a contact id that is __proto__': 'contactId=__proto__',
  'JSON with __proto__': '{"__proto__":{"x":1,"contactId":1,"id":1},"contactId":1}',
  'JSON with constructor.prototype': '{"constructor":{"prototype":{"x":1}},"contactId":1}',
  'JSON whose contact is in __proto__ alone': '{"__proto__":{"contactId":1}}',
  'a form of 10,000 keys': new URLSearchParams([...manyKeys(10_000), ['contactId', '1']]).toString(),
  'JSON of 10,000 keys': JSON.stringify({ ...Object.fromEntries(manyKeys(10_000)), contactId: 1 }),
  'JSON of 1,000 levels': nested(1000),
  'JSON of 40,000 levels': nested(40_000),
  'arrays of 100,000 levels': '['.repeat(100_000),
  'a form of 1,000 levels': `contact${'[id]'.repeat(1000)}=1`,
  'NUL bytes': '\0\0\0contactId=1\0',
  'NUL bytes in JSON': '{"contactId":"1\0"}',
  'NUL bytes in a contact id': 'contactId=1%00',
  'invalid UTF-8': new Uint8Array([0x63, 0x6f, 0x6e, 0xff, 0xfe, 0x3d, 0xc0, 0x80]),
  'invalid UTF-8, percent-encoded': 'contactId=%ff%fe%c0%80',
  'half a surrogate pair': '{"contactId":"\\ud800"}',
  'JSON that is no object': 'null',
  'JSON that is text': '"contactId=1"',
  'a list': '[1,2,3]',
  'a number beyond all numbers': '{"contactId":1e999}',
  'keys of REST hooks that are none': '{"object_keys":[null,1,"a",[],{"id":{}}]}',
  'ampersands alone': '&'.repeat(1000),
  'equals signs alone': '='.repeat(1000),
  'percent signs alone': '%'.repeat(1000),
  'multipart without an end': `--b\r\nContent-Disposition: form-data; name="contactId"\r\n\r\n${'x'.repeat(9999)}`,
  'a key of 200 kB': `${'k'.repeat(200_000)}=1&contactId=1`,
  'a value of 200 kB for the contact': `contactId=${'1'.repeat(200_000)}`,
};

test.each(Object.keys(HOSTILE).flatMap((name) => [false, true].map((base64) => [name, base64] as const)))(
  '%s is answered and does no harm (base64: %s)',
  async (name, base64) => {
    const before = [Object.prototype, Array.prototype, Function.prototype].map(Reflect.ownKeys);
    const { statusCode } = await post({
      body: HOSTILE[name] as string,
      base64,
      headers: { 'content-type': FORM },
    });
    expect([200, 400, 422]).toContain(statusCode);
    expect([Object.prototype, Array.prototype, Function.prototype].map(Reflect.ownKeys)).toEqual(before);
    expect({}).not.toHaveProperty('x');
  },
);

test('a contact that stands in __proto__ alone is no contact', async () => {
  const { statusCode } = await post({ body: '{"__proto__":{"contactId":1,"contact":{"id":1}}}' });
  expect(statusCode).toBe(422);
});

const ofSize = (bytes: number): string => `contactId=1&x=${'y'.repeat(bytes - 14)}`;

test.each([
  ['plain', false, LIMIT, 200],
  ['plain', false, LIMIT + 1, 413],
  ['base64', true, LIMIT - 2, 200],
  ['base64', true, LIMIT - 1, 200],
  ['base64', true, LIMIT, 200],
  ['base64', true, LIMIT + 1, 413],
  ['base64', true, LIMIT + 2, 413],
  ['base64', true, LIMIT + 3, 413],
])('a body in %s form (%s) of %i bytes is answered %i', async (_, base64, bytes, status) => {
  expect((await post({ body: ofSize(bytes), base64 })).statusCode).toBe(status);
});

test('characters of several bytes count as that many', async () => {
  expect((await post({ body: `contactId=1&x=${'é'.repeat(LIMIT / 2)}` })).statusCode).toBe(413);
});

test('413 is answered over HTTP too, as form and as text, before the handshake is looked at', async () => {
  for (const type of [FORM, 'text/plain']) {
    for (const [bytes, status] of [
      [LIMIT, 401],
      [LIMIT + 1, 413],
      [2 * 1024 * 1024, 413],
    ] as const) {
      const url = `${latchkey.cloud.url}/?aal_updateuser=nonsense`;
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': type },
        body: ofSize(bytes),
      });
      expect([type, bytes, response.status]).toEqual([type, bytes, status]);
    }
  }
});
