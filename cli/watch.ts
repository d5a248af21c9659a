import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import type { ExitCode } from './exit-codes.ts';
import { duration, json, runId } from './flags.ts';
import { watchToTheEnd } from './watching.ts';

interface Flags {
  readonly json: boolean;
  readonly wait?: number;
}

/** Shows a run live, from its beginning. */
export const watch = defineCommand<Flags, [run: string]>(
  {
    docs: { brief: 'Show a run live, from its beginning to its end' },
    parameters: {
      positional: { kind: 'tuple', parameters: [runId] },
      flags: {
        json: { ...json, brief: 'One JSON event a line' },
        wait: {
          kind: 'parsed',
          parse: duration,
          brief: 'Watch no longer than this: 90s, 15m, 1h30m',
          placeholder: 'duration',
          optional: true,
        },
      },
    },
  },
  watchOne,
);

async function watchOne(context: CliContext, flags: Flags, run: string): Promise<ExitCode> {
  const control = await context.outside.connect();
  try {
    return await watchToTheEnd(context, control, run, { waitMs: flags.wait, json: flags.json });
  } finally {
    await control.close();
  }
}
