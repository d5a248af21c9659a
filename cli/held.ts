import type { Control } from '../control/connection.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';
import { mustReason, reason, runId, step } from './flags.ts';
import { NotBuilt } from './not-built.ts';
import { Refused, WrongUsage } from './problems.ts';
import { say } from './vote.ts';

interface MustGive {
  readonly reason: string;
}

/** Ways out of `held`; the run refuses the one that is not open. */
export const commit = defineCommand<MustGive, [run: string]>(
  {
    docs: { brief: 'Commit all that a held run has open live' },
    parameters: { positional: { kind: 'tuple', parameters: [runId] }, flags: { reason: mustReason } },
  },
  (context, flags, run) => decide(context, run, 'commit', flags.reason),
);

export const rollBack = defineCommand<MustGive, [run: string, step?: string]>(
  {
    docs: { brief: 'Give up all that a run has open live: a held run, or one that asks' },
    parameters: {
      positional: { kind: 'tuple', parameters: [runId, { ...step, optional: true }] },
      flags: { reason: mustReason },
    },
  },
  giveUp,
);

export const resume = defineCommand<{ readonly reason?: string }, [run: string]>(
  {
    docs: { brief: 'Go on with a held run, where it stopped' },
    parameters: { positional: { kind: 'tuple', parameters: [runId] }, flags: { reason } },
  },
  async (context, flags, run) => {
    const held = await withControl(context, async control => {
      const waits = await context.outside.pendingOfRun(control, run);
      return waits.some(({ kind }) => kind === 'held');
    });
    if (!held) throw new NotBuilt(`${run} is not held: "drillbook resume" of a paused run`);
    if (flags.reason === undefined) throw new WrongUsage('--reason is needed: a held run goes on by a decision.');
    return await decide(context, run, 'go-on', flags.reason);
  },
);

/** Of a run that is held; else of a question that offers it, the one that was named or any: all that is open live goes. */
async function giveUp(context: CliContext, flags: MustGive, run: string, named?: string): Promise<ExitCode> {
  const asked = await withControl(context, async control => {
    if (named !== undefined) return named;
    const waits = await context.outside.pendingOfRun(control, run);
    if (waits.some(({ kind }) => kind === 'held')) return undefined;
    const offer = waits.find(({ kind, choices }) => kind === 'question' && choices.includes('roll-back'));
    if (offer === undefined)
      throw new Refused(`${run} is not held, and no question of it offers roll-back ("drillbook pending" lists them).`);
    return offer.key;
  });
  if (asked === undefined) return await decide(context, run, 'roll-back', flags.reason);
  const answer = { key: asked, choice: 'roll-back', by: context.user(), reason: flags.reason } as const;
  return await say(context, control => context.outside.answerRun(control, run, answer));
}

function decide(
  context: CliContext,
  run: string,
  choice: 'commit' | 'roll-back' | 'go-on',
  why: string,
): Promise<ExitCode> {
  return say(context, control => context.outside.decide(control, run, { choice, by: context.user(), reason: why }));
}

async function withControl<T>(context: CliContext, act: (control: Control) => Promise<T>): Promise<T> {
  const control = await context.outside.connect();
  try {
    return await act(control);
  } finally {
    await control.close();
  }
}
