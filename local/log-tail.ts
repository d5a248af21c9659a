import { existsSync, readFileSync } from 'node:fs';

/** The last lines of a log, indented, to go below the sentence that says what happened; empty when it has none. */
export function tailLog(file: string, lines = 8): string {
  if (!existsSync(file)) return '';
  const last = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines);
  return last
    .filter(line => line.trim() !== '')
    .map(line => `\n  ${line}`)
    .join('');
}
