/** A chart's plane, in the units of its viewBox. */
export const PLANE = { width: 520, height: 196, left: 44, right: 10, top: 20, bottom: 24 };

/** Turns a value into a place on an axis. */
export type Scale = (value: number) => number;

/** Where values are drawn. */
export type Plane = { x: Scale; y: Scale; periodMs: number };

const innerWidth = PLANE.width - PLANE.left - PLANE.right;
const innerHeight = PLANE.height - PLANE.top - PLANE.bottom;

/** Where a time stands, in ms since 1970. */
export const timeScale = (since: Date, until: Date): Scale => {
  const length = Math.max(until.getTime() - since.getTime(), 1);
  return (at) => PLANE.left + ((at - since.getTime()) / length) * innerWidth;
};

/** Where an amount stands, from 0 at the bottom to `top`. */
export const amountScale =
  (top: number): Scale =>
  (value) =>
    PLANE.top + innerHeight - (value / top) * innerHeight;

const LINES = 4; // on an axis, about
const STEPS = [1, 2, 2.5, 5, 10];

/** Round amounts from 0 to at least `most`, whole ones where those are counted. */
export function ticksFor(most: number): number[] {
  const rough = Math.max(most, LINES) / LINES;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max((STEPS.find((each) => each * power >= rough) ?? 10) * power, 1);
  const whole = Math.ceil(step);
  return Array.from({ length: Math.ceil(Math.max(most, 1) / whole) + 1 }, (_, index) => index * whole);
}

/** An amount in few characters: 950, 1.5k, 20k. */
export const short = (value: number): string =>
  value >= 1000 ? `${Number((value / 1000).toFixed(1))}k` : String(Number(value.toFixed(1)));
