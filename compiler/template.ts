/** A part of a text value that is an expression: what stands between `${{` and `}}`, and its offset in the value. */
export interface Embedded {
  readonly source: string;
  readonly offset: number;
}

/** Text and expressions in turn; or the offset of a `${{` that nothing closes. */
export function splitTemplate(
  value: string,
): { readonly parts: readonly (string | Embedded)[] } | { readonly open: number } {
  const parts: (string | Embedded)[] = [];
  let at = 0;
  for (let open = value.indexOf('${{'); open >= 0; open = value.indexOf('${{', at)) {
    const end = findEnd(value, open + 3);
    if (end === undefined) return { open };
    if (open > at) parts.push(value.slice(at, open));
    parts.push({ source: value.slice(open + 3, end), offset: open + 3 });
    at = end + 2;
  }
  if (at < value.length) parts.push(value.slice(at));
  return { parts };
}

/** Of the closing `}}`, which may also stand in a text of the expression or end two maps. */
function findEnd(value: string, from: number): number | undefined {
  let depth = 0;
  let quote = '';
  for (let i = from; i < value.length; i++) {
    const c = value[i] ?? '';
    if (quote !== '') {
      if (c === '\\') i++;
      else if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '{') depth++;
    else if (c === '}' && depth > 0) depth--;
    else if (c === '}' && value[i + 1] === '}') return i;
  }
  return undefined;
}
