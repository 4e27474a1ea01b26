import { expect, test } from '@jest/globals';
import { routeKeyOf } from '../../functions/api/endpoint.ts';
import { endpoints } from '../../functions/api/endpoints.ts';
import { REASONS, TRIGGERS } from '../../functions/members/visit.ts';
import { SITE_EVENT_TYPES } from '../../functions/store/site-events.ts';
import { firstCells, read, section } from './documents.ts';

const guide = read('docs/connect-a-site.md');
const quoted = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');

test('the table of events has every type of event, and no other', () => {
  expect(firstCells(section(guide, '## Events')).sort()).toEqual([...SITE_EVENT_TYPES].sort());
});

test('every endpoint is explained, and no other', () => {
  const named = new Set(
    quoted(guide).flatMap((code) => code.match(/^(?:GET|POST|DELETE) \/v1[\w/{}.-]*/)?.[0] ?? []),
  );
  expect([...named].sort()).toEqual(endpoints.map(routeKeyOf).sort());
});

test('every trigger of a visit and every reason for a pull is explained', () => {
  const visits = section(guide, '## On every page visit');
  expect(firstCells(visits).filter((cell) => !['true', 'false'].includes(cell))).toEqual(
    expect.arrayContaining([...TRIGGERS]),
  );
  expect(quoted(visits)).toEqual(expect.arrayContaining([...REASONS]));
});
