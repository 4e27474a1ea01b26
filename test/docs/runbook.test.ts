import { expect, test } from '@jest/globals';
import { functionsOf, queuesOf, resourcesBy, synthesize } from '../lib/synthesize.ts';
import { read } from './documents.ts';

const template = synthesize();
const alarms = resourcesBy(template, 'AWS::CloudWatch::Alarm', ({ AlarmName }) =>
  AlarmName.replace(/^latchkey-test-/, ''),
);
const runbook = read('docs/runbook.md');

/** What `<function>` and `<queue>` stand for. */
const NAMES: Record<string, string[]> = {
  function: Object.keys(functionsOf(template)),
  queue: Object.keys(queuesOf(template)).flatMap((name) =>
    /-dead/.test(name) ? [] : name.replace('.fifo', ''),
  ),
};

/** `<function>-errors` is the alarm of every function. */
function spelledOut(name: string): string[] {
  const [, kind = '', rest = ''] = /^<(\w+)>(.+)$/.exec(name) ?? [];
  return kind === '' ? [name] : (NAMES[kind] ?? []).map((each) => each + rest);
}

/** Alarm → anchor of the section that says what to do. */
const byRunbook = Object.fromEntries(
  [...runbook.matchAll(/^## (.+)\n\nAlarms: (.+)\.$/gm)].flatMap(([, heading = '', names = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].flatMap(([, name = '']) =>
      spelledOut(name).map((alarm) => [alarm, heading.toLowerCase().replaceAll(' ', '-')]),
    ),
  ),
);

test('each alarm leads to the section of the runbook that names it, and the runbook names no other', () => {
  const byTemplate = Object.fromEntries(
    Object.entries(alarms).map(([name, { Properties }]) => [
      name,
      /docs\/runbook\.md#([\w-]+)$/.exec(Properties.AlarmDescription)?.[1],
    ]),
  );
  expect(Object.keys(byTemplate).length).toBeGreaterThan(0);
  expect(byRunbook).toEqual(byTemplate);
});

test('every alarm says in a sentence what is wrong, before it says where to read on', () => {
  for (const { Properties } of Object.values(alarms))
    expect(Properties.AlarmDescription).toMatch(/^[A-Z].{20,}\. What to do: docs\/runbook\.md#/);
});

test('charts and saved queries are called in the runbook what they are called in the template', () => {
  const queries = Object.keys(
    resourcesBy(template, 'AWS::Logs::QueryDefinition', ({ Name }) => Name.replace('latchkey/test/', '')),
  );
  const named = [...runbook.matchAll(/saved query `([^`]+)`/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(0);
  expect(queries).toEqual(expect.arrayContaining(named));
  for (const query of queries) expect(runbook.replaceAll('\n  ', ' ')).toContain(query);
});
