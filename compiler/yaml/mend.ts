import type { Reporter } from '../reporter.ts';
import type { Range } from './source.ts';

/** As YAML writes text that must be quoted: double quotes, or single ones where the text has double quotes in it. */
export function quote(text: string): string {
  if (!text.includes('"') && !text.includes('\\')) return `"${text}"`;
  return `'${text.replaceAll("'", "''")}'`;
}

/** A longer line says less than the value alone. */
const longLine = 400;

/** The whole line of a place, or its lines, with something else in that place. */
export function mendedLine({ source }: Reporter, { start, end }: Range, text: string): string {
  const [first, last] = [source.position(start), source.position(end)];
  const before = source.line(first.line).slice(0, first.column - 1);
  const after = source.line(last.line).slice(last.column - 1);
  return before.length + text.length + after.length > longLine ? text : `${before}${text}${after}`.trim();
}

/** A line with parts of it quoted. */
export function withQuotes(line: string, parts: readonly { readonly start: number; readonly end: number }[]): string {
  let text = '';
  let from = 0;
  for (const { start, end } of parts) {
    text += line.slice(from, start) + quote(line.slice(start, end));
    from = end;
  }
  return (text + line.slice(from)).trim();
}
