import { printable } from '../compiler/encode/printable.ts';
import { LocalProblem } from '../local/local-problem.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { NotBuilt } from './not-built.ts';
import type { Terminal } from './terminal.ts';

/** What was asked cannot be meant: one sentence, exit code 2. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

/** What was asked cannot be done: one sentence with the mend, exit code 1. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

// Classes of other rooms whose message is a sentence for people. By name: importing them here would load half the program first.
const sentences: readonly string[] = [
  'Refused',
  'TemporalUnreachable',
  'TemporalAway',
  'TemporalBusy',
  'RunNotFound',
  'RunEnded',
  'ConfigRefused',
  'DecisionRefused',
  'RunSilent',
  'WorkersUnready',
  'KeyRefused',
  'FileRefused',
  'SecretUnreadable',
  'CodecUnreachable',
  'CodecServerRefused',
  'ConsoleRefused',
  'LoginRefused',
  'PayloadEncrypted',
  'PublishRefused',
  'WithdrawRefused',
  'LiftRefused',
  'LibraryUnreadable',
  'ScheduleUnknown',
  'CalendarUnreadable',
];

/** Says what went wrong, never with a stack (DRILLBOOK_DEBUG=1 shows it), and gives the exit code. */
export function explain(error: unknown, terminal: Terminal, env: Readonly<Partial<Record<string, string>>>): ExitCode {
  terminal.say(terminal.sayColours.red(describeProblem(error)));
  if (env['DRILLBOOK_DEBUG'] === '1' && error instanceof Error) terminal.say(error.stack ?? '');
  return error instanceof WrongUsage || error instanceof NotBuilt ? exitCodes.wrongUsage : exitCodes.nothingRan;
}

/** An error as a sentence; what it repeats of an argument or a file cannot steer a terminal. */
export function describeProblem(error: unknown): string {
  return printable(sentenceOf(error), 'as they are');
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return `Something unexpected happened: ${String(error)}`;
  if (isSentence(error)) return error.message;
  return (
    describeFileProblem(error) ??
    `Something unexpected happened: ${firstLine(error.message)} (DRILLBOOK_DEBUG=1 shows where.)`
  );
}

function isSentence(error: Error): boolean {
  const ours = error instanceof WrongUsage || error instanceof NotBuilt || error instanceof LocalProblem;
  return ours || sentences.includes(error.name);
}

/** What Node says about a file or folder. */
function describeFileProblem(error: Error): string | undefined {
  // Reading a folder as a file: Node does not say which.
  if ('code' in error && error.code === 'EISDIR' && !('path' in error))
    return 'A folder is named where a file is wanted.';
  if (!('code' in error) || !('path' in error) || typeof error.path !== 'string') return undefined;
  switch (error.code) {
    case 'ENOENT':
      return `There is no file ${error.path}.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `You may not use ${error.path}: change its permissions or choose another place.`;
    case 'EISDIR':
      return `${error.path} is a folder, a file is wanted.`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `${error.path} cannot be made: something else has that name.`;
    case 'ENOSPC':
      return `The disk of ${error.path} is full.`;
    default:
      return undefined;
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
