import { expect, test } from '@jest/globals';
import type { Body } from '../../../functions/webhooks/body.ts';
import { contactNames, findContactIds, VALID_ID } from '../../../functions/webhooks/contact-ids.ts';
import { allNamed, at, textOf, valuesOf } from '../../../functions/webhooks/values.ts';

const form = (text: string): Body => ({ form: new URLSearchParams(text) });
const json = (value: unknown): Body => ({ json: value });
const none = new URLSearchParams();

test('a name means the same in any case and with blanks around it; its first value that is not blank counts', () => {
  const { anywhere } = valuesOf(none, form('%20Team+=+&TEAM=+gold%0A&team=silver'));
  expect(anywhere('tEAM')).toBe('gold');
  expect(anywhere('teams')).toBeUndefined();
});

test('the query wins over the body, and a look in the query alone sees nothing else', () => {
  const { anywhere, inQuery } = valuesOf(new URLSearchParams('A=1&b='), form('a=2&b=3'));
  expect([anywhere('a'), anywhere('B'), inQuery('a'), inQuery('b')]).toEqual(['1', '3', '1', undefined]);
});

test('of a JSON document the text and the numbers at its top are values', () => {
  const { anywhere } = valuesOf(
    none,
    json({ A: ' x ', n: 5, f: 1.5, t: true, o: { a: 1 }, l: [1], z: null }),
  );
  expect(['a', 'n', 'f', 't', 'o', 'l', 'z'].map((name) => anywhere(name))).toEqual([
    ...['x', '5', '1.5'],
    ...[undefined, undefined, undefined, undefined],
  ]);
  const names = ['0', 's', 'a'];
  for (const whole of [null, 'a=1', 5, ['a'], { a: null }])
    for (const name of names) expect(valuesOf(none, json(whole)).anywhere(name)).toBeUndefined();
});

test('text is a string or a number that is one', () => {
  expect([textOf(' a '), textOf(0), textOf(Number.POSITIVE_INFINITY), textOf(true), textOf(null)]).toEqual([
    ...['a', '0'],
    ...[undefined, undefined, undefined],
  ]);
});

test('everything under a name is found, in a form each value, in JSON by dots or as it is', () => {
  expect(allNamed(form('Tag=a&tag=+b&tags=c'))(' TAG')).toEqual(['a', ' b']);
  expect(allNamed(form('a=1'))('b')).toEqual([]);
  const document = json({ Person: { Name: 'Ada' }, 'a.b': 'whole', a: { b: 'inside' }, empty: null });
  expect(allNamed(document)('person.name')).toEqual(['Ada']);
  expect(allNamed(document)('a.b')).toEqual(['whole']);
  for (const name of ['empty', 'person.other', 'person.name.x', 'none', 'none.at.all'])
    expect(allNamed(document)(name)).toEqual([]);
});

test('a path leads through own properties of objects only', () => {
  const document = { a: { b: 1 }, l: [{ b: 2 }], n: null };
  expect(at(document, 'a', 'b')).toBe(1);
  expect(at(document)).toBe(document);
  for (const path of [
    ['a', 'c'],
    ['l', '0'],
    ['l', 'length'],
    ['n', 'b'],
    ['a', 'toString'],
    ['x', 'y'],
  ])
    expect(at(document, ...path)).toBeUndefined();
});

const idsIn = (body: Body, query = '', keys: string[] = []) =>
  findContactIds(valuesOf(new URLSearchParams(query), body), body, keys).ids;

test.each([
  ['contact[id]', 'contact[id]=1&contactId=2&contact_id=3&id=4', '1'],
  ['contactId', 'id=4&contact_id=3&contactId=2', '2'],
  ['contact_id', 'id=4&contact_id=3', '3'],
  ['Id', 'Id=4&email=ada@example.com', '4'],
])('of several names in a form %s is looked at first', (_, text, id) => {
  expect(idsIn(form(text))).toEqual([id]);
});

test.each([
  [{ contact: { id: 1 }, subscriber: { id: 2 } }, '1'],
  [{ subscriber: { id: 2 }, data: { subscriber: { id: 3 } }, id: 4 }, '2'],
  [{ data: { subscriber: { id: '3' } }, id: 4 }, '3'],
  [{ id: 4 }, '4'],
  [{ contact: { id: '' }, id: 4 }, '4'],
])('in %j the contact is %s', (document, id) => {
  expect(idsIn(json(document))).toEqual([id]);
});

test('a name of the site’s own comes before the usual ones, wherever it stands, and the query before all', () => {
  expect(idsIn(form('contact[id]=1&lead=2'), '', ['lead'])).toEqual(['2']);
  expect(idsIn(json({ contact: { id: 1 }, lead: { key: 2 } }), '', ['lead.key'])).toEqual(['2']);
  expect(idsIn(form('lead=2'), 'id=5', ['lead'])).toEqual(['5']);
  expect(idsIn(form(''), 'id=5&lead=6', ['lead'])).toEqual(['6']);
});

test('a REST hook of Keap names contacts, each once; or tags, with the contacts in them', () => {
  const hook = { object_keys: [{ id: 1 }, { id: 2 }, { id: 1 }], contact: { id: 9 } };
  expect(idsIn(json(hook))).toEqual(['1', '2']);
  const tags = { object_keys: [{ id: 91, contact_details: [{ id: 3 }, { id: 4 }] }] };
  expect(idsIn(json(tags))).toEqual(['3', '4']);
  const broken = json({ object_keys: [{}, null, { id: 5 }] });
  expect(findContactIds(valuesOf(none, broken), broken, [])).toEqual({ ids: ['5'], invalid: ['(no id)'] });
  expect(idsIn(json({ object_keys: 'none', id: 6 }))).toEqual(['6']);
});

test('where nothing names a contact there is none', () => {
  for (const body of [form('a=1'), json({}), json(null)])
    expect(findContactIds(valuesOf(none, body), body, [])).toEqual({ ids: [], invalid: [] });
});

test('somebody whose webhook has no contact is told all names that there are for one', () => {
  expect(contactNames).toEqual([
    ...['contact[id]', 'contactId', 'contact_id', 'id'],
    ...['contact.id', 'subscriber.id', 'data.subscriber.id', 'object_keys[].id'],
  ]);
});

test.each(['1', 'e-1', 'a.b:c_D-9', 'x'.repeat(64), '.a'])('%s can be an id', (id) => {
  expect(VALID_ID.test(id)).toBe(true);
});

test.each(['', '.', '..', 'a/b', ' 1', '1 ', 'x'.repeat(65), 'é', '1\n'])('"%s" cannot be an id', (id) => {
  expect(VALID_ID.test(id)).toBe(false);
});
