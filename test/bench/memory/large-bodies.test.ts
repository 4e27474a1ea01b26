import { expect, test } from '@jest/globals';
import { SITES } from '../../../bench/burst/sites.ts';
import { makeBurst } from '../../../bench/burst/webhooks.ts';
import { withLargeBodies } from '../../../bench/memory/large-bodies.ts';

const burst = makeBurst(
  1_000,
  new Map(SITES.map(({ id }) => [id, Array.from({ length: 500 }, (_, n) => `${n}`)])),
);

test('some updates get the largest body that is taken, which can still be read', () => {
  const lengthened = withLargeBodies(burst, 10).filter(({ body }, index) => body !== burst[index]?.body);
  expect(lengthened.length).toBeGreaterThan(50);
  expect(new Set(lengthened.map(({ contentType }) => contentType)).size).toBe(2);
  for (const { kind, contentType, body } of lengthened) {
    expect(kind).toBe('update');
    expect(Buffer.byteLength(body)).toBe(256 * 1024);
    if (contentType === 'application/json') expect(JSON.parse(body).subscriber.id).toBeDefined();
  }
});
