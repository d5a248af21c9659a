import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { mustReason, reason, runId, step } from './flags.ts';
import { say } from './vote.ts';

interface MayGive {
  readonly reason?: string;
}
interface MustGive {
  readonly reason: string;
}
interface CancelFlags extends MayGive {
  readonly now: boolean;
}

// An operator's hand on a run. Names are the operating system's: nothing vouches for them.

export const retry = defineCommand<MayGive, [run: string, step: string]>(
  {
    docs: { brief: 'Answer a question: try the step again' },
    parameters: { positional: { kind: 'tuple', parameters: [runId, step] }, flags: { reason } },
  },
  (context, flags, run, key) => answer(context, run, key, 'retry', flags.reason ?? ''),
);

export const skip = defineCommand<MustGive, [run: string, step: string]>(
  {
    docs: { brief: 'Answer a question: go on without the step' },
    parameters: { positional: { kind: 'tuple', parameters: [runId, step] }, flags: { reason: mustReason } },
  },
  (context, flags, run, key) => answer(context, run, key, 'skip', flags.reason),
);

export const abort = defineCommand<MustGive, [run: string]>(
  {
    docs: { brief: 'Stop a run: nothing more starts, what it opened is closed' },
    parameters: { positional: { kind: 'tuple', parameters: [runId] }, flags: { reason: mustReason } },
  },
  (context, flags, run) => stop(context, run, flags.reason, false),
);

export const cancel = defineCommand<CancelFlags, [run: string]>(
  {
    docs: { brief: 'Stop a run: nothing more starts, what it opened is closed' },
    parameters: {
      positional: { kind: 'tuple', parameters: [runId] },
      flags: {
        reason,
        now: {
          kind: 'boolean',
          brief: "Skip the author's finally; closing is never skipped",
          default: false,
          withNegated: false,
        },
      },
    },
  },
  (context, flags, run) => stop(context, run, flags.reason ?? 'cancelled', flags.now),
);

function answer(
  context: CliContext,
  run: string,
  key: string,
  choice: 'retry' | 'skip',
  why: string,
): Promise<ExitCode> {
  return say(context, control =>
    context.outside.answerRun(control, run, { key, choice, by: context.user(), reason: why }),
  );
}

async function stop(context: CliContext, run: string, why: string, now: boolean): Promise<ExitCode> {
  const control = await context.outside.connect();
  try {
    await context.outside.cancelRun(control, run, context.user(), why, now);
    context.terminal.say(`Told ${run} to stop; "drillbook watch ${run}" shows it closing what is open.`);
    return exitCodes.fine;
  } finally {
    await control.close();
  }
}
