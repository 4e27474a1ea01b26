import { expect, test } from '@jest/globals';
import { accessOf } from '../../../functions/members/access.ts';

const rule = (anyOf: string[], allOf: string[] = [], noneOf: string[] = []) => ({ anyOf, allOf, noneOf });
const site = {
  access: {
    course: rule(['1', '2']),
    bundle: rule([], ['1', '2']),
    library: rule(['1'], [], ['9']),
    welcome: rule([], [], ['9']),
  },
};

test.each<[string, string[], string[]]>([
  ['any of its tags', ['2'], ['course', 'welcome']],
  ['all of its tags', ['1', '2'], ['course', 'bundle', 'library', 'welcome']],
  ['none of the tags that it forbids', ['1', '9'], ['course']],
  ['no tag at all', [], ['welcome']],
])('a content is given by %s', (_, tags, expected) => {
  expect(accessOf(site, { tags })).toEqual(expected);
});

test('who is gone from the CRM, or was never pulled, sees nothing, whatever is given to those without a tag', () => {
  expect(accessOf(site, { tags: [], goneAt: '2026-07-17T12:00:00.000Z' })).toEqual([]);
  expect(accessOf(site, {})).toEqual([]);
});
