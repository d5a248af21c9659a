/** Behind the quotes that close the text beginning at `at` (`'…'`, `"…"`, three of them); undefined where none do. */
export function textEnd(source: string, at: number): number | undefined {
  const quote = source[at] ?? '';
  const close = source.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
  for (let i = at + close.length; i < source.length; i++) {
    // CEL's raw texts skip it as well.
    if (source[i] === '\\') i++;
    else if (source.startsWith(close, i)) return i + close.length;
    else if (close.length === 1 && (source[i] === '\n' || source[i] === '\r')) return undefined;
  }
  return undefined;
}

/** Of every bracket of an expression the one that goes with it, by offset; none of those in texts and comments. */
export function bracketPairs(source: string): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (let i = 0; i < source.length; i++) {
    const c = source[i] ?? '';
    if (c === '"' || c === "'") i = (textEnd(source, i) ?? source.length) - 1;
    else if (c === '/' && source[i + 1] === '/') i = lineEnd(source, i);
    else if (c === '(') open.push(i);
    else if (c === ')') {
      const from = open.pop();
      if (from !== undefined) pairs.set(from, i).set(i, from);
    }
  }
  return pairs;
}

function lineEnd(source: string, at: number): number {
  const end = source.indexOf('\n', at);
  return end < 0 ? source.length : end;
}
