import type { Control } from '../control/connection.ts';
import { toOneLine } from '../report/visible.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { choiceFlag, glassFlag, plainText, reason, runId, step, words } from './flags.ts';
import { WrongUsage } from './problems.ts';
import { keyFlag, type Signed, signerOf } from './signer.ts';

interface RejectFlags extends Signed {
  readonly reason?: string;
}
interface ApproveFlags extends RejectFlags {
  readonly choice?: string;
  readonly breakGlass: boolean;
}
interface AnswerFlags extends RejectFlags {
  readonly outcome: 'done' | 'failed' | 'not-applicable';
  readonly note?: string;
}

/** What came of a person's word, as the run tells it. */
type Heard = Awaited<ReturnType<CliContext['outside']['vote']>>;

const positional = { kind: 'tuple', parameters: [runId, step] } as const;

export const approve = defineCommand<ApproveFlags, [run: string, step: string]>(
  {
    docs: { brief: 'Vote in an approval' },
    parameters: {
      positional,
      flags: {
        choice: {
          kind: 'parsed',
          parse: plainText,
          brief: 'Which, where there are several',
          placeholder: 'choice',
          optional: true,
        },
        reason,
        breakGlass: glassFlag,
        key: keyFlag,
      },
    },
  },
  async (context, { choice, breakGlass, ...flags }, run, key) => {
    if (breakGlass && flags.reason === undefined) throw new WrongUsage('--break-glass needs --reason.');
    const ballot = { key, by: context.user(), reason: flags.reason ?? '', breakGlass };
    const chosen = { ...ballot, ...(choice === undefined ? {} : { choice }) };
    return await say(context, flags, (control, sign) => context.outside.vote(control, run, chosen, sign));
  },
);

export const reject = defineCommand<RejectFlags, [run: string, step: string]>(
  {
    docs: { brief: 'Vote against in an approval, which ends it' },
    parameters: { positional, flags: { reason, key: keyFlag } },
  },
  (context, flags, run, key) => {
    const ballot = { key, by: context.user(), reason: flags.reason ?? '', choice: 'reject' };
    return say(context, flags, (control, sign) => context.outside.vote(control, run, ballot, sign));
  },
);

export const answer = defineCommand<AnswerFlags, [run: string, step: string]>(
  {
    docs: { brief: 'Say what came of a manual step' },
    parameters: {
      positional,
      flags: {
        outcome: choiceFlag('--outcome', ['done', 'failed', 'not-applicable']),
        note: {
          kind: 'parsed',
          parse: words,
          brief: 'What was done and seen, for the report',
          placeholder: 'text',
          optional: true,
        },
        reason: { ...reason, brief: 'The same as --note' },
        key: keyFlag,
      },
    },
  },
  (context, { outcome, note, ...flags }, run, key) => {
    if (note !== undefined && flags.reason !== undefined)
      throw new WrongUsage('--note and --reason are the same: give one.');
    const told = { key, outcome, by: context.user(), note: note ?? flags.reason ?? '' };
    return say(context, flags, (control, sign) => context.outside.report(control, run, told, sign));
  },
);

/** Sends a person's word and tells what came of it: exit code 1 where it does not count. */
export async function say(
  context: CliContext,
  flags: Signed,
  send: (control: Control, sign: Awaited<ReturnType<typeof signerOf>>) => Promise<Heard>,
): Promise<ExitCode> {
  const sign = await signerOf(context, flags);
  const control = await context.outside.connect();
  try {
    const { counted, text } = await send(control, sign);
    // It repeats what people and runbooks wrote.
    const said = toOneLine(text);
    if (counted) context.terminal.answer(`counted: ${said}`);
    else context.terminal.say(context.terminal.sayColours.red(`refused: ${said}`));
    return counted ? exitCodes.fine : exitCodes.nothingRan;
  } finally {
    await control.close();
  }
}
