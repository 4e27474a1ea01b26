/**
 * Has `Date` of this process run ahead, or behind where it is negative. Timers, time-outs and `performance` go on by the
 * machine's clock, as they do on a machine whose clock is wrong.
 * @param aheadMs asked at each look at the clock
 */
export function shiftDate(aheadMs: () => number): void {
  const Real = Date;
  const now = (): number => Real.now() + aheadMs();
  globalThis.Date = new Proxy(Real, {
    construct: (target, given, newTarget) =>
      Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
    apply: () => new Real(now()).toString(),
    get: (target, property) => (property === 'now' ? now : Reflect.get(target, property)),
  });
}
