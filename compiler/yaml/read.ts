import { Composer, type CST, type Document, Lexer, type Node as YamlNode, Parser, type YAMLError } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import { tokenDepth } from './depth.ts';
import type { Entry, Node, ScalarNode } from './nodes.ts';
import type { Reporter } from '../reporter.ts';
import { reportUnquotedCondition, reportUnquotedExpression } from './common-mistakes.ts';
import { reportYamlErrors } from './yaml-errors.ts';
import { maxBytes, type Range } from './source.ts';

/** Deeper than any runbook; far below what makes a recursive composer overflow the stack. */
const maxDepth = 64;
const maxValues = 200_000;

/**
 * Text to nodes with places, after rule 10 (YAML 1.2 core, one document, no tags, no merge keys …). Reports all that it
 * refuses; undefined when there is nothing to go on with. Never throws.
 */
export function read(reporter: Reporter): Node | undefined {
  const { text } = reporter.source;
  if (utf8Length(text) > maxBytes) return reporter.refuse('DB1002', { start: 0, end: 0 }, {});
  if (reportControlCharacters(text, reporter)) return undefined;
  const { tokens, deep } = parse(text);
  if (deep !== undefined) return reporter.refuse('DB1011', { start: deep, end: deep + 1 }, { limit: `${maxDepth}` });
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    prettyErrors: false,
    uniqueKeys: false,
    strict: true,
    logLevel: 'silent',
  });
  const [document, second] = [...composer.compose(tokens, true, text.length)];
  if (document === undefined) return reporter.refuse('DB1013', { start: 0, end: 0 }, {});
  reportDirectives(document, reporter);
  // An unknown tag comes as a warning and is reported where the node is read.
  const problems: readonly YAMLError[] = [...document.errors, ...document.warnings].filter(
    e => e.code !== 'TAG_RESOLVE_FAILED',
  );
  if (second !== undefined) {
    const start = second.range[0];
    return reporter.refuse('DB1008', { start, end: Math.min(start + 3, text.length) }, {});
  }
  if (problems.length > 0) {
    for (const { pos } of document.warnings) reportUnquotedCondition(reporter.source.position(pos[0]).line, reporter);
    reportYamlErrors(problems, tokens, reporter);
    return undefined;
  }
  if (document.contents === null) return reporter.refuse('DB1013', { start: 0, end: 0 }, {});
  const reader = new Reader(reporter);
  const node = reader.node(document.contents);
  // What stands for nothing would only draw complaints about what is missing.
  return reader.lost ? undefined : node;
}

/** Each token that fits nowhere costs an error with its stack; more than a few hundred say nothing new. */
const maxErrorTokens = 500;

/**
 * Text to tokens; `deep`: the offset of the first value that lies too deep, before which it stopped. The parser leaves
 * what is open by recursion, so that what is open is bounded while it reads.
 */
function parse(text: string): { readonly tokens: readonly CST.Token[]; readonly deep?: number } {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let errors = 0;
  const keep = (more: Iterable<CST.Token>): void => {
    for (const token of more) if (token.type !== 'error' || ++errors <= maxErrorTokens) tokens.push(token);
  };
  for (const lexeme of new Lexer().lex(text)) {
    keep(parser.next(lexeme));
    // Below the document, and what it holds at depth 0; a little more may be open that counts for nothing.
    const open = parser.stack;
    if (open.length > maxDepth + 4) return { tokens: [], deep: open[maxDepth + 2]?.offset ?? parser.offset };
  }
  keep(parser.end());
  const deep = tokens.map(t => tokenDepth(t, maxDepth)).find(at => at !== undefined);
  return { tokens, ...(deep !== undefined && { deep }) };
}

function utf8Length(text: string): number {
  if (text.length > maxBytes) return text.length;
  if (text.length * 3 <= maxBytes) return text.length;
  let length = 0;
  for (const c of text) {
    const code = c.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

const control =
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function reportControlCharacters(text: string, reporter: Reporter): boolean {
  const at = text.search(control);
  if (at < 0) return false;
  reporter.report('DB1010', { start: at, end: at + 1 }, { hex: hex(text.charCodeAt(at)) });
  return true;
}

const hex = (code: number): string => code.toString(16).toUpperCase().padStart(4, '0');

function reportDirectives(document: Document, reporter: Reporter): void {
  const line = /^%[^\n\r]*/m.exec(reporter.source.text);
  if (line === null || line.index > (document.range?.[0] ?? 0)) return;
  const explicit = document.directives?.yaml.explicit === true && document.directives.yaml.version === '1.2';
  if (explicit && line[0].startsWith('%YAML')) return;
  reporter.report('DB1009', { start: line.index, end: line.index + line[0].length }, { directive: line[0].trim() });
}

/** In JavaScript they lead from an object to what all objects share. */
const prototypeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

class Reader {
  private readonly reporter: Reporter;
  private readonly anchors = new Map<string, { readonly node: Node; readonly size: number }>();
  /** Values so far, each alias counted with all that it stands for. */
  private size = 0;
  private tooMany = false;
  /** A value could not be known: an alias without its anchor, a merge. */
  lost = false;

  constructor(reporter: Reporter) {
    this.reporter = reporter;
  }

  node(yaml: YamlNode): Node {
    const [start, end] = yaml.range ?? [0, 0, 0];
    if (isAlias(yaml)) return this.alias(yaml.source, { start, end });
    const before = this.size++;
    const asked = this.reportTag(yaml, { start, end });
    // What is left of a condition that was taken for a tag would only draw complaints.
    const node = asked ? standIn({ start, end }) : this.value(yaml, { start, end });
    // Known only when it is complete: an alias inside of its own anchor has nothing to stand for.
    if (yaml.anchor !== undefined) this.anchors.set(yaml.anchor, { node, size: this.size - before });
    return node;
  }

  private value(yaml: YamlNode, at: Range): Node {
    if (isScalar(yaml)) return this.scalar(yaml.value, yaml.source ?? '', yaml.type ?? 'PLAIN', at);
    if (isSeq<YamlNode>(yaml)) return { kind: 'list', items: yaml.items.map(item => this.node(item)), ...at };
    if (!isMap<YamlNode, YamlNode | null>(yaml)) return nothing(at);
    const entries: Entry[] = [];
    const seen = new Map<string, number>();
    for (const pair of yaml.items) {
      const [keyStart, keyEnd] = pair.key.range ?? [at.start, at.start];
      const place = { start: keyStart, end: keyEnd };
      const value = pair.value === null ? nothing({ start: keyEnd, end: keyEnd }) : this.node(pair.value);
      const key = this.key(pair.key, place);
      if (key === undefined) continue;
      const first = seen.get(key);
      if (first !== undefined) {
        this.reporter.report('DB1003', place, { key, line: `${this.reporter.source.position(first).line}` });
        continue;
      }
      seen.set(key, keyStart);
      entries.push({ key, at: place, value });
    }
    return { kind: 'map', entries, ...at };
  }

  private key(yaml: YamlNode, at: Range): string | undefined {
    this.reportTag(yaml, at);
    const text = isScalar(yaml) && yaml.value !== null ? (yaml.source ?? textOf(yaml.value)) : undefined;
    // `- ${{ a ? b : c }}` is a map to YAML.
    if (
      text?.includes('${{') === true &&
      reportUnquotedExpression(this.reporter.source.position(at.start).line, this.reporter)
    ) {
      this.lost = true;
      return undefined;
    }
    if (text === undefined || prototypeKeys.has(text)) return this.reporter.refuse('DB1012', at, {});
    if (text === '<<') this.lost = true;
    if (text === '<<') return this.reporter.refuse('DB1005', at, {});
    return text;
  }

  private alias(name: string, at: Range): Node {
    const found = this.aliased(name, at);
    this.lost ||= found === undefined;
    return found ?? nothing(at);
  }

  private aliased(name: string, at: Range): Node | undefined {
    const anchor = this.anchors.get(name);
    if (anchor === undefined) {
      return this.reporter.refuse('DB1006', at, { name });
    }
    this.size += anchor.size;
    if (this.size <= maxValues) return anchor.node;
    if (!this.tooMany) this.reporter.report('DB1007', at, { limit: `${maxValues}` });
    this.tooMany = true;
    return undefined;
  }

  /** True: it is a condition that lacks its quotes. */
  private reportTag(yaml: YamlNode, at: Range): boolean {
    const tag = 'tag' in yaml ? yaml.tag : undefined;
    if (tag === undefined) return false;
    if (reportUnquotedCondition(this.reporter.source.position(at.start).line, this.reporter)) return true;
    const { text } = this.reporter.source;
    let start = text.lastIndexOf('!', at.start);
    while (text[start - 1] === '!') start--;
    const written = /^!*[^\s,[\]{}]*/.exec(text.slice(start, start + 200))?.[0] ?? tag;
    this.reporter.report('DB1004', { start, end: start + written.length }, { tag: written });
    return false;
  }

  private scalar(value: unknown, written: string, type: string, at: Range): ScalarNode {
    const style =
      type === 'QUOTE_DOUBLE' ? 'double' : type === 'QUOTE_SINGLE' ? 'single' : type === 'PLAIN' ? 'plain' : 'block';
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.reporter.report('DB1017', at, { value: written });
      return { kind: 'scalar', value: 0, written, style, ...at };
    }
    // Written as an escape, it is not in the file's text.
    if (typeof value === 'string' && style === 'double') {
      const i = value.search(control);
      if (i >= 0) this.reporter.report('DB1010', at, { hex: hex(value.charCodeAt(i)) });
    }
    const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return { kind: 'scalar', value: known ? value : null, written, style, ...at };
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function standIn(at: Range): ScalarNode {
  return { kind: 'scalar', value: 'true', written: 'true', style: 'plain', ...at };
}

function nothing(at: Range): ScalarNode {
  return { kind: 'scalar', value: null, written: '', style: 'plain', ...at };
}
