import type { ScalarNode } from './nodes.ts';
import type { Range } from './source.ts';

/**
 * Where a part of a text value stands in the file: through indentation of block text, folded lines and escapes. Walks
 * value and source side by side; only done for a diagnostic.
 */
export function locate(text: string, node: ScalarNode, start: number, end: number): Range {
  const from = sourceOffset(text, node, start);
  const to = end > start ? sourceOffset(text, node, end - 1) + 1 : from;
  return { start: from, end: Math.max(from, to) };
}

function sourceOffset(text: string, node: ScalarNode, wanted: number): number {
  const value = String(node.value);
  let at = contentStart(text, node);
  let i = 0;
  while (i < wanted && at < node.end) {
    const step = escapeAt(text, at, node.style);
    if (step !== undefined) {
      at += step.length;
      i += step.gives;
    } else if (text[at] === value[i]) {
      at++;
      i++;
    } else {
      // White space that only the file has (indentation, a folded line end) or that folding made.
      [at, i] = [skipSpace(text, at), isSpace(value[i]) ? skipSpace(value, i) : i];
      if (!isSpace(text[at - 1])) at++;
    }
  }
  // The line end before an indented line is folded: the next character of the value stands behind it.
  if (!isSpace(value[wanted]) && isSpace(text[at])) at = skipSpace(text, at);
  return Math.min(at, node.end);
}

const isSpace = (c: string | undefined): boolean => c === ' ' || c === '\n' || c === '\r' || c === '\t';

function skipSpace(text: string, at: number): number {
  let i = at;
  while (isSpace(text[i])) i++;
  return i;
}

/** Behind the quote, or behind the header line of block text. */
function contentStart(text: string, node: ScalarNode): number {
  switch (node.style) {
    case 'plain':
      return node.start;
    case 'single':
    case 'double':
      return node.start + 1;
    case 'block':
      return skipSpace(text, text.indexOf('\n', node.start));
  }
}

function escapeAt(text: string, at: number, style: ScalarNode['style']): { length: number; gives: number } | undefined {
  if (style === 'single' && text[at] === "'") return { length: 2, gives: 1 };
  if (style !== 'double' || text[at] !== '\\') return undefined;
  switch (text[at + 1]) {
    case 'x':
      return { length: 4, gives: 1 };
    case 'u':
      return { length: 6, gives: 1 };
    case 'U':
      return { length: 10, gives: Number.parseInt(text.slice(at + 2, at + 10), 16) > 0xffff ? 2 : 1 };
    case '\n':
    case '\r':
      return { length: skipSpace(text, at + 1) - at, gives: 0 };
    default:
      return { length: 2, gives: 1 };
  }
}
