import { type BaseArgs, buildCommand, type Command, type CommandBuilderArguments } from '@stricli/core';
import type { CliContext } from './context.ts';
import type { ExitCode } from './exit-codes.ts';
import { explain } from './problems.ts';

type Grammar<FLAGS extends object, ARGS extends BaseArgs> = Pick<
  CommandBuilderArguments<FLAGS & Readonly<Record<string, unknown>>, ARGS, CliContext>,
  'docs' | 'parameters'
>;

/** A command whose function gives its exit code; what it throws becomes a sentence. */
export function defineCommand<const FLAGS extends Readonly<Partial<Record<keyof FLAGS, unknown>>>, const ARGS extends BaseArgs>(
  grammar: Grammar<FLAGS, ARGS>,
  execute: (context: CliContext, flags: FLAGS, ...args: ARGS) => Promise<ExitCode>,
): Command<CliContext> {
  return buildCommand<FLAGS, ARGS, CliContext>({
    ...grammar,
    async func(flags, ...args) {
      try {
        this.process.exitCode = await execute(this, flags, ...args);
      } catch (error) {
        this.process.exitCode = explain(error, this.terminal, this.env);
      }
    },
  });
}
