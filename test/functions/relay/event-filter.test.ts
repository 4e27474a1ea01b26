import { expect, test } from '@jest/globals';
import { whyKeptBack } from '../../../functions/relay/event-filter.ts';

const event = { type: 'contact_tag_added', tag: 'Gold', initiatedFrom: 'api' };

test.each([
  ['no filter', undefined, undefined],
  ['an empty filter', {}, undefined],
  ['its type', { types: ['update', 'contact_tag_added'] }, undefined],
  ['other types', { types: ['update'] }, 'the site wants no events of this type'],
  ['its tag, in another case', { tags: [' gold'] }, undefined],
  ['other tags', { tags: ['silver'] }, 'the site wants no events about this tag'],
  ['its source', { initiatedFrom: ['api', 'admin'] }, undefined],
  ['other sources', { initiatedFrom: ['admin', 'public'] }, 'the site wants no events that come from api'],
])('%s', (_, filter, reason) => {
  expect(whyKeptBack(event, filter)).toBe(reason);
});

test('an event that does not say what is asked for is handed on', () => {
  expect(whyKeptBack({}, { types: ['a'], tags: ['b'], initiatedFrom: ['c'] })).toBeUndefined();
});

test.each(['ada@example.com', 'x'.repeat(300), 'a secret'])('a reason does not quote %j', (initiatedFrom) => {
  expect(whyKeptBack({ initiatedFrom }, { initiatedFrom: ['admin'] })).toBe(
    'the site wants no events that come from elsewhere',
  );
});
