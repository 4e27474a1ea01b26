import { expect, test } from '@jest/globals';
import { narrate } from '../../local/narrate.ts';

test('a canonical line becomes one short line', () => {
  const webhook = { message: 'webhook', timestamp: '2026-01-01T12:00:00.000Z', status: 200, ms: 8.6 };
  const about = { site: 'academy', command: 'aal_genpass', contact: '12', outcome: 'queued' };
  expect(narrate(JSON.stringify({ ...webhook, ...about }))).toBe(
    '12:00:00 webhook aal_genpass academy contact 12: queued (200, 9 ms)',
  );
});

test('fields that are missing are left out', () => {
  expect(narrate('{"message":"job","timestamp":"2026-01-01T12:00:00Z"}')).toBe('12:00:00 job    : done');
});

test('a long reason is cut short', () => {
  const told = narrate(
    JSON.stringify({ message: 'job', outcome: 'rejected', reason: 'because '.repeat(50) }),
  );
  expect(told).toMatch(/: rejected, because .*because…$/);
  expect(told?.length).toBeLessThan(120);
});

test.each(['plain text', '{"message":"other"}', '{broken', '{}'])('%s is no canonical line', (line) => {
  expect(narrate(line)).toBeUndefined();
});
