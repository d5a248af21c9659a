import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Target } from '../../actions/target.ts';
import type { Message } from './message.ts';
import type { NotTold } from './not-told.ts';
import { sentenceOf } from './words.ts';

/** One JSON object a line. `now`: ms since 1970. What is over has no line of its own. */
export async function tellFile(
  { path }: Extract<Target, { kind: 'file' }>,
  message: Message,
  now: number,
): Promise<NotTold | undefined> {
  const { run = '', mode, step = '', event, text, over } = message;
  if (over === true) return undefined;
  const line = {
    at: new Date(now).toISOString(),
    ...{ run, mode, step },
    ...(event === 'notify' ? { message: text } : { message: sentenceOf(message), event }),
  };
  try {
    // One write of a whole line: lines of several runs do not mix.
    await appendFile(path, `${JSON.stringify(line)}\n`);
    return undefined;
  } catch (error) {
    return { why: explain((error as NodeJS.ErrnoException).code, path), again: false };
  }
}

function explain(code: string | undefined, path: string): string {
  if (code === 'ENOENT') return `there is no folder ${dirname(path)}; create it`;
  if (code === 'EACCES' || code === 'EPERM') return `the worker may not write to ${path}`;
  return `${path} cannot be written (${code ?? 'unknown error'})`;
}
