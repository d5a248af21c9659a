interface Waiting {
  readonly after: 'above' | readonly number[];
}

/**
 * Who has certainly ended before whom, for steps that name only steps above. A question costs one look: all places below
 * `base` come before a step, and what else does is one bit each. The bits are made once, when the first question needs them.
 */
export class Before {
  private readonly steps: readonly Waiting[];
  /** By place: all that stands before this place comes before the step. */
  private readonly bases: number[] = [];
  private readonly bits: (Bits | undefined)[] = [];

  constructor(steps: readonly Waiting[]) {
    this.steps = steps;
  }

  /** Whether the step at `first` has ended when the one at `then` begins. */
  isBefore(first: number, then: number): boolean {
    if (first >= then) return false;
    for (let place = this.bases.length; place <= then; place++) this.add(place);
    return first < (this.bases[then] ?? 0) || has(this.bits[then], first);
  }

  private add(place: number): void {
    const { after } = this.steps[place] ?? { after: [] };
    this.bases.push(after === 'above' ? place : this.baseOf(after));
    this.bits.push(after === 'above' ? undefined : this.bitsOf(place, after));
  }

  private baseOf(after: readonly number[]): number {
    let base = 0;
    for (const p of after) base = Math.max(base, this.bases[p] ?? 0);
    const direct = new Set(after);
    while (direct.has(base)) base++;
    return base;
  }

  private bitsOf(place: number, after: readonly number[]): Bits | undefined {
    const base = this.bases[place] ?? 0;
    const more = after.filter(p => p >= base);
    if (more.length === 0) return undefined;
    const from = base >> 5;
    const words = new Uint32Array((Math.max(...more) >> 5) - from + 1);
    for (const p of more) {
      words[(p >> 5) - from] = (words[(p >> 5) - from] ?? 0) | (1 << (p & 31));
      const bits = this.bits[p];
      if (bits === undefined) continue;
      for (let i = Math.max(0, from - bits.from); i < bits.words.length; i++) {
        const at = bits.from + i - from;
        words[at] = (words[at] ?? 0) | (bits.words[i] ?? 0);
      }
    }
    return { from, words };
  }
}

/** `words[0]` holds the places from `from * 32` on. */
interface Bits {
  readonly from: number;
  readonly words: Uint32Array;
}

function has(bits: Bits | undefined, place: number): boolean {
  const word = bits?.words[(place >> 5) - bits.from] ?? 0;
  return ((word >>> (place & 31)) & 1) === 1;
}
