import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Body, senders } from '../../../cli/send/senders.ts';

const PAYLOADS = resolve(import.meta.dirname, '../../payloads');

/** Captured bodies of the same senders. */
const CAPTURED: Record<string, string> = {
  activecampaign: 'activecampaign-automation.form',
  'activecampaign-event': 'activecampaign-contact-tag-added.form',
  keap: 'keap-http-post.form',
  'keap-rest-hook': 'keap-rest-hook-contact-edit.json',
  ontraport: 'ontraport-ping.form',
  kit: 'kit-tag-add.json',
  drip: 'drip-webhook.json',
};

/** The kinds of values of a body, by where they stand; names of custom fields and tags are the customer's. */
function shapeOf({ contentType, text }: Body): unknown {
  if (contentType === 'application/json') return kindsOf(JSON.parse(text));
  const names = [...new URLSearchParams(text).keys()].filter((name) => !/\[(fields|tags)\]/.test(name));
  return names.sort();
}

function kindsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(kindsOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, /fields$/.test(name) ? 'fields' : kindsOf(inner)]),
  );
}

test.each(Object.entries(CAPTURED))('%s posts what was captured of it', (name, file) => {
  const body = senders[name]?.bodyOf('42') as Body;
  const text = readFileSync(resolve(PAYLOADS, file), 'utf8');
  expect(file.endsWith('.json')).toBe(body.contentType === 'application/json');
  expect(shapeOf(body)).toEqual(shapeOf({ ...body, text }));
});

test('there is a captured body of every sender but the one that posts what it is told', () => {
  expect(Object.keys(senders)).toEqual([...Object.keys(CAPTURED), 'zapier']);
});
