import { proposeCompletions, run } from '@stricli/core';
import { application } from './application.ts';
import { completeCommand } from './completion.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { notBuiltBrief } from './flags.ts';

/** Runs one command line, without the program's name, and gives the exit code. */
export async function execute(args: readonly string[], context: CliContext): Promise<number> {
  if (args[0] === completeCommand) return await complete(args.slice(1), context);
  await run(application, args, context);
  const code = Number(context.process.exitCode);
  // Below zero are the library's own: a command or a flag that is not known, or a defect.
  if (code >= 0) return code;
  return code === -5 || code === -4 ? exitCodes.wrongUsage : exitCodes.nothingRan;
}

async function complete(words: readonly string[], context: CliContext): Promise<number> {
  // Flags only to whoever began one: else the shell would offer them in the place of files.
  const wantsFlag = words.at(-1)?.startsWith('-') === true;
  for (const { completion, brief } of await proposeCompletions(application, words, context)) {
    // The library proposes hidden flags too (@stricli/core 1.3).
    const fits = completion.startsWith('-') === wantsFlag && completion !== '--' && brief !== notBuiltBrief;
    if (fits) context.terminal.answer(completion);
  }
  return exitCodes.fine;
}
