import type { Site } from '../../platform/config.ts';
import { METRICS } from '../../platform/metric-names.ts';
import type { MetricSeries } from '../../platform/metrics.ts';
import { allSites } from '../../platform/sites.ts';
import { readCrmAccount } from '../../store/crm-accounts.ts';
import { readGate } from '../../store/gates.ts';
import { type Booked, readBooked } from '../../store/pace.ts';
import { askMetrics, NO_METRICS } from '../ask-metrics.ts';
import { type Html, html, type Part } from '../html.ts';
import type { View } from '../page.ts';
import { type GateOfSite, gateTable } from '../parts/gate-table.ts';
import { table } from '../parts/table.ts';
import { duration } from '../parts/time.ts';
import { code, notice, section } from '../parts/words.ts';

const MINUTES = 5; // that requests are counted over: log lines become metrics within two or three

/** How much of each CRM account's limit is used, and how far ahead it is booked; how the gates of plugins stand. */
export const limits: View = {
  name: 'limits',
  label: 'Limits',
  async render({ now }) {
    // The plugin of a site that relays asks the CRM itself.
    const limited = allSites.filter(({ crm, target }) => !target && 'requestsPerSecond' in crm);
    const span = { since: new Date(now.getTime() - MINUTES * 60_000), until: now, periodSeconds: 60 };
    const [accounts, gates, counts] = await Promise.all([
      Promise.all(limited.map(({ id }) => bookingOf(id))),
      Promise.all(allSites.filter(({ target }) => target).map(gateOf)),
      askMetrics(
        limited.flatMap(({ id }) => [
          countOf(METRICS.crmRequestsBySite.name, id),
          countOf(METRICS.crmRefusedBySite.name, id),
        ]),
        span,
      ),
    ]);
    const body = html`
${
  limited.length > 0
    ? table(
        'The limits of the CRM accounts',
        ['Site', 'Account', 'Limit', `Requests in ${MINUTES} min`, 'Refused', 'Next request', 'Jobs in line'],
        limited.map((site, index) =>
          rowOf(
            site,
            { ...accounts[index], requests: counts?.[index * 2], refused: counts?.[index * 2 + 1] },
            now,
          ),
        ),
      )
    : notice('No site has a CRM with a limit.')
}
<p class="lead">Every request takes a turn of its account, whichever site and function it is for. When the turns are booked too far ahead, jobs go back to their queue and stand in line; none is lost, and none loses an attempt.</p>
${!counts && notice(NO_METRICS)}
${
  gates.length > 0 &&
  section(
    'Plugins of sites that relay',
    gateTable(gates, now),
    html`<p class="lead">A plugin is asked as fast as its host bears it: slower while it fails or takes long, faster again when it does not. One that only fails is left alone for a while; then single webhooks try whether it is back. What waits meanwhile is handed on later, in order.</p>`,
  )
}`;
    return { title: 'Limits', body };
  },
};

type Use = {
  account?: string | undefined;
  booked?: Booked;
  requests?: MetricSeries | undefined;
  refused?: MetricSeries | undefined;
};

async function bookingOf(site: string): Promise<Use> {
  const account = await readCrmAccount(site);
  return account === undefined ? {} : { account, booked: await readBooked(account) };
}

const gateOf = async (site: Site): Promise<GateOfSite> => ({ site, gate: (await readGate(site.id))?.gate });

const countOf = (metric: string, site: string) =>
  ({ label: site, metric, dimensions: { Site: site }, statistic: 'Sum' }) as const;

function rowOf({ id, crm }: Site, { account, booked, requests, refused }: Use, now: Date): Part[] {
  const perSecond = 'requestsPerSecond' in crm ? crm.requestsPerSecond : 0;
  return [
    code(id),
    account === undefined
      ? html`<span class="soft">known after the first reconciliation</span>`
      : code(account),
    `${perSecond} a second`,
    meter(sumOf(requests), perSecond * 60 * MINUTES),
    sumOf(refused) ?? '–',
    booked ? ahead(booked.free, now, 'at once') : '–',
    booked ? ahead(booked.line, now, 'none') : '–',
  ];
}

function ahead(iso: string | undefined, now: Date, otherwise: string): string {
  const ms = iso === undefined ? 0 : Date.parse(iso) - now.getTime();
  return ms > 0 ? `booked for ${duration(ms)}` : otherwise;
}

const sumOf = (series: MetricSeries | undefined): number | undefined =>
  series?.points.reduce((sum, { value }) => sum + value, 0);

function meter(used: number | undefined, most: number): Html | string {
  if (used === undefined) return '–';
  return html`<span><meter min="0" max="${most}" value="${used}" aria-label="${used} of ${most} requests"></meter> ${used} of ${most}</span>`;
}
