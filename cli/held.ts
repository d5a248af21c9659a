import type { Control } from '../control/connection.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';
import { glassFlag, mustReason, reason, runId, step } from './flags.ts';
import { Refused, WrongUsage } from './problems.ts';
import { keyFlag, type Signed } from './signer.ts';
import { say } from './vote.ts';

interface MustGive extends Signed {
  readonly reason: string;
}

interface MayGive extends Signed {
  readonly reason?: string;
}

/** Ways out of `held`; the run refuses the one that is not open. */
export const commit = defineCommand<MustGive & { readonly breakGlass: boolean }, [run: string]>(
  {
    docs: { brief: 'Commit all that a held run has open live, where enough people say so' },
    parameters: {
      positional: { kind: 'tuple', parameters: [runId] },
      flags: { reason: mustReason, breakGlass: glassFlag, key: keyFlag },
    },
  },
  (context, flags, run) => decide(context, flags, run, 'commit', flags.breakGlass),
);

export const rollBack = defineCommand<MustGive, [run: string, step?: string]>(
  {
    docs: { brief: 'Give up all that a live run has open, whatever it does' },
    parameters: {
      positional: { kind: 'tuple', parameters: [runId, { ...step, optional: true }] },
      flags: { reason: mustReason, key: keyFlag },
    },
  },
  giveUp,
);

export const resume = defineCommand<MayGive, [run: string]>(
  {
    docs: { brief: 'Go on with a run that is paused or held' },
    parameters: { positional: { kind: 'tuple', parameters: [runId] }, flags: { reason, key: keyFlag } },
  },
  async (context, flags, run) => {
    const waits = await withControl(context, control => context.outside.pendingOfRun(control, run));
    if (waits.some(({ kind }) => kind === 'paused')) {
      const words = { by: context.user(), reason: flags.reason ?? '' };
      return await say(context, flags, (control, sign) => context.outside.resumeRun(control, run, words, sign));
    }
    if (!waits.some(({ kind }) => kind === 'held'))
      throw new Refused(`${run} is neither paused nor held ("drillbook pending" lists what waits).`);
    if (flags.reason === undefined) throw new WrongUsage('--reason is needed: a held run goes on by a decision.');
    return await decide(context, { ...flags, reason: flags.reason }, run, 'go-on');
  },
);

/** Of a run that is held; else of a question that offers it, the one that was named or any; else at once: all that is open live goes. */
async function giveUp(context: CliContext, flags: MustGive, run: string, named?: string): Promise<ExitCode> {
  const by = context.user();
  const waits =
    named === undefined ? await withControl(context, control => context.outside.pendingOfRun(control, run)) : [];
  if (waits.some(({ kind }) => kind === 'held')) return await decide(context, flags, run, 'roll-back');
  const offer = waits.find(({ kind, choices }) => kind === 'question' && choices.includes('roll-back'));
  const asked = named ?? offer?.key;
  const words = { by, reason: flags.reason };
  return await say(context, flags, (control, sign) =>
    asked === undefined
      ? context.outside.rollBackRun(control, run, words, sign)
      : context.outside.answerRun(control, run, { key: asked, choice: 'roll-back', ...words }, sign),
  );
}

function decide(
  context: CliContext,
  flags: MustGive,
  run: string,
  choice: 'commit' | 'roll-back' | 'go-on',
  breakGlass = false,
): Promise<ExitCode> {
  const decision = { choice, by: context.user(), reason: flags.reason, ...(breakGlass ? { breakGlass } : {}) };
  return say(context, flags, (control, sign) => context.outside.decide(control, run, decision, sign));
}

async function withControl<T>(context: CliContext, act: (control: Control) => Promise<T>): Promise<T> {
  const control = await context.outside.connect();
  try {
    return await act(control);
  } finally {
    await control.close();
  }
}
