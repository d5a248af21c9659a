import { type BaseArgs, buildCommand, type Command } from '@stricli/core';
import type { CliContext } from './context.ts';
import type { ExitCode } from './exit-codes.ts';
import { explain } from './problems.ts';

type AnyFlags<FLAGS> = Readonly<Partial<Record<keyof FLAGS, unknown>>>;

/** Of a command that has no flags. */
export type NoFlags = object;

type Grammar<FLAGS extends AnyFlags<FLAGS>, ARGS extends BaseArgs> = Pick<
  Parameters<typeof buildCommand<FLAGS, ARGS, CliContext>>[0],
  'docs' | 'parameters'
>;

/** A command whose function gives its exit code; what it throws becomes a sentence. */
export function defineCommand<FLAGS extends AnyFlags<FLAGS>, ARGS extends BaseArgs>(
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
