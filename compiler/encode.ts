import type { Diagnostic } from './diagnostics.ts';
import { sourceOf } from './source.ts';

/** As `validate --format json` gives them. */
export function encodeJson(diagnostics: readonly Diagnostic[]): string {
  return JSON.stringify({ diagnostics });
}

/** For people: one line each, with the code frame where the file's text is given. `file:line:column severity CODE message`. */
export function encodeText(diagnostics: readonly Diagnostic[], texts: Readonly<Record<string, string>> = {}): string {
  const line = (d: Diagnostic): string => `${d.file}:${d.range.start.line}`;
  // A line that holds a secret is never shown, whatever else is wrong with it.
  const secret = new Set(diagnostics.filter(d => d.code === 'DB8005').map(line));
  return diagnostics.map(d => encodeOne(d, secret.has(line(d)) ? undefined : texts[d.file])).join('\n');
}

const maxWidth = 160;

function encodeOne(d: Diagnostic, text: string | undefined): string {
  const { start, end } = d.range;
  const lines = [`${d.file}:${start.line}:${start.column} ${d.severity} ${d.code} ${d.message}`];
  if (text !== undefined && text !== '') {
    const line = sourceOf(d.file, text).line(start.line);
    // Of a line that is far too long, the part round the mistake.
    const from = line.length <= maxWidth ? 0 : Math.max(0, start.column - 1 - maxWidth / 2);
    const shown = printable(line.slice(from, from + maxWidth));
    const gutter = `${start.line}`;
    const before = printable(line.slice(from, start.column - 1)).replaceAll(/[^\t]/g, ' ');
    const last = end.line === start.line ? end.column - 1 : line.length;
    const width = Math.max(1, Math.min(last - (start.column - 1), shown.length - before.length));
    lines.push(`  ${gutter} | ${shown}`, `  ${' '.repeat(gutter.length)} | ${before}${'^'.repeat(width)}`);
  }
  if (d.help !== undefined) lines.push(`  help: ${d.help}`);
  return lines.join('\n');
}

/** A terminal must not be steered by a file. */
function printable(line: string): string {
  return line.replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd');
}
