import { expect, test } from '@jest/globals';
import { eventReaders } from '../../../functions/crm/events.ts';
import type { Body } from '../../../functions/webhooks/body.ts';
import { valuesOf } from '../../../functions/webhooks/values.ts';

function read(kind: string, body: Body, query = '') {
  return eventReaders[kind]?.(valuesOf(new URLSearchParams(query), body), body);
}

const form = (fields: Record<string, string>): Body => ({ form: new URLSearchParams(fields) });
const keap = (event_key?: string): Body => ({ json: { event_key, object_keys: [{ id: 1 }] } });

test.each([
  [
    { type: 'contact_tag_added', tag: ' Gold ' },
    { type: 'contact_tag_added', tag: 'Gold', gainedTag: 'named' },
  ],
  [
    { type: 'contact_tag_removed', tag: 'Gold' },
    { type: 'contact_tag_removed', tag: 'Gold' },
  ],
  [{ type: 'update', 'contact[tags]': 'Gold' }, { type: 'update' }],
  [{ type: 'contact_tag_added' }, { type: 'contact_tag_added' }],
  [{ seriesid: '22' }, {}],
])(
  'an event of ActiveCampaign gains a tag only where it names the one that was added: %j',
  (fields, event) => {
    expect(read('activecampaign', form(fields))).toEqual(event);
  },
);

test.each([
  ['contact.edit', {}],
  ['contact.delete', {}],
  ['contactGroup.applied', { gainedTag: 'unnamed' }],
  ['contactGroup.removed', {}],
  ['contactGroup.add', { notOfContacts: true }],
  ['order.add', { notOfContacts: true }],
  ['contactless.add', { notOfContacts: true }],
])("Keap's %s is understood", (type, rest) => {
  expect(read('keap', keap(type))).toEqual({ type, ...rest });
});

test('a delivery of Keap without an event key is of contacts', () => {
  expect(read('keap', keap())).toEqual({ type: undefined });
});

test('the tag of an event of Kit is the one in its address, and never one in its body', () => {
  const body = { json: { subscriber: { id: 1 }, tag: '7' } };
  expect(read('kit', body, 'tag=12')).toEqual({ tag: '12', gainedTag: 'named' });
  expect(read('kit', body)).toEqual({});
});
