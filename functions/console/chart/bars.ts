import type { MetricSeries } from '../../platform/metrics.ts';
import { type Html, html } from '../html.ts';
import type { Plane } from './scale.ts';
import { toneOf } from './tones.ts';

const GAP = 0.5; // between bars, so that each can be told from its neighbour

/** Draws series as bars that stand on each other. */
export function drawBars(series: readonly MetricSeries[], { x, y, periodMs }: Plane): Html {
  const heights = new Map<string, number>();
  const width = Math.max(x(periodMs) - x(0) - GAP, 1);
  return html`${series.map(({ label, points }, index) => {
    const bars = points
      .filter(({ value }) => value > 0)
      .map(({ at, value }) => {
        const below = heights.get(at) ?? 0;
        heights.set(at, below + value);
        const [top, bottom] = [y(below + value), y(below)];
        return html`<rect x="${x(Date.parse(at)).toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${(bottom - top).toFixed(1)}"/>`;
      });
    return html`<g class="fill ${toneOf(label, index)}">${bars}</g>`;
  })}`;
}
