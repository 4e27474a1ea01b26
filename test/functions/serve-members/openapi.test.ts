import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { routeKeyOf } from '../../../functions/api/endpoint.ts';
import { endpoints } from '../../../functions/api/endpoints.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is looked into at many places
type Document = any;

let latchkey: TestLatchkey;
let document: Document;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  document = await (await fetch(`${latchkey.cloud.url}/v1/openapi.json`)).json();
});
afterAll(() => latchkey.stop());

test('the document that is served, without a key, is a valid OpenAPI 3.1 document', async () => {
  const validator = new Validator();
  const result = await validator.validate(structuredClone(document));
  expect(result).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('every endpoint is in it, with what it takes, what it answers, and its problems', () => {
  const described = Object.entries<Document>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.sort()).toEqual(endpoints.map(routeKeyOf).sort());
  const operations: Document[] = Object.values<Document>(document.paths).flatMap((each) =>
    Object.values(each),
  );
  for (const { operationId, summary, responses } of operations) {
    expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
    expect(summary).toMatch(/\.$/);
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '401', '422']));
  }
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
});

test('a name in a path is a required parameter, and the member has a schema of its own', () => {
  const { parameters, requestBody } = document.paths['/v1/members/{contactId}/activity'].post;
  expect(parameters).toEqual([expect.objectContaining({ name: 'contactId', in: 'path', required: true })]);
  expect(requestBody.content['application/json'].schema.properties.trigger.enum).toEqual([
    'email-link',
    'page-visit',
    'profile-view',
  ]);
  expect(
    document.paths['/v1/members/{contactId}'].get.responses[200].content['application/json'].schema,
  ).toEqual({
    $ref: '#/components/schemas/Member',
  });
  expect(document.components.schemas.Member.properties.access.type).toBe('array');
});

test('the team has a schema of its own, and somebody joins it either by contact or by address', () => {
  const team = document.paths['/v1/teams/{teamId}/{leader}'].get.responses[200].content['application/json'];
  expect(team.schema).toEqual({ $ref: '#/components/schemas/Team' });
  const { post } = document.paths['/v1/teams/{teamId}/{leader}/members'];
  const ways: Document[] = post.requestBody.content['application/json'].schema.anyOf;
  expect(ways.map(({ required }) => required)).toEqual([['contactId'], ['email']]);
  expect(post.responses[409].description).toContain('All seats are in use');
});
