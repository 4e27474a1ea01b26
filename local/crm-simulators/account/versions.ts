/** Older versions are kept this long, in milliseconds of the simulator's clock: the oldest read that can be asked for. */
const KEPT_MS = 10 * 60_000;

type Version<Value> = { from: number; value: Value | undefined };

/** Values by id that remember what they were, so that a read can be answered with an older state. */
export class Versions<Value> {
  readonly #versions = new Map<string, Version<Value>[]>();

  /**
   * @param value `undefined` where there is none any more.
   * @param from the moment since when this is the value; later than those of all earlier calls.
   */
  set(id: string, value: Value | undefined, from: number): void {
    const older = this.#versions.get(id) ?? [];
    // The newest version from before the kept time is the state at its beginning: it stays.
    const firstKept = older.findLastIndex((version) => version.from <= from - KEPT_MS);
    this.#versions.set(id, [...older.slice(Math.max(0, firstKept)), { from, value }]);
  }

  /** @param asOf a time; the state of that moment is given. Now, when absent. */
  get(id: string, asOf?: number): Value | undefined {
    const versions = this.#versions.get(id);
    if (asOf === undefined) return versions?.at(-1)?.value;
    return versions?.findLast((version) => version.from <= asOf)?.value;
  }

  /** All values of a moment, in the order in which their ids came. */
  all(asOf?: number): Value[] {
    return [...this.#versions.keys()].flatMap((id) => this.get(id, asOf) ?? []);
  }
}
