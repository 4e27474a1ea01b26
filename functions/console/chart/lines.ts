import type { MetricSeries } from '../../platform/metrics.ts';
import { type Html, html } from '../html.ts';
import type { Plane } from './scale.ts';
import { toneOf } from './tones.ts';

/** Draws series as lines; where a period has no value a line is broken, and a value alone is a dot. */
export const drawLines = (series: readonly MetricSeries[], plane: Plane): Html =>
  html`${series.map(({ label, points }, index) => {
    const pieces = unbroken(points, plane.periodMs);
    return html`<g class="${toneOf(label, index)}">${pieces.map((piece) => draw(piece, plane))}</g>`;
  })}`;

type Points = MetricSeries['points'];

/** Cuts points where a period is missing between two. */
function unbroken(points: Points, periodMs: number): Points[] {
  const pieces: Points[] = [];
  for (const point of points) {
    const previous = pieces.at(-1)?.at(-1);
    const goesOn = previous && Date.parse(point.at) - Date.parse(previous.at) <= periodMs;
    if (goesOn) pieces.at(-1)?.push(point);
    else pieces.push([point]);
  }
  return pieces;
}

function draw(points: Points, { x, y }: Plane): Html {
  const places = points.map(({ at, value }) => [x(Date.parse(at)).toFixed(1), y(value).toFixed(1)]);
  const [first, ...more] = places;
  return more.length === 0
    ? html`<circle class="fill" cx="${first?.[0]}" cy="${first?.[1]}" r="3"/>`
    : html`<polyline class="stroke" points="${places.map((place) => place.join(',')).join(' ')}"/>`;
}
