import fc from 'fast-check';
import { anyText, name, PRIVATE, pair } from './texts.ts';

/** The largest body that is read, in bytes. */
export const LIMIT = 256 * 1024;

/** A body, and the content type that would be right for it. */
export type FuzzBody = { bytes: Uint8Array; type: string };

const FORM = 'application/x-www-form-urlencoded';
const BOUNDARY = 'b0undary';

type Pairs = [string, string][];

/** How a name or a value is written in a form: properly, or as no sender should. */
const writings: ((text: string) => string)[] = [
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => text,
  (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  (text) => encodeURIComponent(encodeURIComponent(text.toWellFormed())),
  (text) => text.replaceAll(' ', '+').replaceAll('[', '%5b'),
  (text) => `${text}%`,
  (text) => `%e4%${text}`,
];

const pairs: fc.Arbitrary<Pairs> = fc.array(pair, { maxLength: 25 });

const form = fc
  .record({ pairs, write: fc.constantFrom(...writings), join: fc.constantFrom('&', '&&', '&=&', ';', '\n') })
  .map(({ pairs, write, join }) => pairs.map(([key, value]) => `${write(key)}=${write(value)}`).join(join));

/** JSON as text, so that names may be there twice, and `__proto__` as it is. */
const json: fc.Arbitrary<string> = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    anyText.map((text) => JSON.stringify(text)),
    fc.constantFrom(
      '1',
      '7',
      '-1',
      '1e999',
      '0.1',
      'null',
      'true',
      '[]',
      '{}',
      '""',
      '"1"',
      'NaN',
      '\\ud800',
    ),
    pair.map(([, text]) => JSON.stringify(text)),
    fc.array(tie('value'), { maxLength: 5 }).map((values) => `[${values.join()}]`),
    tie('object'),
  ),
  object: fc
    .array(
      fc.tuple(
        fc.oneof(
          name,
          fc.constantFrom('contact', 'subscriber', 'data', 'object_keys', 'id', 'email', 'tags'),
        ),
        tie('value'),
      ),
      { maxLength: 6 },
    )
    .map((entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join()}}`),
})).object;

const restHook = fc
  .record({
    key: fc.constantFrom('contact.edit', 'contactGroup.applied', 'invoice.add'),
    count: fc.nat(1_100),
  })
  .map(({ key, count }) =>
    JSON.stringify({ event_key: key, object_keys: Array.from({ length: count }, (_, id) => ({ id })) }),
  );

const multipart = fc
  .record({
    pairs,
    boundary: fc.constantFrom(BOUNDARY, BOUNDARY, BOUNDARY, 'other', '', '"', 'ü', 'a b', '-'.repeat(80)),
    end: fc.constantFrom('--\r\n', '--\r\n', '', '\r\n', '-'),
    line: fc.constantFrom('\r\n', '\r\n', '\n'),
    more: fc.constantFrom(
      '',
      '; filename="x.txt"',
      "; filename*=utf-8''x",
      `\r\nContent-Type: multipart/mixed; boundary=${BOUNDARY}`,
    ),
  })
  .map(({ pairs, boundary, end, line, more }) => {
    const head = (key: string) => `--${boundary}${line}Content-Disposition: form-data; name="${key}"${more}`;
    return [
      ...pairs.map(([key, value]) => `${head(key)}${line}${line}${value}${line}`),
      `--${boundary}${end}`,
    ].join('');
  });

const xml = anyText.map(
  (text) => `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "${text}">]><contact id="1">&b;</contact>`,
);

/** Thousands of names, each another one. */
const many = fc
  .record({ count: fc.constantFrom(1_000, 5_000, 10_000), as: fc.constantFrom('form', 'json', 'multipart') })
  .map(({ count, as }) => {
    const names = Array.from({ length: count }, (_, index) => `key${index}`);
    if (as === 'form') return `contactId=1&${names.map((key) => `${key}=1`).join('&')}`;
    if (as === 'json') return `{"contactId":1,${names.map((key) => `"${key}":1`).join()}}`;
    const part = (key: string) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n1\r\n`;
    return `${names.slice(0, 3_000).map(part).join('')}--${BOUNDARY}--\r\n`;
  });

/** What takes a parser more than its share of time where it comes over and over. */
export const PIECES = [
  ...[
    '&',
    '=',
    'a=&',
    'a=1&',
    '[',
    '{"a":',
    '[{',
    ',',
    'a,',
    '1,',
    '{},',
    '"a",',
    '"":1,',
    '"":{},',
    ' ',
    '\n',
    '\r\n',
  ],
  ...[
    '%',
    '%41',
    '%c3',
    '.',
    '@',
    'a@',
    '\0',
    '\\',
    '"',
    '<',
    '\u00ff',
    '😀',
    '-',
    `--${BOUNDARY}\r\n`,
    '\r\n--',
    'a: b\r\n',
  ],
  ...[
    '__proto__[a]=1&',
    'contact[id]=1&',
    '{"id":1},',
    '{"contact_details":[]},',
    '[id]',
    'email=&',
    'tags=,&',
  ],
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n`,
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n\r\n`,
];

/** What comes before it, so that it is read as what a contact's id, its tags or a part are. */
export const BEFORE = [
  ...[
    '',
    'contactId=1&',
    'contactId=',
    'email=a@b.co&tags=',
    '{"contactId":1,"a":',
    '{"email":"a@b.co","tags":[',
  ],
  ...[
    '{"contactId":1,',
    '{"object_keys":[',
    `--${BOUNDARY}\r\n`,
    'contactId=1&default_pass=',
    'contactId=1&tid=',
  ],
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n`,
];

/** And what comes behind it: its end, or that of something else. */
export const AFTER = ['', '&contactId=1', '1]}', '"a":1}', `\r\n--${BOUNDARY}--\r\n`];

/** One of them over and over, in so many bytes. */
export function repeat({ before, piece, after, bytes }: Repeated): string {
  const room = bytes - Buffer.byteLength(before + after);
  return before + piece.repeat(Math.max(0, Math.floor(room / Buffer.byteLength(piece)))) + after;
}

type Repeated = { before: string; piece: string; after: string; bytes: number };

/** Up to the limit, and beyond it. */
const repeated = fc
  .record({
    before: fc.constantFrom(...BEFORE),
    piece: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...PIECES) },
      anyText.filter((text) => text !== ''),
    ),
    after: fc.constantFrom(...AFTER),
    bytes: fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.constant(LIMIT), fc.constant(LIMIT + 100)),
  })
  .map(repeat);

const nested = fc
  .record({
    levels: fc.constantFrom(10, 1_000, 40_000),
    open: fc.constantFrom('{"a":', '[', '{"contact":', '{"__proto__":'),
  })
  .map(({ levels, open }) => `${open.repeat(levels)}1${(open === '[' ? ']' : '}').repeat(levels)}`);

/** Text in bytes, properly and as senders spoil it. */
const encodings: ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\uFEFF${text}`),
  (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
  (text) => Buffer.from(text, 'utf16le').swap16(),
  (text) => Buffer.from(text, 'latin1'),
  (text) => Buffer.from(`${text}\r\n`),
];

const texts = fc.oneof(
  { weight: 6, arbitrary: fc.record({ text: form, type: fc.constant(FORM) }) },
  { weight: 4, arbitrary: fc.record({ text: json, type: fc.constant('application/json') }) },
  { weight: 1, arbitrary: fc.record({ text: restHook, type: fc.constant('application/json') }) },
  {
    weight: 3,
    arbitrary: fc.record({ text: multipart, type: fc.constant(`multipart/form-data; boundary=${BOUNDARY}`) }),
  },
  { weight: 1, arbitrary: fc.record({ text: xml, type: fc.constant('text/xml') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      text: many,
      type: fc.constantFrom(FORM, 'application/json', `multipart/form-data; boundary=${BOUNDARY}`),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      text: repeated,
      type: fc.constantFrom(FORM, 'application/json', `multipart/form-data; boundary=${BOUNDARY}`),
    }),
  },
  { weight: 1, arbitrary: fc.record({ text: nested, type: fc.constant('application/json') }) },
  { weight: 1, arbitrary: fc.record({ text: anyText, type: fc.constant('text/plain') }) },
  { weight: 1, arbitrary: fc.constant({ text: '', type: FORM }) },
  {
    weight: 1,
    arbitrary: fc.constant({
      text: `{"email":"${PRIVATE.email}","password":"${PRIVATE.password}`,
      type: 'application/json',
    }),
  },
);

const encoded: fc.Arbitrary<FuzzBody> = fc
  .record({
    of: texts,
    encode: fc.oneof(
      { weight: 8, arbitrary: fc.constant((text: string) => Buffer.from(text)) },
      { weight: 3, arbitrary: fc.constantFrom(...encodings) },
    ),
    /** How much of it arrives. */
    part: fc.oneof(
      { weight: 8, arbitrary: fc.constant(1) },
      { weight: 2, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    ),
    /** Where bytes are put that are no UTF-8. */
    broken: fc.oneof(
      { weight: 5, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    ),
  })
  .map(({ of: { text, type }, encode, part, broken }) => {
    const bytes = encode(text);
    const kept = bytes.subarray(0, Math.ceil(bytes.length * part));
    if (broken === undefined) return { bytes: kept, type };
    const at = Math.floor(kept.length * broken);
    return {
      bytes: Buffer.concat([
        kept.subarray(0, at),
        Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0]),
        kept.subarray(at),
      ]),
      type,
    };
  });

/** A body of any kind, whole or not. */
export const body: fc.Arbitrary<FuzzBody> = fc.oneof(
  { weight: 12, arbitrary: encoded },
  {
    weight: 1,
    arbitrary: fc.record({
      bytes: fc.uint8Array({ maxLength: 500 }),
      type: fc.constant('application/octet-stream'),
    }),
  },
);
