/** Looks at Temporal again and again, and tells once when it is lost and once when it is back. */
export class TemporalWatch {
  readonly #look: () => Promise<void>;
  readonly #tell: (line: string) => void;
  readonly #address: string;
  readonly #everyMs: number;
  #lost: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #ended = false;

  /** @param look throws when Temporal does not answer */
  constructor(look: () => Promise<void>, options: { address: string; tell: (line: string) => void; everyMs: number }) {
    this.#look = look;
    this.#tell = options.tell;
    this.#address = options.address;
    this.#everyMs = options.everyMs;
  }

  begin(): void {
    this.#timer = setTimeout(() => {
      this.#looking = this.#once();
    }, this.#everyMs);
    this.#timer.unref();
  }

  /** Settles when no look is under way any more. */
  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #once(): Promise<void> {
    try {
      await this.#look();
      if (this.#lost !== undefined) this.#tell(`Temporal at ${this.#address} answers again: the work goes on.`);
      this.#lost = undefined;
    } catch (error) {
      const why = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
      if (this.#lost === undefined && !this.#ended)
        this.#tell(
          `Temporal at ${this.#address} does not answer (${why}): what is under way at a ZVM is ended, nothing new begins; the worker goes on asking.`,
        );
      this.#lost = why;
    }
    if (!this.#ended) this.begin();
  }
}
