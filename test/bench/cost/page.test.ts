import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { markdownTable } from '../../../bench/benchmark.ts';
import { playCampaign } from '../../../bench/cost/campaign.ts';
import { KINDS, type Kind } from '../../../bench/cost/kinds.ts';
import { measureKind } from '../../../bench/cost/measure.ts';
import { countsOf } from '../../../bench/cost/page.ts';
import { configOfSites } from '../../../bench/cost/sites.ts';
import { type MeteredProduct, startMeteredProduct } from '../../../bench/support/metered-product.ts';
import { synthesize } from '../../../local/synthesize.ts';

let outdir: string;
let folder: string;
let product: MeteredProduct;
beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'latchkey-test-cost-'));
  const config = configOfSites();
  folder = await synthesize({ config, outdir });
  product = await startMeteredProduct({ config, assembly: folder });
});
afterAll(async () => {
  await product.stop();
  await rm(outdir, { recursive: true });
});

/** The cells of a line, however wide the table. */
const cellsOf = (line: string): string => line.replaceAll(/\s*\|\s*/g, '|');
const page = readFileSync(new URL('../../../docs/cost.md', import.meta.url), 'utf8');
const documented = page.split('\n').map(cellsOf);

test.each([
  'aal_updateuser, flag up',
  'aal_updateuser, flag down',
  'aal_genpass',
  'aal_fieldop',
  'page visit, pulls',
])(
  'what the page says that one of %s takes is what it takes: if not, run `npm run bench -- cost`',
  async (name) => {
    const kind = KINDS.find((each) => each.name === name) as Kind;
    const row = countsOf(name, await measureKind(product, kind, { times: 3, folder }));
    const line = markdownTable({ columns: row.map(() => ''), rows: [row] }).split('\n')[2] ?? '';
    expect(documented).toContain(cellsOf(line));
  },
);

test('the flag is down at the first raise of each contact, and at the next one after its visit', async () => {
  expect(await playCampaign(product, { contacts: 3, releases: 2, visitors: 1 })).toEqual({ all: 12, up: 8 });
});
