import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { crms } from '../../functions/crm/crms.ts';
import { providers } from '../../functions/payments/providers.ts';
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

test('the credentials of every CRM and payment provider are shown, and are what its definition takes', () => {
  const rows = [...section(readme, '## Deploy').matchAll(/^ *\| `(\w+)` *\| (?:`(\{.+?\})`|no file)/gm)];
  const taken: { name: string; credentials: z.ZodMiniType | undefined }[] = [
    ...crms.map(({ kind, credentials }) => ({ name: kind, credentials })),
    ...providers,
  ];
  expect(rows.map(([, name]) => name).sort()).toEqual(taken.map(({ name }) => name).sort());
  for (const [, name, shown] of rows) {
    const credentials = taken.find((each) => each.name === name)?.credentials;
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

test('the command line has every command of latchkey, and no other', () => {
  const files = readdirSync(resolve(import.meta.dirname, '../../cli/commands'));
  expect(firstCells(section(readme, '## Command line')).sort()).toEqual(
    files.map((file) => file.replace('.ts', '')).sort(),
  );
});
