import { expect, test } from '@jest/globals';
import { burstConfig, SITES } from '../../../bench/burst/sites.ts';
import { type BurstWebhook, makeBurst } from '../../../bench/burst/webhooks.ts';

const ids = Array.from({ length: 500 }, (_, index) => String(index + 1));
const burst = makeBurst(10_000, new Map(SITES.map(({ id }) => [id, ids])));
const of = (kind: BurstWebhook['kind']) => burst.filter((webhook) => webhook.kind === kind);

test('a burst has so many webhooks, most of them updates, and all kinds of all sites', () => {
  expect(burst).toHaveLength(10_000);
  expect(of('update').length).toBeGreaterThan(6_000);
  const kinds = ['update', 'event', 'batch', 'operation', 'genpass', 'team', 'seats'] as const;
  for (const kind of kinds) expect(new Set(of(kind).map(({ site }) => site)).size).toBeGreaterThan(2);
  expect(new Set(burst.map(({ site }) => site)).size).toBe(burstConfig().sites.length);
});

test('webhooks of a contact that ask for the same operation are the same byte by byte', () => {
  const operations = of('operation');
  const keys = new Set(
    operations.map(({ site, contactId, operation }) => `${site} ${contactId} ${operation}`),
  );
  const different = new Set(operations.map(({ path, contentType, body }) => path + contentType + body));
  expect(different.size).toBe(keys.size);
  expect(operations.length).toBeGreaterThan(keys.size); // some are sent twice
});

test('every genpass is sent twice, except where the burst ends in between', () => {
  const times = Map.groupBy(of('genpass'), ({ site, contactId }) => `${site} ${contactId}`);
  const once = [...times.values()].filter(({ length }) => length !== 2);
  expect(once.length).toBeLessThan(5);
});

test('seats come long after their team, and for it alone', () => {
  for (const seats of of('seats')) {
    const team = burst.findIndex(
      ({ kind, site, contactId }) => kind === 'team' && site === seats.site && contactId === seats.contactId,
    );
    expect(team).toBeGreaterThanOrEqual(0);
    expect(burst.indexOf(seats)).toBeGreaterThan(team + 1_500);
  }
  expect(of('seats').length).toBeGreaterThan(50);
});

test('too few contacts are refused: their operations could not be told apart', () => {
  expect(() => makeBurst(10_000, new Map(SITES.map(({ id }) => [id, ['1', '2']])))).toThrow(/too few/);
});
