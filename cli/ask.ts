import { createInterface } from 'node:readline/promises';
import type { ReadStream } from 'node:tty';

/** Asks on standard error and reads a line; undefined where standard input is no terminal: a script is never asked. */
export function askAtTerminal(
  input: ReadStream,
  output: NodeJS.WritableStream,
): ((question: string) => Promise<string>) | undefined {
  // Of a pipe it is undefined, whatever the type says.
  if ((input as { readonly isTTY?: boolean }).isTTY !== true) return undefined;
  return async question => {
    const lines = createInterface({ input, output });
    try {
      // Ctrl-C and the end of the input close it, and the question would never be answered.
      const closed = new Promise<string>(resolve => {
        lines.once('close', () => {
          resolve('');
        });
      });
      return await Promise.race([lines.question(question), closed]);
    } finally {
      lines.close();
    }
  };
}
