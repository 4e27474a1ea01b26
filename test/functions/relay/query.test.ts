import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { queryKey, withoutParameter, withParameter } from '../../../functions/relay/query.ts';

test.each([
  ['', 'key', ''],
  ['key=a', 'key', ''],
  ['a=1&key=old&b=%20x', 'key', 'a=1&b=%20x'],
  ['key=1&key=2&KEY=3', 'key', 'KEY=3'],
  ['a%5B0%5D=1&&b', 'a[0]', 'b'],
])('%j without %j is %j', (query, parameter, rest) => {
  expect(withoutParameter(query, parameter)).toBe(rest);
});

test('a secret is written so that it arrives as it is', () => {
  const query = withParameter('wpf_action=update&access_key=old', 'access_key', 'a&b=c d%');

  expect(query.startsWith('access_key=')).toBe(true);
  expect([...new URLSearchParams(query)]).toEqual([
    ['access_key', 'a&b=c d%'],
    ['wpf_action', 'update'],
  ]);
});

test('what is not the secret stays byte for byte', () => {
  const pair = fc.tuple(fc.stringMatching(/^[a-z%+.]{1,8}$/), fc.stringMatching(/^[a-z0-9%+.=]{0,8}$/));
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      const query = pairs.map(([name, value]) => `${name}=${value}`).join('&');
      expect(withParameter(query, 'the-secret', 's')).toBe(`the-secret=s${query && `&${query}`}`);
    }),
  );
});

test('queries that mean the same share a key', () => {
  expect(queryKey('b=1&a=%78')).toBe(queryKey('a=x&b=1'));
  expect(queryKey('a=1')).not.toBe(queryKey('a=2'));
});
