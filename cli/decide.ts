import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { mustReason, reason, runId, step } from './flags.ts';
import { keyFlag, type Signed, signerOf } from './signer.ts';
import { say } from './vote.ts';
import { toOneLine } from '../report/visible.ts';

interface MayGive extends Signed {
  readonly reason?: string;
}
interface MustGive extends Signed {
  readonly reason: string;
}
interface CancelFlags extends MayGive {
  readonly now: boolean;
}

// An operator's hand on a run. Names are the operating system's: nothing vouches for them.

export const retry = defineCommand<MayGive, [run: string, step: string]>(
  {
    docs: { brief: 'Answer a question: try the step again' },
    parameters: { positional: { kind: 'tuple', parameters: [runId, step] }, flags: { reason, key: keyFlag } },
  },
  (context, flags, run, key) => answer(context, flags, run, key, 'retry'),
);

export const skip = defineCommand<MustGive, [run: string, step: string]>(
  {
    docs: { brief: 'Answer a question: go on without the step' },
    parameters: {
      positional: { kind: 'tuple', parameters: [runId, step] },
      flags: { reason: mustReason, key: keyFlag },
    },
  },
  (context, flags, run, key) => answer(context, flags, run, key, 'skip'),
);

export const abort = defineCommand<MustGive, [run: string]>(
  {
    docs: { brief: 'Stop a run: nothing more starts, what it opened is closed' },
    parameters: { positional: { kind: 'tuple', parameters: [runId] }, flags: { reason: mustReason, key: keyFlag } },
  },
  (context, flags, run) =>
    stop(context, flags, run, (control, sign) =>
      context.outside.abortRun(control, run, { by: context.user(), reason: flags.reason }, sign),
    ),
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
        key: keyFlag,
      },
    },
  },
  (context, flags, run) =>
    stop(context, flags, run, (control, sign) =>
      context.outside.cancelRun(control, run, context.user(), flags.reason ?? 'cancelled', flags.now, sign),
    ),
);

function answer(
  context: CliContext,
  flags: MayGive,
  run: string,
  key: string,
  choice: 'retry' | 'skip',
): Promise<ExitCode> {
  const given = { key, choice, by: context.user(), reason: flags.reason ?? '' };
  return say(context, flags, (control, sign) => context.outside.answerRun(control, run, given, sign));
}

type Say = Parameters<typeof say>[2];

async function stop(context: CliContext, flags: Signed, run: string, send: Say): Promise<ExitCode> {
  const { terminal } = context;
  const sign = await signerOf(context, flags);
  const control = await context.outside.connect();
  try {
    const { counted, text } = await send(control, sign);
    if (counted) terminal.say(`Told ${run} to stop; "drillbook watch ${run}" shows it closing what is open.`);
    else terminal.say(terminal.sayColours.red(`refused: ${toOneLine(text)}`));
    return counted ? exitCodes.fine : exitCodes.nothingRan;
  } finally {
    await control.close();
  }
}
