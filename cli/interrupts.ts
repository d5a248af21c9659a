/** Ctrl-C and its kin. */
export interface Interrupts {
  /** Calls with 1 for the first interruption, 2 for the second …, and from then on the process no longer ends by itself. */
  listen(listener: (times: number) => void): () => void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

// npm passes on the Ctrl-C that the terminal has sent to us as well: two signals, one press.
const samePressMs = 400;

/** Of this process. */
export function processInterrupts(now: () => number = () => performance.now()): Interrupts {
  return {
    listen(listener) {
      let times = 0;
      let last = -Infinity;
      const onSignal = (): void => {
        if (now() - last < samePressMs) return;
        last = now();
        listener(++times);
      };
      for (const signal of signals) process.on(signal, onSignal);
      return () => {
        for (const signal of signals) process.off(signal, onSignal);
      };
    },
  };
}
