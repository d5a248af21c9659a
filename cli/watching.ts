import type { Control } from '../control/connection.ts';
import { describeDifferences } from '../report/difference.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
import { follow, type Followed, type FollowOptions } from './follow.ts';
import { describeProblem } from './problems.ts';
import { describeEnd, describeLoss } from './verdict.ts';

export interface WatchOptions extends Pick<FollowOptions, 'json' | 'steps'> {
  /** ms; then it is left to itself. */
  readonly waitMs?: number | undefined;
}

/** Watches a run to its end and tells how it ended. Ctrl-C, or the end of `waitMs`, stops the watching and not the run. */
export async function watchToTheEnd(
  context: CliContext,
  control: Control,
  run: string,
  { waitMs, ...options }: WatchOptions,
): Promise<ExitCode> {
  const stop = new AbortController();
  let interrupted = false;
  const unlisten = context.interrupts.listen(times => {
    interrupted = true;
    stop.abort();
    if (times > 1) context.endNow(exitCodes.interrupted);
  });
  const forget =
    waitMs === undefined
      ? undefined
      : context.after(waitMs, () => {
          stop.abort();
        });
  try {
    const followed = await follow(context, control, run, { ...options, signal: stop.signal });
    const json = options.json === true;
    const changed = followed.kind === 'ended' && !json ? await readChanges(context, control, run) : [];
    return tellEnd(context, run, followed, { interrupted, json, changed });
  } finally {
    forget?.();
    unlisten();
  }
}

/** What the steps changed, a line each. The run has ended whether or not this can be read. */
async function readChanges(
  { terminal, outside }: CliContext,
  control: Control,
  run: string,
): Promise<readonly string[]> {
  try {
    const { steps } = await outside.readJournal(control, run, '');
    return describeDifferences(steps).map(line => `  ${line}`);
  } catch (error) {
    terminal.say(`What the run changed could not be read: ${describeProblem(error)}`);
    return [];
  }
}

function tellEnd(
  { terminal }: CliContext,
  run: string,
  followed: Followed,
  { interrupted, json, changed }: { interrupted: boolean; json: boolean; changed: readonly string[] },
): ExitCode {
  switch (followed.kind) {
    case 'ended':
      if (!json) terminal.answer([describeEnd(run, followed.result, terminal.answerColours), ...changed].join('\n'));
      terminal.say(`The report: drillbook report ${run} --out report.html`);
      return exitCodeOf(followed.result);
    case 'lost':
      terminal.say(describeLoss(run, followed.status));
      return exitCodes.inconclusive;
    case 'left': {
      const state = followed.asks ? 'waits for a person' : 'is still running';
      terminal.say(`${run} ${state}; only the watching has ended. Go on with: drillbook watch ${run}`);
      if (interrupted) return exitCodes.interrupted;
      return followed.asks ? exitCodes.waitsForPerson : exitCodes.stillRunning;
    }
  }
}
