import { expect, test } from '@jest/globals';
import { named, resourcesBy, synthesize } from './synthesize.ts';

const template = synthesize();
const queries = resourcesBy(template, 'AWS::Logs::QueryDefinition', ({ Name }) => Name);
const query = (name: string) => named(queries, `latchkey/test/${name}`).Properties;
const logsOf = (name: string): string[] =>
  query(name).LogGroupNames.map(({ Ref }: { Ref: string }) => Ref.replace(/(logs)?[0-9A-F]{8}$/, ''));

test('questions about contacts go to every function, those about senders to the access log', () => {
  const groups = Object.keys(resourcesBy(template, 'AWS::Logs::LogGroup', (_, id) => id));
  expect(logsOf('what happened to a contact')).toHaveLength(groups.length - 1);
  expect(logsOf('slowest answers')).toEqual(['webhooksaccesslog']);
  expect(logsOf('unauthorized attempts')).toEqual(['webhooksaccesslog']);
  expect(logsOf('failures by command').sort()).toEqual(['receive', 'relay', 'syncbatch', 'work']);
  expect(logsOf('what plugins answer')).toEqual(['relay']);
});

test('every query is in the language, a command to a line', () => {
  for (const { Properties } of Object.values(queries)) {
    const [first = '', ...others] = Properties.QueryString.split('\n');
    expect(first).toMatch(/^(fields|filter) /);
    expect(others.length).toBeGreaterThan(0);
    for (const line of others) expect(line).toMatch(/^\| (filter|stats|sort|limit) /);
  }
});

test('who sent wrong handshakes is asked by the address they came from', () => {
  expect(query('unauthorized attempts').QueryString).toContain('by ip, route');
});
