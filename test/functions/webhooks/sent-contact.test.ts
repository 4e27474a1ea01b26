import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { definition } from '../../../functions/crm/managed/definition.ts';
import type { Body } from '../../../functions/webhooks/body.ts';
import { readSentContact } from '../../../functions/webhooks/sent-contact.ts';

type Keys = Partial<Record<'email' | 'firstName' | 'lastName' | 'phone' | 'tags', string>> & {
  fields?: Record<string, string>;
};

function read(body: Body, keys: Keys = {}) {
  return readSentContact(body, definition.settings.parse({ kind: 'managed', passwordField: 'pw', keys }));
}

const form = (fields: Record<string, string> | [string, string][]): Body => ({
  form: new URLSearchParams(fields),
});
const json = (document: unknown): Body => ({ json: document });

test('everything is found under its usual name, in a form and in JSON', () => {
  const sent = {
    email: 'Ada@Example.com',
    first_name: 'Ada',
    last_name: 'Lovelace',
    phone: '+1 555-0100',
    tags: 'Gold, Course: Foundations ,',
  };
  const contact = {
    email: 'Ada@Example.com',
    firstName: 'Ada',
    lastName: 'Lovelace',
    phone: '+1 555-0100',
    tags: ['Gold', 'Course: Foundations'],
  };
  expect(read(form(sent))).toEqual({ contact, complaints: [] });
  expect(read(json(sent))).toEqual({ contact, complaints: [] });
});

test.each([
  ['in a form', form({ 'customer[mail]': 'a@b.example', 'STATS.points ': ' 7' })],
  ['nested in JSON', json({ Customer: { Mail: 'a@b.example' }, stats: { Points: 7 } })],
  ['in JSON with dots in its names', json({ 'customer.mail': 'a@b.example', 'stats.points': '7' })],
])('other names are matched whatever their case: %s', (_, body) => {
  const mail = 'form' in body ? 'customer[mail]' : 'customer.mail';
  expect(read(body, { email: mail, fields: { points: 'Stats.Points' } })).toEqual({
    contact: { email: 'a@b.example', fields: { points: '7' } },
    complaints: [],
  });
});

test.each([
  ['a list', json({ tags: ['a, b', ' c ', 7, '', 'c'] }), ['a, b', 'c', '7']],
  ['text in JSON', json({ tags: 'a, b' }), ['a', 'b']],
  ['text', form({ tags: 'a,b' }), ['a', 'b']],
  [
    'one that comes twice in a form',
    form([
      ['tags', 'a'],
      ['tags', 'b'],
    ]),
    ['a', 'b'],
  ],
  ['an empty list', json({ tags: [] }), []],
  ['empty text', form({ tags: '' }), []],
  ['null', json({ tags: null, phone: '1' }), undefined],
  ['absent', form({ phone: '1' }), undefined],
])('tags that are %s are understood', (_, body, tags) => {
  expect(read(body)).toEqual({ contact: expect.anything(), complaints: [] });
  expect(read(body).contact?.tags).toEqual(tags);
});

test('an empty value empties what was there, but for the address and the password', () => {
  const keys = { fields: { plan: 'plan', pw: 'pw' } };
  const empty = { email: '', first_name: '', plan: ' ', pw: '' };
  for (const body of [form(empty), json(empty)]) {
    expect(read(body, keys)).toEqual({ contact: { firstName: '', fields: { plan: '' } }, complaints: [] });
  }
});

test.each([
  ['nothing', form({ contact_id: '1' })],
  ['an empty body', form({})],
  ['a JSON list', json([{ email: 'a@b.example' }])],
  ['null', json(null)],
  ['only nulls', json({ email: null, first_name: null })],
])('a body that says nothing of its contact says nothing: %s', (_, body) => {
  expect(read(body)).toEqual({ complaints: [] });
});

test('half of a character, which no table takes, is replaced', () => {
  expect(read(json({ first_name: 'a\ud800' })).contact).toEqual({ firstName: 'a\ufffd' });
});

test('numbers and yes or no become text', () => {
  const body = json({ first_name: 7, phone: 0, agreed: true });
  expect(read(body, { fields: { agreed: 'agreed' } }).contact).toEqual({
    firstName: '7',
    phone: '0',
    fields: { agreed: 'true' },
  });
});

const TEXT = 'must be text';
const ADDRESS = 'must be an e-mail address';
const TAGS = 'must be a list of tags, or text that separates them by commas';
const LONG = 'may be 10000 characters long at most';

test.each([
  [
    '201 tags',
    json({ tags: Array.from({ length: 201 }, (_, n) => `tag ${n}`) }),
    'tags',
    '201 tags; 200 at most',
  ],
  ['a value of 10,001 characters', form({ phone: 'x'.repeat(10_001) }), 'phone', LONG],
  ['a tag of 10,001 characters', form({ tags: 'x'.repeat(10_001) }), 'tags', `each ${LONG}`],
  ['a field of 10,001 characters', form({ Plan: 'x'.repeat(10_001) }), 'plan', LONG],
  ['an object as text', json({ first_name: { secret: 'secret' } }), 'first_name', TEXT],
  ['a list as text', json({ phone: ['secret'] }), 'phone', TEXT],
  ['an object as tags', json({ tags: { secret: 'secret' } }), 'tags', TAGS],
  ['objects in a list of tags', json({ tags: [{ secret: 'secret' }] }), 'tags', TAGS],
  ...[
    'secret',
    'secret@',
    '@secret.example',
    'se cret@b.example',
    'a@secret',
    'a@secret.de f',
    'a@b.de@secret',
    `secret@${'b'.repeat(245)}.de`,
    `secret@${'b'.repeat(260)}.de`,
  ].map((email) => [`the address "${email.slice(0, 20)}"`, form({ email }), 'email', ADDRESS] as const),
])('%s is refused by the name of the value, without the value', (_, body, at, problem) => {
  const { complaints } = read(body, { fields: { plan: 'plan' } });
  expect(complaints).toEqual([{ at, problem }]);
  expect(JSON.stringify(complaints)).not.toMatch(/secret|xxx|tag \d/);
});

test('what just fits is taken', () => {
  const tags = Array.from({ length: 200 }, (_, n) => `tag ${n}`);
  const phone = 'x'.repeat(10_000);
  expect(read(json({ tags, phone }))).toEqual({ contact: { tags, phone }, complaints: [] });
  const email = `a@${'b'.repeat(249)}.de`; // 254 characters
  expect(read(form({ email, tags: phone }))).toEqual({ contact: { email, tags: [phone] }, complaints: [] });
});

test('a password is taken, and of a field that is not named nothing is said', () => {
  const keys = { fields: { plan: 'plan', pw: 'pw' } };
  expect(read(form({ pw: 'given-by-the-form' }), keys).contact).toStrictEqual({
    fields: { pw: 'given-by-the-form' },
  });
});

test('what is said of a contact may take 256 kB to the byte', () => {
  const sizeOf = (tags: readonly string[]) => Buffer.byteLength(JSON.stringify({ tags }));
  const full = Array.from({ length: 26 }, (_, n) => String(n).padEnd(9_900, 'x'));
  const tags = (size: number) => [...full, 'y'.repeat(size - sizeOf([...full, '']))];
  expect(sizeOf(tags(256 * 1024))).toBe(256 * 1024);
  expect(read(form({ tags: tags(256 * 1024).join() })).complaints).toEqual([]);
  expect(read(form({ tags: tags(256 * 1024 + 1).join() })).complaints).toHaveLength(1);
});

test('names such as __proto__ are names like any other', () => {
  const body = json(JSON.parse('{"__proto__":{"email":"a@b.example"},"constructor":"x"}'));
  expect(read(body)).toEqual({ complaints: [] });
  expect(read(body, { email: 'constructor.name', phone: 'toString' })).toEqual({ complaints: [] });
});

test('whatever JSON comes, it is understood or refused, and what is understood is text', () => {
  const keys = { email: 'a', firstName: 'b', tags: 'c', fields: { '1': 'a.b', '2': 'b.c' } };
  const named = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a.b', 'x'), fc.jsonValue());
  fc.assert(
    fc.property(fc.oneof(named, fc.jsonValue()), (document) => {
      const { contact = {}, complaints } = read(json(document), keys);
      if (complaints.length > 0) return;
      const { tags = [], fields = {}, ...texts } = contact;
      const values = [...tags, ...Object.values(fields), ...Object.values(texts)];
      expect(values.filter((value) => typeof value !== 'string')).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['bytes that are no text, of which each becomes three', '\uFFFD', 3],
  ['control characters, of which each becomes six in a message', '\u0001', 6],
])('more than a record and a message hold is refused: %s', (_, character, bytes) => {
  const tags = (size: number) =>
    Array.from({ length: 30 }, (_, tag) => String(tag).padEnd(size / bytes / 30, character)).join();
  const fits = read(form({ tags: tags(250_000) }));
  expect(fits.complaints).toEqual([]);
  const problem = 'what is said of it may take 256 kB at most, as JSON';
  expect(read(form({ tags: tags(270_000) })).complaints).toEqual([{ at: 'contact', problem }]);
});
