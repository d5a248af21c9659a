/** What a timer of the run is for. */
export type TimerUse =
  /** Tells people again, every so often; the key is empty while the run is held. */
  | { readonly for: 'page'; readonly key: string; readonly everyMs: number }
  /** A live run is longer than its limit. */
  | { readonly for: 'overtime' }
  /** Much of the RTO's objective is used. */
  | { readonly for: 'forecast' }
  /** In a live mode: the guard must have ended an opening for a step of the author's own. */
  | { readonly for: 'stop'; readonly key: string }
  /** An approval or a manual step. */
  | { readonly for: 'expiry'; readonly key: string }
  | { readonly for: 'deadline' | 'window' }
  /** How long a test may stay open. */
  | { readonly for: 'hold'; readonly key: string }
  | { readonly for: 'closing'; readonly frame: number }
  /** The time-out of the step that called this frame. */
  | { readonly for: 'frame'; readonly frame: number }
  | { readonly for: 'ask'; readonly key: string }
  /** `late`: when it fires, the step's time-out has passed, not its wait. */
  | { readonly for: 'wait'; readonly key: string; readonly late: boolean };
