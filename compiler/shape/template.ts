import { textEnd } from '../../expressions/lexical.ts';

/** A part of a text value that is an expression: what stands between `${{` and `}}`, and its offset in the value. */
export interface Embedded {
  readonly source: string;
  readonly offset: number;
}

/** Text and expressions in turn, and the offset of each `${{` that nothing closes (no part is of it). */
export function splitTemplate(value: string): {
  readonly parts: readonly (string | Embedded)[];
  readonly open: readonly number[];
} {
  const parts: (string | Embedded)[] = [];
  const unclosed: number[] = [];
  let at = 0;
  for (let open = value.indexOf('${{'); open >= 0; open = value.indexOf('${{', at)) {
    if (open > at) parts.push(value.slice(at, open));
    const end = findEnd(value, open + 3);
    if (end === undefined) {
      unclosed.push(open);
      at = open + 3;
      continue;
    }
    parts.push({ source: value.slice(open + 3, end), offset: open + 3 });
    at = end + 2;
  }
  if (at < value.length) parts.push(value.slice(at));
  return { parts, open: unclosed };
}

/**
 * Of the closing `}}`, which may also stand in a text of the expression or end two maps. Undefined where another `${{`
 * comes first: that one closes there.
 */
function findEnd(value: string, from: number): number | undefined {
  const next = value.indexOf('${{', from);
  const limit = next < 0 ? value.length : next;
  // Where quotes do not pair, the expression itself is what is wrong.
  const quoted = endWithQuotes(value, from, limit);
  if (quoted !== undefined) return quoted;
  const plain = value.slice(from, limit).indexOf('}}');
  return plain < 0 ? undefined : from + plain;
}

function endWithQuotes(value: string, from: number, limit: number): number | undefined {
  let depth = 0;
  const within = value.slice(0, limit);
  for (let i = from; i < limit; i++) {
    const c = value[i] ?? '';
    if (c === '"' || c === "'") {
      const end = textEnd(within, i);
      if (end === undefined) return undefined;
      i = end - 1;
    } else if (c === '{') depth++;
    else if (c === '}' && depth > 0) depth--;
    else if (c === '}' && value[i + 1] === '}') return i;
  }
  return undefined;
}
