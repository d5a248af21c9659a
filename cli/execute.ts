import { run } from '@stricli/core';
import { application } from './application.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';

/** Runs one command line, without the program's name, and gives the exit code. */
export async function execute(args: readonly string[], context: CliContext): Promise<number> {
  await run(application, args, context);
  const code = Number(context.process.exitCode);
  // Below zero are the library's own: a command or a flag that is not known, or a defect.
  if (code >= 0) return code;
  return code === -5 || code === -4 ? exitCodes.wrongUsage : exitCodes.nothingRan;
}
