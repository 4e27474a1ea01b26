import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { appliers } from '../../../functions/commands/appliers.ts';
import { catalogue, postedCommands } from '../../../functions/commands/catalogue.ts';
import type { Definition } from '../../../functions/commands/definition.ts';
import { definitionOf } from '../../../functions/commands/definition-of.ts';
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

const named = (isMeant: (definition: Definition) => unknown): string[] =>
  catalogue
    .filter(isMeant)
    .map(({ name }) => name)
    .sort();

test('these commands do no more than raise a flag or wait for a batch, and all others have a job', () => {
  expect(named(({ handling }) => handling === 'flag')).toEqual(['aal_updateuser', 'crm_event']);
  expect(named(({ handling }) => handling === 'delay')).toEqual(['aal_batchsync']);
  expect(named(({ handling }) => handling === 'queue')).toHaveLength(catalogue.length - 3);
});

test('of several of these that wait to be relayed for a contact the last one does, and of no others', () => {
  expect(named(({ onlyUpdates }) => onlyUpdates)).toEqual(['aal_batchsync', 'aal_updateuser', 'crm_event']);
});

test('a site that pulls at once queues a pull for the command that others only flag', () => {
  expect(named(({ queuedByLegacyFullUpdate }) => queuedByLegacyFullUpdate)).toEqual(['aal_updateuser']);
});

test('only a coupon’s plan is not kept for a replay: it holds a code that no record of an ended job may', () => {
  expect(named(({ forgetsPlan }) => forgetsPlan)).toEqual(['aal_createcoupon']);
});

test('these are Latchkey’s own: no URL names them, or no plugin knows them', () => {
  expect(named(({ internal }) => internal)).toEqual(
    [...Object.keys(INTERNAL), 'crm_event', 'genpass_if_tagged', 'pass_through', 'pull'].sort(),
  );
  expect(named(({ ofNoPlugin }) => ofNoPlugin)).toEqual(['team_join']);
});

test('these have an address of their own beside their name, as other products have it', () => {
  expect(Object.fromEntries(catalogue.flatMap(({ name, paths }) => (paths ? [[name, paths]] : [])))).toEqual({
    mbr_genpass: ['/mbr/user/create'],
    mbr_password_reset: ['/mbr/contact/password_reset'],
    pass_through: ['/relay'],
  });
});

test('a command that the catalogue does not have is none', () => {
  expect(definitionOf('aal_genpass')?.name).toBe('aal_genpass');
  expect([definitionOf('aal_none'), definitionOf(undefined)]).toEqual([undefined, undefined]);
});

test('a job finds what applies its command, but for those that only flag or are handed on', () => {
  const applied = named(({ name }) => !['crm_event', 'pass_through'].includes(name));
  expect(Object.keys(appliers).sort()).toEqual(applied);
});

test('what a password is given by is the only secret parameter', () => {
  const secrets = catalogue.flatMap(({ name, parameters }) =>
    Object.entries(parameters).flatMap(([parameter, { secret }]) => (secret ? [`${name} ${parameter}`] : [])),
  );
  expect(secrets).toEqual(['mbr_genpass default_pass']);
});

test.each([
  ['aal_updateteam', 'change', { '+5': 5, '-5': -5, '100000': 100_000, '-100000': -100_000 }],
  ['mbr_genpass', 'tid', { ' 12 ,, 40': ['12', '40'], '': [] }],
  ['mbr_genpass', 'automation', { '12:3,4': ['12:3', '4'] }],
  ['mbr_genpass', 'autoregister', { n: false, No: false, '0': false, FALSE: false, y: true, '1': true }],
  ['crm_event', 'type', { ['x'.repeat(70)]: 'x'.repeat(64), [`${'y'.repeat(63)}😀`]: `${'y'.repeat(63)}�` }],
  ['crm_event', 'tag', { ['x'.repeat(201)]: 'x'.repeat(200) }],
] as [string, string, Record<string, unknown>][])('%s understands %s', (name, parameter, understood) => {
  const schema = schemaOf(name, parameter);
  for (const [text, value] of Object.entries(understood)) expect(z.parse(schema, text)).toEqual(value);
});

test('a parameter that is left out has its default', () => {
  expect(z.parse(schemaOf('mbr_genpass', 'tid'), undefined)).toEqual([]);
  expect(z.parse(schemaOf('mbr_genpass', 'autoregister'), undefined)).toBe(true);
  expect(z.parse(schemaOf('mbr_genpass', 'default_pass'), undefined)).toBeUndefined();
  expect(z.parse(schemaOf('crm_event', 'type'), undefined)).toBeUndefined();
});

function schemaOf(name: string, parameter: string): z.ZodMiniType {
  const schema = definitionOf(name)?.parameters[parameter]?.schema;
  if (!schema) throw new Error('no such parameter');
  return schema;
}

test('no two addresses are the same, and none can be taken for another with a handshake behind it', () => {
  const paths = catalogue.flatMap(({ name, paths = [] }) => [`/${name}`, ...paths]);
  expect(new Set(paths).size).toBe(paths.length);
  for (const path of paths) expect(paths).not.toContain(path.replace(/\/[^/]+$/, ''));
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
    ['0', '+0', '1.5', 'five', '', '100001', '-100001', '1e3', '5 ', ' 5', '--5', '0000000005'],
  ],
  [
    'aal_fieldop',
    'operationId',
    ['a', 'A-1_b.c:d', 'x'.repeat(64)],
    ['', 'a b', ' a', 'a ', 'x'.repeat(65), '../x', 'é'],
  ],
  [
    'mbr_genpass',
    'tid',
    ['1', '1,2, 3', '', ',', '9'.repeat(18), Array(50).fill('1').join(',')],
    ['a', '1;2', '-1', '1a', 'a1', '9'.repeat(19), Array(51).fill('1').join(',')],
  ],
  [
    'mbr_genpass',
    'automation',
    ['1', '12:3', '1,12:3'],
    ['a', '12:', ':3', '1:2:3', '12:3a', 'a12:3', '12:a'],
  ],
  ['mbr_genpass', 'autoregister', ['y', 'N', 'no', '0', 'true'], ['maybe', '2', 'yy', 'ay', 'no!']],
  ['mbr_genpass', 'default_pass', ['12345678', 'x'.repeat(128)], ['short', '1234567', 'x'.repeat(129)]],
])('%s takes %s within its range only', (name, parameter, good, bad) => {
  const schema = schemaOf(name, parameter);
  for (const value of good)
    expect({ value, ok: z.safeParse(schema, value).success }).toEqual({ value, ok: true });
  for (const value of bad)
    expect({ value, ok: z.safeParse(schema, value).success }).toEqual({ value, ok: false });
});
