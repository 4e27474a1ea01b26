import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Assembly, loadAssembly } from '../../local/assembly.ts';
import { constructName } from '../../local/names.ts';
import { type Resolve, resolver } from '../../local/template.ts';
import { writeAssembly } from './fixtures/template.ts';

const endpoints = {
  dynamodb: 'http://d:1',
  sqs: 'http://s:2',
  ssm: 'http://p:3',
  cloudwatch: 'http://c:5',
  http: 'http://h:4',
};
let folder: string;
let assembly: Assembly;
let resolve: Resolve;

beforeAll(async () => {
  folder = await writeAssembly();
  assembly = await loadAssembly(folder);
  resolve = resolver(assembly, endpoints);
});
afterAll(() => rm(folder, { recursive: true }));

test('Ref of a queue is its URL at the endpoint given, FIFO by its name', () => {
  expect(resolve({ Ref: 'Orders' })).toBe('http://s:2/000000000000/fixture-Orders.fifo');
  expect(resolve({ Ref: 'Bulk' })).toBe('http://s:2/000000000000/bulk');
});

test('Ref of a table is its name and Fn::GetAtt its ARN', () => {
  expect(resolve({ Ref: 'Table' })).toBe('fixture-Table');
  expect(resolve({ 'Fn::GetAtt': ['Table', 'Arn'] })).toBe(
    'arn:aws:dynamodb:us-east-1:000000000000:table/fixture-Table',
  );
});

test('the endpoint of the HTTP API is the local one', () => {
  expect(resolve({ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] })).toBe('http://h:4');
});

test('Fn::Join, Fn::Split and Fn::Select work inside each other', () => {
  const arn = { 'Fn::GetAtt': ['Receive', 'Arn'] };
  expect(resolve({ 'Fn::Select': [6, { 'Fn::Split': [':', arn] }] })).toBe('fixture-receive');
  expect(resolve({ 'Fn::Join': ['/', ['a', { Ref: 'Table' }, { Ref: 'AWS::Region' }]] })).toBe(
    'a/fixture-Table/us-east-1',
  );
});

test('Fn::Sub replaces references, attributes, pseudo parameters and its own variables', () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: CloudFormation's, not ours
  expect(resolve({ 'Fn::Sub': '${Table} ${Bulk.Arn} ${AWS::StackName} ${!kept}' })).toBe(
    'fixture-Table arn:aws:sqs:us-east-1:000000000000:bulk fixture ${kept}',
  );
  expect(resolve({ 'Fn::Sub': ['${Own}', { Own: { Ref: 'Table' } }] })).toBe('fixture-Table');
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: see above
});

test('a property with AWS::NoValue is absent', () => {
  expect(resolve({ kept: 1, dropped: { Ref: 'AWS::NoValue' } })).toEqual({ kept: 1 });
});

test('an unknown intrinsic function is an error that names it', () => {
  expect(() => resolve({ 'Fn::Cidr': [] })).toThrow('does not know the intrinsic function Fn::Cidr');
});

test('a reference to nothing is an error that names it', () => {
  expect(() => resolve({ deep: [{ Ref: 'Missing' }] })).toThrow('refers to Missing');
});

test('an attribute that is not known is an error that names it', () => {
  expect(() => resolve({ 'Fn::GetAtt': ['Table', 'StreamArn'] })).toThrow(
    'does not know the attribute StreamArn',
  );
});

test('resources are called by the path of their construct without what says nothing', () => {
  const named = (path: string[]) => constructName({ logicalId: 'x', type: 't', properties: {}, path });
  expect(named(['receive', 'function'])).toBe('receive');
  expect(named(['operations', 'queue'])).toBe('operations');
  expect(named(['operations', 'dead-letters'])).toBe('operations/dead-letters');
  expect(named(['table'])).toBe('table');
});
