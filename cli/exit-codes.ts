/** What a run's end must tell for its exit code. */
interface Ending {
  readonly verdict: 'passed' | 'passed_with_exceptions' | 'failed' | 'inconclusive';
  readonly ended: 'to-the-end' | 'stopped' | 'by-person';
}

/** Exit codes, as scripts rely on them. Warnings never change one. */
export const exitCodes = {
  /** Passed, or done. */
  fine: 0,
  /** No run came to be: a bad runbook or configuration, no Temporal, something missing on this machine, or a defect. */
  nothingRan: 1,
  /** A command, flag or argument that is not known, or not built yet. */
  wrongUsage: 2,
  /** Passed with exceptions; `plan` found that reality no longer fits. */
  exceptions: 3,
  failed: 4,
  /** Nothing was proved: sign-in, preflight or a lock stopped it, or it was lost. */
  inconclusive: 5,
  /** Inconclusive because a person cancelled or aborted. */
  byPerson: 6,
  /** The time of `--wait` is over: it still runs … */
  stillRunning: 7,
  /** … or waits for a person. */
  waitsForPerson: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export function exitCodeOf({ verdict, ended }: Ending): ExitCode {
  switch (verdict) {
    case 'passed':
      return exitCodes.fine;
    case 'passed_with_exceptions':
      return exitCodes.exceptions;
    case 'failed':
      return exitCodes.failed;
    case 'inconclusive':
      return ended === 'by-person' ? exitCodes.byPerson : exitCodes.inconclusive;
  }
}
