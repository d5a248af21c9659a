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
      // A child whose parent is gone has nobody left to work for.
      const events = [...signals, ...(process.connected ? (['disconnect'] as const) : [])];
      for (const event of events) process.on(event, onSignal);
      return () => {
        for (const event of events) process.off(event, onSignal);
      };
    },
  };
}
