import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../local/synthesize.ts';
import type { Benchmark, Measured } from './benchmark.ts';
import { type Campaign, playCampaign } from './cost/campaign.ts';
import { fixedCosts } from './cost/fixed.ts';
import { KINDS } from './cost/kinds.ts';
import { measureKind } from './cost/measure.ts';
import { type Costs, costOf, costPage, dollarTable } from './cost/page.ts';
import { configOfSites } from './cost/sites.ts';
import { startMeteredProduct } from './support/metered-product.ts';

/** How often each is measured, one after the other. */
const TIMES = { light: 100, heavy: 10 };
const CAMPAIGN: Campaign = { contacts: 100, releases: 4, visitors: 30 };
/** So many light webhooks first, after which V8 has compiled what receiving needs. */
const WARM_UP = 200;

/** What a million light webhooks may cost, in dollars, where the flag is up. */
const LIGHT_AT_MOST = 3.5;

/** What a million webhooks cost, of each kind. */
export const benchmark: Benchmark = {
  summary: 'dollars for a million webhooks of each kind, from what is counted in a run',
  about: `Requests, units, bytes and milliseconds are counted one by one and multiplied with AWS' list prices; [the page about
it](cost.md) says what goes into it. A million light webhooks whose flag is up may cost no more than $${LIGHT_AT_MOST.toFixed(2)}.`,
  async run(say) {
    const outdir = await mkdtemp(join(tmpdir(), 'latchkey-cost-'));
    const config = configOfSites();
    say('Bundling the functions, synthesizing the stack, starting the local cloud, warming up …');
    const folder = await synthesize({ config, outdir });
    const product = await startMeteredProduct({ config, assembly: folder });
    try {
      await Promise.all(Object.values(product.cloud.functions).map((each) => each.warm()));
      const costs: Costs = { kinds: [], campaign: CAMPAIGN, raised: { all: 0, up: 0 }, fixed: [] };
      const [light] = KINDS;
      if (light) await measureKind(product, { ...light, together: WARM_UP }, { times: 1, folder });
      for (const kind of KINDS) {
        const consumed = await measureKind(product, kind, {
          times: kind.isLight ? TIMES.light : TIMES.heavy,
          folder,
        });
        costs.kinds.push({ name: kind.name, consumed });
        say(`${kind.name}: $${costOf(costs.kinds, kind.name).toFixed(2)} a million`);
      }
      say('Playing a campaign …');
      costs.raised = await playCampaign(product, CAMPAIGN);
      const { reconcileMinutes, sites } = config;
      costs.fixed = await fixedCosts(product, {
        folder,
        reconcileMinutes,
        sites: sites.filter(({ target }) => !target).length,
      });
      return report(costs);
    } finally {
      await product.stop();
      await rm(outdir, { recursive: true });
    }
  },
};

function report(costs: Costs): Measured {
  return {
    ...dollarTable(costs),
    troubles: troublesOf(costs),
    page: { path: 'docs/cost.md', text: costPage(costs) },
  };
}

/** What is dearer than it may be. */
export function troublesOf({ kinds }: Pick<Costs, 'kinds'>): string[] {
  const light = costOf(kinds, 'aal_updateuser, flag up');
  return light > LIGHT_AT_MOST
    ? [`a million light webhooks cost $${light.toFixed(2)}, more than $${LIGHT_AT_MOST.toFixed(2)}`]
    : [];
}
