import { expect, test } from '@jest/globals';
import { routeFinder } from '../../local/http-routes.ts';

const keys = [
  '$default',
  'ANY /{proxy+}',
  'POST /{name}',
  'POST /orders',
  'ANY /orders',
  'POST /orders/{id}',
  'POST /orders/latest',
  'GET /files/{path+}',
];
const routes = keys.map((key) => ({ key, target: key }));
const match = (method: string, path: string) => {
  const found = routeFinder(routes)(method, path);
  return found && [found.route.key, found.pathParameters];
};

test.each([
  ['POST', '/orders', ['POST /orders', {}]],
  ['PUT', '/orders', ['ANY /orders', {}]],
  ['POST', '/orders/latest', ['POST /orders/latest', {}]],
  ['POST', '/orders/7', ['POST /orders/{id}', { id: '7' }]],
  ['POST', '/other', ['POST /{name}', { name: 'other' }]],
  ['GET', '/files/a/b', ['GET /files/{path+}', { path: 'a/b' }]],
  ['POST', '/files/a/b', ['ANY /{proxy+}', { proxy: 'files/a/b' }]],
])('%s %s takes the most specific route', (method, path, expected) => {
  expect(match(method, path)).toEqual(expected);
});

test('$default takes what nothing else does', () => {
  const few = routes.filter(({ key }) => !key.includes('proxy'));
  expect(routeFinder(few)('GET', '/nothing/here')?.route.key).toBe('$default');
});

test('without $default nothing matches', () => {
  const find = routeFinder([{ key: 'GET /a', target: 1 }]);
  expect([find('GET', '/b'), find('GET', '/a/'), find('POST', '/a')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
