import { expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { appliedCommands, postedCommands } from '../../functions/commands/catalogue.ts';
import { crms } from '../../functions/crm/crms.ts';
import { configSchema } from '../../functions/platform/config.ts';
import { firstCells, read, section } from './documents.ts';

const readme = read('README.md');

type Schema = { properties?: Record<string, Schema>; items?: Schema; oneOf?: Schema[]; anyOf?: Schema[] };

test('the table of settings has every setting of the config, and no other', () => {
  const { sites, domain, ...shared } =
    (z.toJSONSchema(configSchema, { io: 'input' }) as Schema).properties ?? {};
  const { crm, ...ofSite } = sites?.items?.properties ?? {};
  const ofCrms = (crm?.oneOf ?? crm?.anyOf ?? []).flatMap(({ properties = {} }) => Object.keys(properties));
  expect(firstCells(section(readme, '## Configuration')).sort()).toEqual(
    [
      ...Object.keys(shared),
      ...Object.keys(domain?.properties ?? {}).map((name) => `domain.${name}`),
      ...Object.keys(ofSite).map((name) => `sites[].${name}`),
      ...new Set(ofCrms.map((name) => `sites[].crm.${name}`)),
    ].sort(),
  );
});

test('the credentials of every kind of CRM are shown, and are what its definition takes', () => {
  const rows = [...section(readme, '## Deploy').matchAll(/^ *\| `(\w+)` *\| (?:`(\{.+?\})`|no file)/gm)];
  expect(rows.map(([, kind]) => kind).sort()).toEqual(crms.map(({ kind }) => kind).sort());
  for (const [, kind, shown] of rows) {
    const credentials = crms.find((crm) => crm.kind === kind)?.credentials;
    expect(credentials === undefined).toBe(shown === undefined);
    if (credentials && shown) {
      const [example, required] = [
        Object.keys(JSON.parse(shown)),
        z.toJSONSchema(credentials, { io: 'input' }),
      ];
      expect(example.sort()).toEqual([...(required.required ?? [])].sort());
    }
  }
});

test('the commands that are said to be applied are those that are', () => {
  const limits = section(readme, '## Limits');
  const applied = postedCommands.filter(({ name }) => appliedCommands.has(name)).map(({ name }) => name);
  const said = [...limits.slice(0, limits.indexOf('.')).matchAll(/`(\w+)`/g)].map(([, name]) => name);
  expect(said.sort()).toEqual(applied.sort());
  expect(postedCommands.length - applied.length).toBe(5); // README.md and docs/limits.md say "five"
});
