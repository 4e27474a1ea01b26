/** What names a metric: all of it, the dimensions included. */
export interface MetricId {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

const MINUTE_MS = 60_000;
/** As far back as the dashboard looks at first. */
const KEPT_MS = 3 * 60 * MINUTE_MS;

/** How often each value came: a minute of a load test has many values, and few different ones. */
export type Values = Map<number, number>;

/** The values of metrics by the minute, in memory, for three hours. */
export class MetricStore {
  readonly #series = new Map<string, Map<number, Values>>();

  /** @param at milliseconds since 1970; default: now */
  add(metric: MetricId, value: number, at = Date.now()): void {
    const minute = at - (at % MINUTE_MS);
    const key = keyOf(metric);
    const minutes = this.#series.get(key) ?? new Map<number, Values>();
    this.#series.set(key, minutes);
    const values: Values = minutes.get(minute) ?? new Map();
    if (!minutes.has(minute)) {
      minutes.set(minute, values);
      for (const old of minutes.keys()) if (old < minute - KEPT_MS) minutes.delete(old);
    }
    values.set(value, (values.get(value) ?? 0) + 1);
  }

  /**
   * All values of each period that has any, by its beginning, in the order of time.
   * @param since milliseconds since 1970, as `until`, which is not included
   */
  read(metric: MetricId, since: number, until: number, periodMs: number): Map<number, Values> {
    const periods = new Map<number, Values>();
    const minutes = [...(this.#series.get(keyOf(metric)) ?? [])].sort(([a], [b]) => a - b);
    for (const [minute, values] of minutes) {
      const period = minute - (minute % periodMs);
      if (period < since - (since % periodMs) || minute >= until) continue;
      const all = periods.get(period) ?? new Map();
      periods.set(period, all);
      for (const [value, times] of values) all.set(value, (all.get(value) ?? 0) + times);
    }
    return periods;
  }
}

const keyOf = ({ namespace, name, dimensions }: MetricId): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
