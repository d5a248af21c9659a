import type { YAMLError } from 'yaml';
import type { ScalarNode } from './nodes.ts';
import type { Reporter } from './reporter.ts';

/** More of them say nothing new: one unclosed bracket breaks all lines below it. */
const maxErrors = 20;

/** Reports what the YAML parser refuses, the common mistakes with the mended line. */
export function reportYamlErrors(errors: readonly YAMLError[], reporter: Reporter): void {
  const mended = new Set<number>();
  for (const error of errors.slice(0, maxErrors)) {
    const [start, end] = error.pos;
    const { line } = reporter.source.position(start);
    if (mended.has(line)) continue;
    if (reportCommonMistake(line, reporter)) mended.add(line);
    else reporter.report('DB1001', { start, end: Math.max(end, start + 1) }, { message: firstLower(error.message) });
  }
}

const firstLower = (s: string): string => (/^[A-Z][a-z]/.test(s) ? s.charAt(0).toLowerCase() + s.slice(1) : s);

/** One of the mistakes of rule 10 that break the YAML itself; reported with the whole line mended. */
function reportCommonMistake(n: number, reporter: Reporter): boolean {
  const { source } = reporter;
  const line = source.line(n);
  const lineStart = startOfLine(source.text, n);
  const at = (column: number, length: number): { start: number; end: number } => ({
    start: lineStart + column,
    end: lineStart + column + length,
  });
  if (reportUnquotedCondition(n, reporter)) return true;
  const opening = line.indexOf('${{');
  if (opening >= 0 && !insideQuotes(line, opening)) {
    const closing = line.indexOf('}}', opening);
    const expression = closing < 0 ? line.slice(opening) : line.slice(opening, closing + 2);
    const mended = line.replace(expression, quote(expression)).trim();
    reporter.report('DB1016', at(opening, expression.length), { mended });
    return true;
  }
  return false;
}

/** `if: !x`, `if: 'a' in b`: to YAML a tag, or text that ends too early. */
export function reportUnquotedCondition(n: number, reporter: Reporter): boolean {
  const { source } = reporter;
  const [, head, text] = /^(\s*(?:- )?if:\s+)([!>'"[{].*?)\s*$/.exec(source.line(n)) ?? [];
  if (head === undefined || text === undefined) return false;
  const start = startOfLine(source.text, n) + head.length;
  reporter.report('DB1015', { start, end: start + text.length }, { mended: `if: ${quote(text)}` });
  return true;
}

/** Plain text that ends where ` #` begins: what follows was hardly meant as a comment. */
export function reportLostComment(node: ScalarNode, reporter: Reporter): void {
  const { text } = reporter.source;
  if (node.style !== 'plain') return;
  const comment = /^[ \t]+#[^\r\n]*/.exec(text.slice(node.end, node.end + 400))?.[0];
  if (comment === undefined) return;
  const start = node.end + comment.indexOf('#');
  const mended = quote(`${text.slice(node.start, node.end)}${comment}`.replaceAll(/\s*\n\s*/g, ' '));
  reporter.report('DB1014', { start, end: node.end + comment.length }, { mended });
}

function startOfLine(text: string, n: number): number {
  let at = 0;
  for (let i = 1; i < n; i++) at = text.indexOf('\n', at) + 1;
  return at;
}

/** Double quotes, or single ones where the text has double quotes in it. */
export function quote(text: string): string {
  if (!text.includes('"') && !text.includes('\\')) return `"${text}"`;
  return `'${text.replaceAll("'", "''")}'`;
}

function insideQuotes(line: string, at: number): boolean {
  let open = '';
  for (let i = 0; i < at; i++) {
    const c = line[i] ?? '';
    if (open === '' && (c === '"' || c === "'")) open = c;
    else if (c === open) open = '';
  }
  return open !== '';
}
