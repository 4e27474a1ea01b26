import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { configSchema } from '../../functions/platform/config.ts';
import demo from '../../latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { firstCells, read, section } from './documents.ts';
import { codeBlocks, shownConfig } from './played.ts';
import { play } from './reader.ts';

const page = read('docs/payments.md');

let latchkey: TestLatchkey;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

test('the calls of the page, one after the other, are answered as it says, and do what it says', async () => {
  const calls = await play(page, latchkey, table);
  expect(calls.length).toBeGreaterThan(5);
  for (const { url, answer, really } of calls) expect({ url, answer: really }).toMatchObject({ url, answer });
  const ended = (
    await Promise.all(['1', '2', '3'].map((contact) => latchkey.records('academy', contact)))
  ).flat();
  const posted = ended.filter(({ command }) => command.startsWith('aal_'));
  expect(posted.map(({ command, state }) => [command, state]).sort()).toEqual([
    ['aal_adminstopsubscription', 'applied'],
    ['aal_cancelsubscription', 'applied'],
    ['aal_chargesubscription', 'applied'],
    ['aal_createcoupon', 'applied'],
    ['aal_revokesubscription', 'applied'],
  ]);
  expect(latchkey.simulators.get('academy')?.contacts.get('1')?.fields['11']).toMatch(/^HEY-/);
}, 60_000);

test('the products and promotions that are shown are those of the demo site, and valid', () => {
  const [block = ''] = codeBlocks(page, 'ts');
  const { products, promotions } = shownConfig(block);
  expect({ products, promotions }).toEqual({
    products: demo.sites[0]?.products,
    promotions: demo.sites[0]?.promotions,
  });
  expect(z.safeParse(configSchema, demo).success).toBe(true);
});

test('the tables have every setting of products and promotions, and no other', () => {
  const schema = z.toJSONSchema(configSchema, { io: 'input' }) as Schema;
  const site = schema.properties?.sites?.items?.properties ?? {};
  const settings = (of: Schema | undefined): string[] => {
    const shapes = of?.anyOf ?? of?.oneOf ?? (of ? [of] : []);
    return [...new Set(shapes.flatMap(({ properties = {} }) => Object.keys(properties)))];
  };
  const tags = (site.products?.additionalProperties?.oneOf ?? site.products?.additionalProperties?.anyOf)?.[0]
    ?.properties?.tags;
  const expected = [
    ...settings(site.products?.additionalProperties).filter((name) => name !== 'tags'),
    ...settings(tags).map((name) => `tags.${name}`),
    ...settings(site.promotions?.additionalProperties),
  ];
  expect(firstCells(section(page, '## The config')).sort()).toEqual(expected.sort());
});

type Schema = {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
};
