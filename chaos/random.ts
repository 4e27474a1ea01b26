import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Chance that can be played again: the same seed gives the same sequence. */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  /** @param stream a name, so that one seed gives several sequences that do not depend on each other */
  constructor(seed: number, stream: string) {
    this.#generator = xoroshiro128plus(hashOf(`${seed} ${stream}`));
  }

  /** A whole number, both ends included. */
  int(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  /** Whether something happens whose probability is `share`, 0 to 1. */
  chance(share: number): boolean {
    return this.int(1, 1_000_000) <= share * 1_000_000;
  }

  pick<T>(all: readonly T[]): T {
    if (all.length === 0) throw new Error('there is nothing to pick from');
    return all[this.int(0, all.length - 1)] as T;
  }

  /** One of several, each as often as its weight says against the others. */
  weighted<T>(weights: readonly (readonly [weight: number, value: T])[]): T {
    let left = this.int(
      1,
      weights.reduce((sum, [weight]) => sum + weight, 0),
    );
    for (const [weight, value] of weights) {
      left -= weight;
      if (left <= 0) return value;
    }
    throw new Error('no weight is positive');
  }
}

/** FNV-1a, 32 bits: any text becomes a seed. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash | 0;
}
