/** A value on one line as its author meant it: a `${{ }}` is never cut, a condition never ends before its line does. */
export interface LineValue {
  /** Without quotes; absent for an item of a list. */
  readonly key?: string;
  /** Columns from 0; `end` is behind the value, without white space. */
  readonly start: number;
  readonly end: number;
  /** It stands in a `{ }` or `[ ]`. */
  readonly flow: boolean;
  /** The whole of it stands in quotes. */
  readonly quoted: boolean;
  /** Column of the comment that cuts it off. */
  readonly comment?: number;
}

/** Keys whose value is a bare expression. */
const bare = new Set(['if', 'that', 'once']);

/**
 * The values that stand on a line, read without YAML's rules, which the line breaks. Each character is looked at a few
 * times at most.
 */
export function lineValues(line: string): readonly LineValue[] {
  const values: LineValue[] = [];
  /** The brackets that are open; a line within a `{ }` that began above it is in one. */
  const open: string[] = isWithin(line) ? ['{'] : [];
  let at = skipMarks(line);
  let key: string | undefined;
  while (at < line.length) {
    const c = line[at] ?? '';
    if (c === ' ' || c === '\t') {
      at++;
      continue;
    }
    if (c === '#') break;
    if (c === ',' || c === '}' || c === ']') {
      if (c !== ',') open.pop();
      key = undefined;
      at++;
      continue;
    }
    if ((c === '{' || c === '[') && !(key !== undefined && bare.has(key))) {
      open.push(c);
      key = undefined;
      at++;
      continue;
    }
    const flow = open.length > 0;
    const next = key === undefined ? keyAt(line, at) : undefined;
    if (next !== undefined) {
      key = next.key;
      at = next.end;
      continue;
    }
    const end = valueEnd(line, at, open.at(-1), key !== undefined && bare.has(key));
    values.push({ ...valueOf(line, at, end), flow, ...(key !== undefined && { key }) });
    key = undefined;
    at = Math.max(end, at + 1);
  }
  return values;
}

/** Whether a line looks like a part of a `{ }` that began above it: it ends with a comma, or closes more than it opens. */
function isWithin(line: string): boolean {
  if (/^\s*- /.test(line)) return false;
  const n = balance(line);
  return n < 0 || (n === 0 && line.trimEnd().endsWith(','));
}

/** Brackets opened minus closed, outside of quotes. */
function balance(line: string): number {
  let n = 0;
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? '';
    if (c === '"' || c === "'") i = quoteEnd(line, i) - 1;
    else if (c === '{' || c === '[') n++;
    else if (c === '}' || c === ']') n--;
  }
  return n;
}

function skipMarks(line: string): number {
  return /^[ \t]*(?:- +)*/.exec(line)?.[0].length ?? 0;
}

/** `key:` at a place, quoted or not; `end`: where its value may begin. */
function keyAt(line: string, at: number): { readonly key: string; readonly end: number } | undefined {
  const plain = /[A-Za-z_][\w.-]*|"[\w.-]*"|'[\w.-]*'/y;
  plain.lastIndex = at;
  const found = plain.exec(line)?.[0];
  if (found === undefined) return undefined;
  const colon = /[ \t]*:(?=[ \t]|$)/y;
  colon.lastIndex = at + found.length;
  const rest = colon.exec(line)?.[0];
  return rest === undefined ? undefined : { key: found.replaceAll(/["']/g, ''), end: at + found.length + rest.length };
}

/** Of a value: the end of the line, in a flow the next `,`, `}` or `]` that is not of the value itself. */
function valueEnd(line: string, start: number, bracket: string | undefined, condition: boolean): number {
  const first = line[start] ?? '';
  if ((first === '"' || first === "'") && !condition) return quoteEnd(line, start);
  let depth = 0;
  for (let i = start; i < line.length; i++) {
    const c = line[i] ?? '';
    if (line.startsWith('${{', i)) {
      const end = line.indexOf('}}', i);
      if (end < 0) return line.length;
      i = end + 1;
      while (line[i + 1] === '}' && depth > 0) i++;
    } else if (condition && (c === '"' || c === "'")) i = quoteEnd(line, i) - 1;
    else if (bracket === undefined) continue;
    else if (condition && (c === '{' || c === '[' || c === '(')) depth++;
    else if (depth > 0 && (c === '}' || c === ']' || c === ')')) depth--;
    else if (depth === 0 && c === ',' && (bracket === '[' || endsEntry(line, i + 1))) return i;
    else if (depth === 0 && (c === '}' || c === ']')) return i;
  }
  return line.length;
}

/** Whether behind a comma of a `{ }` another entry begins, not more text. */
function endsEntry(line: string, at: number): boolean {
  let next = at;
  while (line[next] === ' ' || line[next] === '\t') next++;
  return next >= line.length || line[next] === '}' || keyAt(line, next) !== undefined;
}

function valueOf(line: string, start: number, limit: number): Omit<LineValue, 'key' | 'flow'> {
  const written = line.slice(start, limit);
  const first = written[0] ?? '';
  const isQuote = first === '"' || first === "'";
  const quotedTo = isQuote ? quoteEnd(line, start) : start;
  const comment = line.slice(quotedTo, limit).search(/[ \t]#/);
  const end = comment < 0 ? limit : quotedTo + comment;
  const trimmed = start + line.slice(start, end).trimEnd().length;
  return {
    start,
    end: trimmed,
    quoted: isQuote && quotedTo === trimmed,
    ...(comment >= 0 && { comment: line.indexOf('#', end) }),
  };
}

/** Behind the quote that closes; the end of the line where none does. */
function quoteEnd(line: string, start: number): number {
  const quote = line[start];
  for (let i = start + 1; i < line.length; i++) {
    if (quote === '"' && line[i] === '\\') i++;
    else if (line[i] === quote && quote === "'" && line[i + 1] === "'") i++;
    else if (line[i] === quote) return i + 1;
  }
  return line.length;
}
