import { expect, test } from '@jest/globals';
import type { Played } from '../../../bench/burst/play.ts';
import { tableOf, troublesOf } from '../../../bench/burst/report.ts';
import type { BurstWebhook } from '../../../bench/burst/webhooks.ts';
import type { Delivery } from '../../../local/crm-simulators/webhook-sender.ts';

const webhook: BurstWebhook = {
  ...{ kind: 'update', site: 'a-site', contactId: '7', path: '/', contentType: '', body: '' },
};
const posted = (...deliveries: Delivery[]): Played['posted'] =>
  deliveries.map((delivery) => ({ webhook, delivery, text: '' }));
const answered = (durationMs: number, status = 200): Delivery => ({ status, headers: {}, durationMs });

const played = (more: Partial<Played> = {}): Played => ({
  scene: { name: 'a burst', webhooks: 2, connections: 2 },
  posted: posted(answered(100), answered(300)),
  ...{ seconds: 0.5, stalls: 0, verdict: { lost: [], duplicated: [] }, memory: [] },
  ...more,
});

test('a burst that went well has no trouble', () => {
  expect(troublesOf(played())).toEqual([]);
  const { columns, rows } = tableOf([played()]);
  const row = Object.fromEntries(columns.map((column, index) => [column, rows[0]?.[index]]));
  expect(row).toMatchObject({ scene: 'a burst', webhooks: 2, lost: 0, duplicated: 0, 'a second': 4 });
  expect(row).toMatchObject({ 'half within, ms': 100, 'slowest, ms': 300, 'over 5 s, %': 0 });
});

const stalling = { name: 'a burst', webhooks: 2, connections: 2, stall: { everyMs: 1_000, forMs: 200 } };

test.each<[string, Partial<Played>, string]>([
  [
    'what was lost',
    { verdict: { lost: ['one', 'two', 'two', 'three', 'four'], duplicated: [] } },
    '5 were lost: one; two; three',
  ],
  [
    'what was duplicated',
    { verdict: { lost: [], duplicated: ['points'] } },
    '1 had their effect more than once: points',
  ],
  [
    'what was refused',
    { posted: posted(answered(1), answered(1, 503)) },
    '1 were not answered 2xx: status 503',
  ],
  [
    'what was not answered',
    { posted: posted(answered(1), { failure: 'ECONNRESET', durationMs: 1 }) },
    '1 were not answered 2xx: ECONNRESET',
  ],
  [
    'what a CRM would have given up',
    { posted: posted(answered(1), answered(5_001)) },
    '1 were answered after more than 5 s',
  ],
  ['webhooks that nobody posted', { posted: posted(answered(1)) }, 'only 1 webhooks were posted'],
  ['stalls that did not come', { scene: stalling }, 'DynamoDB did not stall'],
  [
    'a function without room',
    { memory: [{ name: 'work', peakMb: 1_030, settingMb: 1_024 }] },
    'work had 1030 MB of the 1024 MB that it is set to',
  ],
])('%s is a trouble, and the only one', (_, more, words) => {
  expect(troublesOf(played(more))).toEqual([`a burst: ${words}`]);
});

test('a stall that came is none', () => {
  expect(troublesOf(played({ scene: stalling, stalls: 3 }))).toEqual([]);
});
