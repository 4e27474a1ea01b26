import { expect, test } from '@jest/globals';
import { readFilterPattern } from '../../../local/metrics/filter-pattern.ts';

test.each([
  ['{ $.message = "webhook" }', { message: 'webhook' }, true],
  ['{ $.message = "webhook" }', { message: 'webhooks' }, false],
  ['{ $.status = 401 }', { status: 401 }, true],
  ['{ $.status = 401 }', { status: '401' }, false],
  ['{ $.status != 401 }', { status: 200 }, true],
  ['{ $.ms >= 10 }', { ms: 10 }, true],
  ['{ $.ms > 10 }', { ms: 10 }, false],
  ['{ $.ms <= 10 }', { ms: 10.5 }, false],
  ['{ $.ms < 10 }', { ms: 9 }, true],
  ['{ $.ms = * }', { ms: 0 }, true],
  ['{ $.ms = * }', {}, false],
  ['{ $.ms = * }', { ms: null }, false],
  ['{ $.site = "*" }', { site: 'academy' }, true],
  ['{ $.route = "POST /v1/*" }', { route: 'POST /v1/login' }, true],
  ['{ $.route = "POST /v1/*" }', { route: 'POST /v1x' }, false],
  ['{ $.route != "*/v1/*" }', { route: 'POST /v1/login' }, false],
  ['{ $.route != "*/v1/*" }', { route: 'POST /' }, true],
  ['{ $.route != "*/v1/*" }', {}, false],
  ['{ $.message = "job" && $.ms > 1 }', { message: 'job', ms: 2 }, true],
  ['{ $.message = "job" && $.ms > 1 }', { message: 'job', ms: 1 }, false],
  ['{ $.toString = * }', {}, false],
])('%s on %j is %p', (pattern, line, matches) => {
  expect(readFilterPattern(pattern)(line)).toBe(matches);
});

test.each([
  'ERROR',
  '[ip, user, status]',
  '{ $.a = "x" || $.b = "y" }',
  '{ ($.a = "x") }',
  '{ $.a.b = "x" }',
  '{ $.a IS NULL }',
  '{ $.a = %x% }',
  '{ $.a > "x" }',
  '{ }',
])('%s is not understood, and said so', (pattern) => {
  expect(() => readFilterPattern(pattern)).toThrow(/the local cloud does not know/);
});
