import { createRandom } from '../../simulator/random.ts';

/** Choices that depend on a seed, and on the name of what is chosen, alone: one more choice elsewhere changes nothing here. */
export class Chance {
  readonly #next: () => number;

  constructor(seed: number, name: string) {
    let mixed = seed | 0;
    for (const letter of name) mixed = (Math.imul(mixed, 31) + (letter.codePointAt(0) ?? 0)) | 0;
    this.#next = createRandom(mixed);
  }

  /** True in so many of a hundred. */
  in100(percent: number): boolean {
    return this.#next() * 100 < percent;
  }

  /** A whole number, both ends included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.#next() * (to - from + 1));
  }

  one<T>(of: readonly T[]): T {
    const found = of[this.between(0, of.length - 1)];
    if (found === undefined) throw new Error('nothing to choose from');
    return found;
  }
}
