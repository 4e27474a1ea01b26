import { expect, test } from '@jest/globals';
import { attemptsOn, KINDS } from '../../../bench/flood/attempts.ts';

const HANDSHAKE = 'a-handshake-0123456789abcdef';

test('a flood has attempts of every kind, and none of them is the handshake', () => {
  const kinds = new Set<string>();
  let left = 500;
  for (const { kind, path, headers, body } of attemptsOn(HANDSHAKE)) {
    kinds.add(kind);
    const given = new URL(path, 'http://localhost').searchParams.get('aal_updateuser');
    expect(given?.trim()).not.toBe(HANDSHAKE);
    expect(`${path.split('?')[0]} ${JSON.stringify(headers)} ${body}`).not.toContain(HANDSHAKE);
    if (--left === 0) break;
  }
  expect([...kinds].sort()).toEqual([...KINDS].sort());
});
