import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { duration, mustReason, reason, runId } from './flags.ts';
import { keyFlag, type Signed } from './signer.ts';
import { say } from './vote.ts';

interface MayGive extends Signed {
  readonly reason?: string;
}
interface ExtendFlags extends Signed {
  readonly reason: string;
  readonly by: number;
}

const positional = { kind: 'tuple', parameters: [runId] } as const;

export const pause = defineCommand<MayGive, [run: string]>(
  {
    docs: { brief: 'Start nothing further in a run; what runs, and closing, go on' },
    parameters: { positional, flags: { reason, key: keyFlag } },
  },
  (context, flags, run) =>
    say(context, flags, (control, sign) => context.outside.pauseRun(control, run, words(context, flags), sign)),
);

export const extend = defineCommand<ExtendFlags, [run: string]>(
  {
    docs: { brief: 'Give a drill more time, up to limits.max-hold' },
    parameters: {
      positional,
      flags: {
        by: { kind: 'parsed', parse: duration, brief: 'How much more: 30m, 2h', placeholder: 'duration' },
        reason: mustReason,
        key: keyFlag,
      },
    },
  },
  (context, flags, run) => {
    const more = { ...words(context, flags), byMs: flags.by };
    return say(context, flags, (control, sign) => context.outside.extendRun(control, run, more, sign));
  },
);

function words(context: CliContext, { reason: why }: MayGive): { by: string; reason: string } {
  return { by: context.user(), reason: why ?? '' };
}
