import { Composer, type Document, type Node as YamlNode, Parser, type YAMLError } from 'yaml';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import { type FlatToken, tokenDepth } from './depth.ts';
import type { Entry, Node, ScalarNode } from './nodes.ts';
import type { Reporter } from './reporter.ts';
import { reportUnquotedCondition, reportYamlErrors } from './yaml-errors.ts';
import type { Range } from './source.ts';

const maxBytes = 1 << 20;
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
  const tokens = [...new Parser().parse(text)];
  const deep = tokens.map(t => tokenDepth(t as FlatToken, maxDepth)).find(at => at !== undefined);
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
    reportYamlErrors(problems, reporter);
    return undefined;
  }
  if (document.contents === null) return reporter.refuse('DB1013', { start: 0, end: 0 }, {});
  const reader = new Reader(reporter);
  const node = reader.node(document.contents);
  // What stands for nothing would only draw complaints about what is missing.
  return reader.lost ? undefined : node;
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
    this.reportTag(yaml, { start, end });
    const before = this.size++;
    const node = this.value(yaml, { start, end });
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
    if (text === undefined || text === '__proto__') return this.reporter.refuse('DB1012', at, {});
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

  private reportTag(yaml: YamlNode, at: Range): void {
    const tag = 'tag' in yaml ? yaml.tag : undefined;
    if (tag === undefined) return;
    if (reportUnquotedCondition(this.reporter.source.position(at.start).line, this.reporter)) return;
    const { text } = this.reporter.source;
    const from = Math.max(text.lastIndexOf('!', at.start - 1), text.lastIndexOf('\n', at.start - 1) + 1);
    const written = /^!*[^\s,[\]{}]*/.exec(text.slice(startOfTag(text, from)))?.[0] ?? tag;
    const start = startOfTag(text, from);
    this.reporter.report('DB1004', { start, end: start + written.length }, { tag: written });
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

function startOfTag(text: string, at: number): number {
  return text[at - 1] === '!' ? at - 1 : at;
}

function nothing(at: Range): ScalarNode {
  return { kind: 'scalar', value: null, written: '', style: 'plain', ...at };
}
