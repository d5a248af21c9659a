import { lineValues, type LineValue } from './line-values.ts';
import { mendedLine, quote, withQuotes } from './mend.ts';
import type { ScalarNode } from './nodes.ts';
import type { Reporter } from '../reporter.ts';

/** The mistakes of rule 10 that have diagnostics of their own, each with the line mended. */

/** What is wrong with a line that YAML refuses, where it is one of them. */
export function reportCommonMistake(n: number, reporter: Reporter): boolean {
  return reportUnquotedCondition(n, reporter) || reportUnquotedExpression(n, reporter) || reportCutLine(n, reporter);
}

/** Answers by line: a line with a thousand tags is looked at once. */
const conditions = new WeakMap<Reporter, Map<number, boolean>>();
const expressions = new WeakMap<Reporter, Map<number, boolean>>();

function once(
  answers: WeakMap<Reporter, Map<number, boolean>>,
  look: (n: number, reporter: Reporter) => boolean,
  n: number,
  reporter: Reporter,
): boolean {
  const known = answers.get(reporter) ?? new Map<number, boolean>();
  answers.set(reporter, known);
  const answer = known.get(n) ?? look(n, reporter);
  known.set(n, answer);
  return answer;
}

/** `if: !x`, `if: 'a' in b`, `if: > 3`: to YAML a tag, text that ends too early, folded text. */
export const reportUnquotedCondition = (n: number, reporter: Reporter): boolean =>
  once(conditions, findUnquotedCondition, n, reporter);

/** `{ host: ${{ x }} }`, `host: ${{ a ? b : c }}`, `message: At last: ${{ x }}`. */
export const reportUnquotedExpression = (n: number, reporter: Reporter): boolean =>
  once(expressions, findUnquotedExpression, n, reporter);

function findUnquotedCondition(n: number, reporter: Reporter): boolean {
  const line = reporter.source.line(n);
  if (!/["'[{!>:,]/.test(line)) return false;
  const values = lineValues(line).filter(v => isBare(v) && breaksYaml(line, v));
  const [value] = values;
  if (value === undefined) return false;
  reporter.report('DB1015', rangeOf(n, value.start, value.end, reporter), { mended: withQuotes(line, values) });
  return true;
}

const isBare = ({ key }: LineValue): boolean => key === 'if' || key === 'that' || key === 'once';

function breaksYaml(line: string, { start, end, quoted, flow }: LineValue): boolean {
  const text = line.slice(start, end);
  // A folded block begins on the next line.
  if (/^>[+-]?\d?[+-]?$/.test(text) && !flow) return false;
  if (quoted) return false;
  return /^[!>'"[{]/.test(text) || /:(?:\s|$)/.test(text) || (flow && /[[\]{},]/.test(text));
}

function findUnquotedExpression(n: number, reporter: Reporter): boolean {
  const line = reporter.source.line(n);
  if (!line.includes('${{')) return false;
  const values = lineValues(line).filter(v => !v.quoted && needsQuotes(line, v));
  const [first] = values;
  if (first === undefined) return false;
  const mended = withQuotes(line, values);
  reporter.report('DB1016', rangeOf(n, first.start, first.end, reporter), { mended });
  return true;
}

function needsQuotes(line: string, { start, end, flow }: LineValue): boolean {
  const text = line.slice(start, end);
  return text.includes('${{') && (flow || /:(?:\s|$)/.test(text));
}

/** A ` #` that takes the end of a `{ }` with it. */
function reportCutLine(n: number, reporter: Reporter): boolean {
  const line = reporter.source.line(n);
  if (!line.includes(' #')) return false;
  const value = lineValues(line).find(
    v => v.flow && v.comment !== undefined && (v.key === 'message' || line.slice(v.start, v.end).includes('${{')),
  );
  if (value?.comment === undefined) return false;
  const end = wordEnd(line, value.comment);
  const mended = mendedLine(reporter, rangeOf(n, value.start, end, reporter), quote(line.slice(value.start, end)));
  reporter.report('DB1014', rangeOf(n, value.comment, line.trimEnd().length, reporter), { mended });
  return true;
}

/** Where the text goes on behind the comment sign, up to what would end a value. */
function wordEnd(line: string, from: number): number {
  const end = line.slice(from).search(/[,}\]]/);
  return from + line.slice(from, end < 0 ? undefined : from + end).trimEnd().length;
}

/** Plain text that ends where ` #` begins: what follows was hardly meant as a comment. */
export function reportLostComment(node: ScalarNode, reporter: Reporter): void {
  const { text } = reporter.source;
  if (node.style !== 'plain') return;
  const comment = /^[ \t]{1,80}#[^\r\n]{0,400}/.exec(text.slice(node.end, node.end + 500))?.[0];
  if (comment === undefined) return;
  const [start, end] = [node.end + comment.indexOf('#'), node.end + comment.length];
  const lines = `${text.slice(node.start, node.end)}${comment}`.split('\n');
  const whole = quote(lines.map(line => line.trim()).join(' '));
  reporter.report('DB1014', { start, end }, { mended: mendedLine(reporter, { start: node.start, end }, whole) });
}

function rangeOf(n: number, from: number, to: number, { source }: Reporter): { start: number; end: number } {
  const start = source.start(n);
  return { start: start + from, end: start + to };
}
