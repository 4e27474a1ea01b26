import { expect, test } from '@jest/globals';
import { isValid } from 'ulid';
import { newWebhookId } from '../../../functions/webhooks/read-webhook.ts';

const IDS = 5_000;

test('ids of one moment are ULIDs that differ, with every letter of the alphabet in every place', () => {
  const now = new Date('2026-11-27T12:00:00Z');
  const ids = Array.from({ length: IDS }, () => newWebhookId(now));
  expect(ids.every(isValid)).toBe(true);
  expect(new Set(ids).size).toBe(IDS);
  expect(new Set(ids.map((id) => id.slice(0, 10))).size).toBe(1);
  for (let place = 10; place < 26; place++) expect(new Set(ids.map((id) => id[place])).size).toBe(32);
});

test('a later id sorts behind an earlier one', () => {
  expect(newWebhookId(new Date(2)) > newWebhookId(new Date(1))).toBe(true);
});
