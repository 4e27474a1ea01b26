import type { Site } from '../../platform/config.ts';
import { METRICS, OUTCOMES } from '../../platform/metric-names.ts';
import type { MetricQuery, MetricSeries, MetricSpan } from '../../platform/metrics.ts';
import { askMetrics, NO_METRICS } from '../ask-metrics.ts';
import { type Chart, chart } from '../chart/chart.ts';
import { html } from '../html.ts';
import { type Page, siteOf, type View } from '../page.ts';
import { link } from '../parts/link.ts';
import { sites } from '../parts/sites.ts';
import { notice } from '../parts/words.ts';
import { metricOf, QUEUES } from '../watched-queues.ts';

/** The time that charts show, by what the page calls it: minutes. */
const SPANS: Readonly<Record<string, number>> = {
  '1 h': 60,
  '3 h': 180,
  '24 h': 24 * 60,
  '7 d': 7 * 24 * 60,
};
const USUAL = '1 h';

/** Lengths of a period, in minutes: the first that keeps a chart to so many periods is taken. */
const PERIODS = [1, 5, 15, 60, 360, 1440];
const MOST_PERIODS = 180;

/** A chart's frame, and the metrics that are drawn into it. */
type Plan = Omit<Chart, 'series' | 'span'> & { queries: MetricQuery[] };

/** How it goes: webhooks, answers, queues, and the CRM's limit, or the plugin's. */
export const charts: View = {
  name: 'charts',
  label: 'Charts',
  ofSite: true,
  async render(page) {
    const span = spanOf(page);
    const plans = plansOf(page, span);
    const series = await askMetrics(
      plans.flatMap(({ queries }) => queries),
      span,
    );
    const here = { view: 'charts', site: siteOf(page).id };
    const body = html`
${sites(page, { view: 'charts' })}
<div class="chips" role="group" aria-label="Time">${
      page.range &&
      link(page, 'as the dashboard', here, { look: 'chip', current: withinOf(page) === undefined })
    }${Object.keys(SPANS).map((words) =>
      link(page, words, { ...here, within: words }, { look: 'chip', current: words === withinOf(page) }),
    )}</div>
${series ? html`<div class="charts">${draw(plans, series, span)}</div>` : notice(NO_METRICS)}`;
    return { title: 'Charts', body };
  },
};

/** The choice of the page; without one the dashboard's range, where there is one. */
function withinOf({ values, range }: Page): string | undefined {
  const { within } = values;
  return within && Object.hasOwn(SPANS, within) ? within : range ? undefined : USUAL;
}

function spanOf(page: Page): MetricSpan {
  const { now, range } = page;
  const within = withinOf(page);
  const until = within || !range ? now : range.until;
  const since =
    within || !range ? new Date(now.getTime() - (SPANS[within ?? USUAL] ?? 60) * 60_000) : range.since;
  const minutes = (until.getTime() - since.getTime()) / 60_000;
  const period = PERIODS.find((each) => minutes / each <= MOST_PERIODS) ?? 1440;
  return { since, until, periodSeconds: period * 60 };
}

function plansOf(page: Page, { periodSeconds }: MetricSpan): Plan[] {
  const per = periodSeconds === 60 ? 'a minute' : `every ${periodSeconds / 60} minutes`;
  return [
    {
      title: `Webhooks ${per}, by outcome`,
      kind: 'bars',
      queries: OUTCOMES.webhooks.map((outcome) => ({
        label: outcome,
        metric: METRICS.webhooks.name,
        dimensions: { Outcome: outcome },
        statistic: 'Sum',
      })),
    },
    {
      title: 'Answer, in milliseconds',
      kind: 'lines',
      limit: { value: 5000, label: 'the CRM hangs up' },
      queries: [
        { label: 'slowest', metric: METRICS.answerMilliseconds.name, statistic: 'Maximum' },
        { label: 'p99', metric: METRICS.answerMilliseconds.name, statistic: 'p99' },
      ],
    },
    {
      title: 'Jobs waiting',
      kind: 'lines',
      queries: QUEUES.map((queue) => metricOf(queue, 'ApproximateNumberOfMessagesVisible')),
    },
    requestsOf(siteOf(page), per, periodSeconds),
  ];
}

/** What goes out for a site: to its CRM; of one that relays, to its plugin. */
function requestsOf({ id, crm, target }: Site, per: string, periodSeconds: number): Plan {
  const perSecond =
    target?.relay.requestsPerSecond ?? ('requestsPerSecond' in crm ? crm.requestsPerSecond : undefined);
  const ofSite = (label: string, { name }: { name: string }): MetricQuery => ({
    ...{ label, metric: name, dimensions: { Site: id }, statistic: 'Sum' },
  });
  return {
    title: target ? `Handed to the plugin of ${id} ${per}` : `Requests to the CRM of ${id} ${per}`,
    kind: 'lines',
    ...(perSecond && {
      limit: { value: perSecond * periodSeconds, label: `limit, ${perSecond} a second` },
    }),
    queries: target
      ? [ofSite('taken', METRICS.relayedBySite), ofSite('stops', METRICS.relayStopsBySite)]
      : [ofSite('requests', METRICS.crmRequestsBySite), ofSite('refused', METRICS.crmRefusedBySite)],
  };
}

function draw(plans: readonly Plan[], series: readonly MetricSeries[], span: MetricSpan) {
  let next = 0;
  return plans.map(({ queries, ...frame }) => {
    const own = series.slice(next, next + queries.length);
    next += queries.length;
    return chart({ ...frame, series: own, span });
  });
}
