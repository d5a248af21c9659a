import type { SimClock } from '../../simulator/clock.ts';

/** The simulation's clock, whose jumps are this one's to make; tells its times as this machine's. */
export class Jumps {
  readonly #clock: SimClock;
  readonly #jumps: { readonly from: number; readonly to: number }[] = [];

  constructor(clock: SimClock) {
    this.#clock = clock;
  }

  jump(ms: number): void {
    const from = this.#clock.now();
    this.#clock.advance(ms);
    this.#jumps.push({ from, to: from + ms });
  }

  /** Where it fell into a jump: when that was. */
  real(time: number): number {
    return time - this.#jumps.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(time, to) - from), 0);
  }
}
