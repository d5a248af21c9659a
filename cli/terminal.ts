import pc from 'picocolors';
import { printable } from '../compiler/encode/printable.ts';

export type Colours = ReturnType<typeof pc.createColors>;

/** The two streams: standard output is the answer, standard error everything else. */
export interface Terminal {
  /** A line (or several) of the answer. */
  answer(text: string): void;
  /** A line of what happens meanwhile, a warning, a refusal. */
  say(text: string): void;
  /** For what is answered; they do nothing where colours are not wanted. */
  readonly answerColours: Colours;
  /** For what is said. */
  readonly sayColours: Colours;
}

export interface Stream {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
}

type Env = Readonly<Partial<Record<string, string>>>;

export function createTerminal(stdout: Stream, stderr: Stream, env: Env): Terminal {
  return {
    answer: text => {
      stdout.write(endLine(text));
    },
    say: text => {
      stderr.write(endLine(unsteered(text, stderr, env)));
    },
    answerColours: pc.createColors(wantsColour(stdout, env)),
    sayColours: pc.createColors(wantsColour(stderr, env)),
  };
}

/** Only on a terminal that can, and never against NO_COLOR (https://no-color.org: any value but the empty one). */
export function wantsColour(stream: Pick<Stream, 'isTTY'>, env: Env): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/** The same for the command-line library, which asks a stream for its colours. */
export function libraryStream(stream: Stream, env: Env) {
  return {
    write: (text: string): void => {
      stream.write(unsteered(text, stream, env));
    },
    getColorDepth: () => (wantsColour(stream, env) ? 8 : 1),
  };
}

/** Names of files, arguments, what Temporal or a ZVM answered: none of it may steer the terminal. Our own colours stay. */
function unsteered(text: string, stream: Stream, env: Env): string {
  if (!wantsColour(stream, env)) return printable(text, 'as they are');
  const pieces = text.split(/(\u001b\[\d+m)/);
  return pieces.map((piece, i) => (i % 2 === 1 ? piece : printable(piece, 'as they are'))).join('');
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
