import { tellReady } from '../local/ready.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** Settles at the first Ctrl-C; a second one ends the process at once. */
export function untilInterrupted(context: Pick<CliContext, 'interrupts' | 'endNow'>): Promise<void> {
  return new Promise(resolve => {
    context.interrupts.listen(times => {
      if (times > 1) context.endNow(exitCodes.interrupted);
      resolve();
    });
  });
}

/** Says that it listens, to people and to whoever supervises it, and ends it at Ctrl-C. */
export async function serveUntilInterrupted(
  context: CliContext,
  server: { close(): Promise<void> },
  said: string,
): Promise<ExitCode> {
  try {
    context.terminal.answer(said);
    tellReady();
    await untilInterrupted(context);
    return exitCodes.fine;
  } finally {
    await server.close();
  }
}
