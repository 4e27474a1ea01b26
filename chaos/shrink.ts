/**
 * Leaves out of a list whatever it can, as long as it still fails: delta debugging (Zeller and Hildebrandt, ddmin). What is
 * left fails, and no longer does without any one of its parts.
 * @param fails whether a shorter list still does; the whole one must
 */
export function shrink<T>(all: readonly T[], fails: (some: readonly T[]) => boolean): T[] {
  let left = [...all];
  let pieces = 2;
  while (left.length >= 2) {
    const size = Math.ceil(left.length / pieces);
    const starts = Array.from({ length: Math.ceil(left.length / size) }, (_, index) => index * size);
    const alone = starts.map((start) => left.slice(start, start + size)).find(fails);
    if (alone) {
      left = alone;
      pieces = 2;
      continue;
    }
    const without = starts.map((start) => left.toSpliced(start, size)).find(fails);
    if (without) {
      left = without;
      pieces = Math.max(pieces - 1, 2);
      continue;
    }
    if (size === 1) break;
    pieces = Math.min(pieces * 2, left.length);
  }
  return left;
}
