import type { YAMLError } from 'yaml';
import { reportCommonMistake } from './common-mistakes.ts';
import type { FlatToken } from './depth.ts';
import type { Reporter } from '../reporter.ts';
import type { Range } from './source.ts';

/** Of a `{ }` that is not closed, YAML complains only where it would have to end. */
const linesAbove = 3;

/**
 * Reports what the YAML parser refuses: every common mistake with the mended line, and of all else the first, in our own
 * words. What comes behind it is mostly its consequence.
 */
export function reportYamlErrors(errors: readonly YAMLError[], tokens: readonly FlatToken[], reporter: Reporter): void {
  const seen = new Map<number, boolean>();
  let reported = false;
  for (const error of [...errors].sort((a, b) => a.pos[0] - b.pos[0])) {
    const { line } = reporter.source.position(error.pos[0]);
    const common = seen.get(line) ?? isCommon(line, error, reporter);
    seen.set(line, common);
    if (!common && !reported) {
      const { message, at } = inOurWords(error, tokens, reporter);
      reporter.report('DB1001', at, { message });
    }
    reported = true;
  }
}

function isCommon(line: number, error: YAMLError, reporter: Reporter): boolean {
  if (reportCommonMistake(line, reporter)) return true;
  if (!/end with a [}\]]/.test(error.message)) return false;
  for (let above = line - 1; above >= Math.max(1, line - linesAbove); above--)
    if (reportCommonMistake(above, reporter)) return true;
  return false;
}

interface Words {
  readonly message: string;
  readonly at: Range;
}

/** One code of the parser stands for several mistakes; its English tells them apart. */
function inOurWords(error: YAMLError, tokens: readonly FlatToken[], reporter: Reporter): Words {
  const { text } = reporter.source;
  const [from, end] = error.pos;
  // A line that stands in the wrong column is blamed where it begins.
  const start =
    error.code === 'TAB_AS_INDENT' ? from : from + (/^[ \t]*/.exec(text.slice(from, from + 200))?.[0].length ?? 0);
  const at = { start, end: Math.max(end, start + 1) };
  const here = (message: string): Words => ({ message, at });
  const said = error.message;
  if (/end with a [}\]]|must be sufficiently indented/.test(said)) {
    const open = lastOpen(tokens);
    const bracket = open === undefined ? 'bracket' : `"${text[open] ?? ''}"`;
    return { message: `this ${bracket} is not closed`, at: open === undefined ? at : { start: open, end: open + 1 } };
  }
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return here('a tab: lines are indented with spaces');
    case 'BAD_INDENT':
      return here('this line begins in another column than those that it belongs to');
    case 'BAD_SCALAR_START':
      return here(`text cannot begin with "${text[start] ?? ''}": quote it`);
    case 'BAD_DQ_ESCAPE':
      return here('a backslash in double quotes that means nothing: write it twice, or use single quotes');
    case 'MULTILINE_IMPLICIT_KEY':
    case 'KEY_OVER_1024_CHARS':
      return here('a key was meant to end here: ":" is missing behind it, or the lines are not indented alike');
    case 'BLOCK_AS_IMPLICIT_KEY':
      return here('more than one ":" or "- " in one line: quote the value, or begin a line of its own');
    case 'BLOCK_IN_FLOW':
      return here(
        text.startsWith('- ', start)
          ? 'in { } and [ ] a list is written with [ ] too'
          : '"," or a quote is missing: more than one ":" in one value of { } or [ ]',
      );
    case 'MISSING_CHAR':
      return missing(said, error, tokens, reporter, here);
    case 'UNEXPECTED_TOKEN':
      return here(unexpected(said, text[start] ?? ''));
    case 'BAD_ALIAS':
    case 'ALIAS_PROPS':
    case 'MULTIPLE_ANCHORS':
    case 'BAD_PROP_ORDER':
      return here('"&" and "*" name values to be used again: quote text that begins so');
    case 'MULTIPLE_TAGS':
      return here('more than one tag');
    case 'BAD_DIRECTIVE':
      return here('a line that begins with "%" says something about YAML itself: quote text that begins so');
    case 'MULTIPLE_DOCS':
      return here('a second document in one file');
    case 'RESOURCE_EXHAUSTION':
      return here('this file unfolds to too much');
    case 'DUPLICATE_KEY':
      return here('this key stands twice in one map');
    case 'BAD_COLLECTION_TYPE':
    case 'IMPOSSIBLE':
    case 'NON_STRING_KEY':
    case 'TAG_RESOLVE_FAILED':
      return here('this cannot be read');
  }
}

function missing(
  said: string,
  { pos }: YAMLError,
  tokens: readonly FlatToken[],
  { source: { text } }: Reporter,
  here: (message: string) => Words,
): Words {
  if (/closing/.test(said)) {
    const open = openQuote(tokens, pos[0]);
    const message = 'this quote is not closed';
    return open === undefined ? here(message) : { message, at: { start: open, end: open + 1 } };
  }
  if (/sequence item without/i.test(said))
    return here('an item of a list begins with "- ": it is missing, or this line is not indented like the others');
  if (/followed by map values/.test(said)) return here('": " is missing behind this key');
  if (/space after :/.test(said)) return here('a space is missing behind ":"');
  if (/Comments must be/.test(said)) return here('a space is missing before "#"');
  if (/Missing ,/.test(said)) return here(`"," is missing before "${text[pos[0]] ?? ''}", or a value must be quoted`);
  if (/white space/.test(said)) return here('a space is missing behind this tag or anchor');
  return here('something is missing here');
}

function unexpected(said: string, found: string): string {
  if (/at node end|in YAML stream/.test(said))
    return 'something stands behind a value that has ended: quote the whole value, or begin a line of its own';
  if (/Block scalar header|Not a YAML token/.test(said))
    return 'behind "|" or ">" the line must end: text begins on the next one';
  if (/empty item|Unexpected ,/.test(said)) return '"," with nothing before it';
  return `"${found}" is not possible here`;
}

/** Where the innermost bracket stands that nothing closes. */
function lastOpen(tokens: readonly FlatToken[]): number | undefined {
  let found: number | undefined;
  for (const token of allTokens(tokens))
    if (token.type === 'flow-collection' && token.end?.length === 0) found = Math.max(found ?? 0, token.offset ?? 0);
  return found;
}

function openQuote(tokens: readonly FlatToken[], end: number): number | undefined {
  let found: number | undefined;
  for (const { type, offset = 0 } of allTokens(tokens))
    if (/quoted-scalar/.test(type) && offset <= end) found = Math.max(found ?? 0, offset);
  return found;
}

function* allTokens(tokens: readonly FlatToken[]): Generator<FlatToken, void, undefined> {
  const open = [...tokens];
  for (let token = open.pop(); token !== undefined; token = open.pop()) {
    yield token;
    if (token.value !== undefined) open.push(token.value);
    for (const item of token.items ?? []) {
      if (item.key !== null && item.key !== undefined) open.push(item.key);
      if (item.value !== undefined) open.push(item.value);
    }
  }
}
