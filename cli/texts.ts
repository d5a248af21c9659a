import {
  type ApplicationText,
  ArgumentParseError,
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
  text_en,
} from '@stricli/core';
import { commandsNotBuilt, NotBuilt } from './not-built.ts';
import { describeProblem } from './problems.ts';

/** What is said of a command line that cannot be meant. */
export const texts: ApplicationText = {
  ...text_en,
  noCommandRegisteredForInput({ input, corrections }) {
    if (commandsNotBuilt.includes(input)) return `drillbook ${input} is not built yet.`;
    if (input.startsWith('-'))
      return `There is no flag ${input} here: the command comes first. See "drillbook --help".`;
    const words = corrections.map(word => word.replaceAll('`', '"'));
    return `There is no command "${input}"${words.length === 0 ? '. See "drillbook --help".' : `: did you mean ${words.join(' or ')}?`}`;
  },
  exceptionWhileParsingArguments: error => describeUsage(error),
  exceptionWhileLoadingCommandFunction: describeProblem,
  exceptionWhileLoadingCommandContext: describeProblem,
  exceptionWhileRunningCommand: describeProblem,
  commandErrorResult: describeProblem,
};

/** Arguments are written in capitals, flags as they are typed. */
const spell = (name: string): string => (name === name.toUpperCase() ? name : `--${toKebab(name)}`);

function describeUsage(error: unknown): string {
  if (!(error instanceof ArgumentScannerError)) return describeProblem(error);
  if (error instanceof ArgumentParseError && error.exception instanceof NotBuilt) return error.exception.message;
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) =>
      `There is no flag --${input} here${suggest(corrections.map(name => `--${toKebab(name)}`))}`,
    AliasNotFoundError: ({ input }) => `There is no flag -${input} here. See --help.`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: what, input, exception }) =>
      `"${shorten(input)}" does not fit ${spell(what)}: ${exception instanceof Error ? exception.message : String(exception)}.`,
    UnsatisfiedFlagError: ({ externalFlagName, nextFlagName }) =>
      `--${toKebab(externalFlagName)} needs a value${nextFlagName === undefined ? '' : `, not --${toKebab(nextFlagName)}`}.`,
    UnexpectedFlagError: ({ externalFlagName, previousInput, input }) =>
      `--${toKebab(externalFlagName)} stands twice: "${previousInput}" and "${input}".`,
    UnexpectedPositionalError: ({ expectedCount, input }) =>
      `"${input}" is one argument too many${expectedCount === 0 ? ': this command takes none' : ''}. See --help.`,
    UnsatisfiedPositionalError: ({ placeholder }) => `An argument is missing: ${placeholder}. See --help.`,
  });
}

function shorten(input: string): string {
  return input.length > 200 ? `${input.slice(0, 60)}…` : input;
}

function suggest(corrections: readonly string[]): string {
  return corrections.length === 0 ? '. See --help.' : `: did you mean ${corrections.join(' or ')}?`;
}

function toKebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, capital => `-${capital.toLowerCase()}`);
}
