import { expect, test } from '@jest/globals';
import { seal, unsealed } from '../../../functions/jobs/seal.ts';
import type { Site } from '../../../functions/platform/config.ts';
import type { Webhook } from '../../../functions/webhooks/webhook.ts';

const site = (...handshakes: string[]) => ({ id: 'club', handshakes }) as unknown as Site;
const [first, second] = ['a'.repeat(64), 'b'.repeat(64)] as const;

const open: Webhook = {
  ...{ id: '01K00000000000000000000000', site: 'club', command: 'pass_through', contactId: '7' },
  ...{ parameters: {}, receivedAt: '2026-11-27T00:00:00.000Z' },
};
const whole: Webhook = {
  ...open,
  secrets: { default_pass: 'Correct-Horse' },
  request: {
    ...{ method: 'POST', query: 'a=1', secretIn: { path: 'end' as const } },
    body: new Uint8Array([0, 255, 61, 128]),
  },
};

test('what is sealed cannot be read, and comes out as it went in', () => {
  const sealed = seal(whole, site(first));

  expect(Buffer.from(sealed ?? '', 'base64').includes('Correct-Horse')).toBe(false);
  expect(unsealed({ task: 'record', webhook: open, sealed: sealed ?? '' }, site(first))).toEqual(whole);
});

test('a handshake that joins the config, or another that leaves it, does no harm', () => {
  const sealed = seal(whole, site(first, 'c'.repeat(64))) ?? '';

  expect(unsealed({ task: 'record', webhook: open, sealed }, site(second, first))).toEqual(whole);
});

test('without the handshake of that time the error says what to do', () => {
  const sealed = seal(whole, site(first)) ?? '';

  expect(() => unsealed({ task: 'record', webhook: open, sealed }, site(second))).toThrow(
    'No handshake of club opens this webhook: put back the one that was taken out last.',
  );
});

test('what is sealed belongs to its webhook', () => {
  const sealed = seal(whole, site(first)) ?? '';
  const other = { ...open, id: '01K00000000000000000000001' };

  expect(() => unsealed({ task: 'record', webhook: other, sealed }, site(first))).toThrow('No handshake');
});

test('where there is nothing to hide, nothing is sealed', () => {
  expect(seal(open, site(first))).toBeUndefined();
  expect(unsealed({ task: 'record', webhook: open }, site(first))).toBe(open);
});
