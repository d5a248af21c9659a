import { workflowInfo } from '@temporalio/workflow';

/** Half of what the server wants to see at most: what still runs adds its ends. */
const afterEvents = 3_000;
const afterBytes = 2 * 1024 * 1024;

/** Raw JSON of the next execution's input. Gzipped it is a tenth of that, and the server takes 2 MB. */
export const mostCarriedBytes = 12 * 1024 * 1024;

/** Says when an execution of a run has become long enough to go on in another. */
export class Continuation {
  #after: number;
  /** The input alone may be large, and is the same each time. */
  readonly #bytesAtStart = workflowInfo().historySize;

  /** `after`: events; default 3,000. */
  constructor(after: number = afterEvents) {
    this.#after = after;
  }

  /**
   * `effects`: calls in flight that cannot be taken back. As long as there are some, a better moment may come; at twice the
   * length they are awaited, and nothing else starts meanwhile.
   */
  isDue(effects: number): boolean {
    const { historyLength, historySize, continueAsNewSuggested } = workflowInfo();
    if (historyLength >= 2 * this.#after) return true;
    const isLong =
      historyLength >= this.#after || historySize - this.#bytesAtStart >= afterBytes || continueAsNewSuggested;
    return isLong && effects === 0;
  }

  /** Not now. */
  putOff(): void {
    this.#after *= 2;
  }
}
