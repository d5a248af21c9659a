import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';

/** Settles at the first Ctrl-C; a second one ends the process at once. */
export function untilInterrupted(context: Pick<CliContext, 'interrupts' | 'endNow'>): Promise<void> {
  return new Promise(resolve => {
    context.interrupts.listen(times => {
      if (times > 1) context.endNow(exitCodes.interrupted);
      resolve();
    });
  });
}
