import type { Code } from '../catalogue.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { type Source, sourceOf } from '../yaml/source.ts';
import { printable } from './printable.ts';

/** For people: one line each, with the code frame where the file's text is given. `file:line:column severity CODE message`. */
export function encodeText(diagnostics: readonly Diagnostic[], texts: Readonly<Record<string, string>> = {}): string {
  const line = (d: Diagnostic): string => `${d.file}:${d.range.start.line}`;
  // A line that holds a secret is never shown, whatever else is wrong with it.
  const secret = new Set(diagnostics.filter(d => d.secret === true || holdsSecret.includes(d.code)).map(line));
  const sources = new Map(Object.entries(texts).map(([file, text]) => [file, sourceOf(file, text)]));
  return diagnostics.map(d => encodeOne(d, secret.has(line(d)) ? undefined : sources.get(d.file))).join('\n');
}

const holdsSecret: readonly Code[] = ['DB2052', 'DB8005'];

const maxWidth = 160;

function encodeOne(d: Diagnostic, source: Source | undefined): string {
  const { start, end } = d.range;
  const lines = [`${printable(d.file)}:${start.line}:${start.column} ${d.severity} ${d.code} ${printable(d.message)}`];
  if (source !== undefined && source.text !== '') {
    const line = source.line(start.line);
    // Of a line that is far too long, the part round the mistake.
    const from = line.length <= maxWidth ? 0 : Math.max(0, start.column - 1 - maxWidth / 2);
    const shown = printable(line.slice(from, from + maxWidth));
    const gutter = `${start.line}`;
    const before = printable(line.slice(from, start.column - 1)).replaceAll(/[^\t]/g, ' ');
    const last = end.line === start.line ? end.column - 1 : line.length;
    const width = Math.max(1, Math.min(last - (start.column - 1), shown.length - before.length));
    lines.push(`  ${gutter} | ${shown}`, `  ${' '.repeat(gutter.length)} | ${before}${'^'.repeat(width)}`);
  }
  if (d.help !== undefined) lines.push(`  help: ${printable(d.help)}`);
  return lines.join('\n');
}
