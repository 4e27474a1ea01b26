import type { MetricSeries, MetricSpan } from '../../platform/metrics.ts';
import { type Html, html } from '../html.ts';
import { table } from '../parts/table.ts';
import { exact } from '../parts/time.ts';
import { drawBars } from './bars.ts';
import { drawLines } from './lines.ts';
import { amountScale, PLANE, type Plane, short, ticksFor, timeScale } from './scale.ts';
import { toneOf } from './tones.ts';

/** A chart: what it is of, its series, and a line that should not be crossed. */
export type Chart = {
  title: string;
  /** Bars stand on each other: their series add up. */
  kind: 'bars' | 'lines';
  limit?: { value: number; label: string };
  series: readonly MetricSeries[];
  span: MetricSpan;
};

const TIMES = 4; // on the axis

/** Draws a chart, and has its numbers in a table behind it. */
export function chart({ title, kind, limit, series, span }: Chart): Html {
  const present = series.filter(({ points }) => points.length > 0);
  const ticks = ticksFor(Math.max(highestOf(kind, present), limit?.value ?? 0));
  const plane = {
    x: timeScale(span.since, span.until),
    y: amountScale(ticks.at(-1) ?? 1),
    periodMs: span.periodSeconds * 1000,
  };
  const id = `lk-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  return html`<figure class="card chart">
<figcaption>${title}</figcaption>
<svg viewBox="0 0 ${PLANE.width} ${PLANE.height}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${describe(present, limit)}</desc>
${axes(span, ticks, plane)}
${kind === 'bars' ? drawBars(present, plane) : drawLines(present, plane)}
${limit && limitLine(limit, plane)}
</svg>
${legend(present)}
${present.length > 0 && numbers(title, present)}
</figure>`;
}

function highestOf(kind: Chart['kind'], series: readonly MetricSeries[]): number {
  const points = series.flatMap((each) => each.points);
  if (kind === 'lines') return Math.max(0, ...points.map(({ value }) => value));
  const sums = Map.groupBy(points, ({ at }) => at).values();
  return Math.max(0, ...[...sums].map((each) => each.reduce((sum, { value }) => sum + value, 0)));
}

function describe(series: readonly MetricSeries[], limit: Chart['limit']): string {
  if (series.length === 0) return 'There are no values in this time.';
  const highest = series.map(
    ({ label, points }) => `${label}: ${short(Math.max(...points.map(({ value }) => value)))} at the most`,
  );
  return [...highest, ...(limit ? [`${limit.label}: ${short(limit.value)}`] : [])].join('; ');
}

function axes({ since, until }: MetricSpan, ticks: readonly number[], { x, y }: Plane): Html {
  const times = Array.from(
    { length: TIMES + 1 },
    (_, index) => new Date(since.getTime() + ((until.getTime() - since.getTime()) * index) / TIMES),
  );
  const isLong = until.getTime() - since.getTime() > 36 * 60 * 60 * 1000;
  const label = (at: Date) => (isLong ? at.toISOString().slice(5, 10) : at.toISOString().slice(11, 16));
  return html`<g class="axes">${ticks.map(
    (
      tick,
    ) => html`<line x1="${PLANE.left}" x2="${PLANE.width - PLANE.right}" y1="${y(tick)}" y2="${y(tick)}"/>
<text x="${PLANE.left - 6}" y="${y(tick) + 4}" text-anchor="end">${short(tick)}</text>`,
  )}${times.map(
    (at, index) =>
      html`<text x="${x(at.getTime())}" y="${PLANE.height - 6}" text-anchor="${index === 0 ? 'start' : index === TIMES ? 'end' : 'middle'}">${label(at)}</text>`,
  )}</g>`;
}

const limitLine = ({ value, label }: NonNullable<Chart['limit']>, { y }: Plane): Html =>
  html`<g class="limit"><line x1="${PLANE.left}" x2="${PLANE.width - PLANE.right}" y1="${y(value)}" y2="${y(value)}"/>
<text x="${PLANE.width - PLANE.right - 4}" y="${y(value) - 4}" text-anchor="end">${label}</text></g>`;

const legend = (series: readonly MetricSeries[]): Html =>
  series.length === 0
    ? html`<p class="legend soft">No values in this time.</p>`
    : html`<ul class="legend">${series.map(
        ({ label }, index) => html`<li><span class="dot ${toneOf(label, index)}"></span>${label}</li>`,
      )}</ul>`;

const MOST_ROWS = 200;

/** The same as numbers, the latest first, for whoever cannot see the lines or wants to know exactly. */
function numbers(title: string, series: readonly MetricSeries[]): Html {
  const times = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))].sort().reverse();
  const valueAt = (at: string) => (each: MetricSeries) => {
    const value = each.points.find((point) => point.at === at)?.value;
    return value === undefined ? '–' : Number(value.toFixed(1));
  };
  const rows = times.slice(0, MOST_ROWS).map((at) => [exact(at), ...series.map(valueAt(at))]);
  return html`<details><summary>As a table</summary><div class="scroll" tabindex="0" role="region" aria-label="${title}, as a table">${table(title, ['Time', ...series.map(({ label }) => label)], rows)}</div></details>`;
}
