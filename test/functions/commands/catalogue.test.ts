import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { generatedFiles } from '../../../bin/generate.ts';
import { catalogue, postedCommands } from '../../../functions/commands/catalogue.ts';
import { ADDING } from '../../support/adding-commands.ts';

const root = new URL('../../../', import.meta.url);

/** Parameters that each command must take; from AccessAlly's and ActiveMember360's documentation, and one of our own. */
const REQUIRED: Record<string, Record<string, string>> = {
  aal_genpass: {},
  aal_updateuser: {},
  aal_batchsync: {},
  aal_fieldop: { operationId: 'add-points' },
  aal_initiateteam: { teamId: '12' },
  aal_deleteteam: { teamId: '12' },
  aal_removeteam: { teamId: '12' },
  aal_updateteam: { teamId: '12', change: '-3' },
  aal_teamops: { teamId: '12', opId: 'welcome' },
  aal_createcoupon: { promoId: 'spring' },
  aal_revokesubscription: { productId: 'gold' },
  aal_cancelsubscription: { productId: 'gold' },
  aal_adminstopsubscription: { productId: 'gold' },
  aal_chargesubscription: { productId: 'gold' },
  mbr_genpass: {},
  mbr_password_reset: {},
  team_join: { teamId: '12', leaderId: '7' },
};

/** What Latchkey's own jobs need. */
const INTERNAL: Record<string, Record<string, string>> = {
  coupon_look: { provider: 'stripe', id: 'promo_1' },
  subscription_find: { provider: 'paypal', id: 'I-1' },
  subscription_look: { provider: 'stripe', id: 'sub_1' },
  team_interaction: { teamId: '12', opId: 'welcome' },
  team_tags: { program: '12', team: '34', from: 'none', to: 'member', by: '56' },
};

test('URLs name exactly the commands that customers have pasted into their CRMs', () => {
  expect(postedCommands.map(({ name }) => name).sort()).toEqual(Object.keys(REQUIRED).sort());
});

test('a second webhook adds a second time with these commands, and with no others', () => {
  const adding = catalogue.filter(({ adds }) => adds).map(({ name }) => name);
  expect(adding.sort()).toEqual(Object.keys(ADDING).sort());
});

test('no two addresses are the same, and none can be taken for another with a handshake behind it', () => {
  const paths = catalogue.flatMap(({ name, paths = [] }) => [`/${name}`, ...paths]);
  expect(new Set(paths).size).toBe(paths.length);
  for (const path of paths) expect(paths).not.toContain(path.replace(/\/[^/]+$/, ''));
});

test('generated files follow from the command files: run `npm run generate`', async () => {
  for (const [path, text] of Object.entries(await generatedFiles())) {
    expect({ path, text: readFileSync(new URL(path, root), 'utf8') }).toEqual({ path, text });
  }
});

test('the kind of a CRM is the name of its folder without hyphens, by which its events are listed', async () => {
  const folders = readdirSync(new URL('functions/crm/', root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('/definition.ts'))
    .map(dirname);
  expect(folders).toContain('active-campaign');
  for (const folder of folders) {
    const { definition } = await import(new URL(`functions/crm/${folder}/definition.ts`, root).href);
    expect(definition.kind).toBe(folder.replaceAll('-', ''));
  }
});

describe.each(catalogue.map((definition) => [definition.name, definition] as const))(
  '%s',
  (name, definition) => {
    const problems = (values: Record<string, string>) =>
      Object.entries(definition.parameters).flatMap(([parameter, { schema }]) =>
        z.safeParse(schema, values[parameter]).success ? [] : [parameter],
      );

    test('takes its parameters as text and misses each required one', () => {
      const required = REQUIRED[name] ?? INTERNAL[name] ?? {};
      expect(problems(required)).toEqual([]);
      expect(problems({}).sort()).toEqual(Object.keys(required).sort());
    });

    test('is described for people: a summary of one line, when to use it, and each parameter', () => {
      expect(definition.summary).toMatch(/^[A-Z][^\n]{20,}\.$/);
      expect(definition.whenToUse).toMatch(/\.$/);
      for (const { describes } of Object.values(definition.parameters)) expect(describes).toMatch(/\.$/);
    });
  },
);

test.each([
  [
    'aal_updateteam',
    'change',
    ['5', '+5', '-5', '100000'],
    ['0', '1.5', 'five', '', '100001', '-100001', '1e3'],
  ],
  ['aal_fieldop', 'operationId', ['a', 'A-1_b.c:d'], ['', 'a b', 'x'.repeat(65), '../x', 'é']],
  ['mbr_genpass', 'tid', ['1', '1,2, 3', '', ','], ['a', '1;2', '-1', Array(51).fill('1').join(',')]],
  ['mbr_genpass', 'autoregister', ['y', 'N', 'no', '0', 'true'], ['maybe', '2']],
  ['mbr_genpass', 'default_pass', ['12345678'], ['short', 'x'.repeat(129)]],
])('%s takes %s within its range only', (name, parameter, good, bad) => {
  const schema = catalogue.find((definition) => definition.name === name)?.parameters[parameter]?.schema;
  if (!schema) throw new Error('no such parameter');
  for (const value of good)
    expect({ value, ok: z.safeParse(schema, value).success }).toEqual({ value, ok: true });
  for (const value of bad)
    expect({ value, ok: z.safeParse(schema, value).success }).toEqual({ value, ok: false });
});
