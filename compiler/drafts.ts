import type { z } from 'zod';
import { readCheckpoint } from '../actions/checkpoint.ts';
import type { Json } from '../actions/json.ts';
import { didYouMean } from './diagnostics.ts';
import { describeShape, type ObjectShape, type Shape } from './fields.ts';
import { firstLine, headOf } from './keys.ts';
import { readCheckpointMap } from './draft-checkpoint.ts';
import { laterKeys, laterValues } from './later.ts';
import { locate } from './locate.ts';
import type { Draft, Expression, Wanted } from './model.ts';
import { describeNode, type MapNode, type Node, type ScalarNode } from './nodes.ts';
import type { Reporter } from './reporter.ts';
import { durationOf } from './scalars.ts';
import { quote, reportLostComment } from './yaml-errors.ts';
import { splitTemplate } from './template.ts';

/** Reads the values of `with` against the action's shape: literals are converted and checked, expressions collected. */
export class DraftReader {
  private readonly reporter: Reporter;
  /** Every expression that was met. */
  readonly expressions: Expression[] = [];
  /** Names that stand for something in drillbook.yaml. */
  readonly names: { readonly kind: string; readonly name: string; readonly node: ScalarNode }[] = [];

  /** The action whose `with` is read. */
  private action = '';

  constructor(reporter: Reporter) {
    this.reporter = reporter;
  }

  /** The `with` of an action. */
  readWith(action: string, node: Node, shape: Shape): Draft | undefined {
    this.action = action;
    return this.read(node, shape, 'with');
  }

  /** For what later.ts lists: the path without places in lists. */
  private isLater(list: ReadonlySet<string>, what: string): boolean {
    return list.has(`${this.action} ${what.replaceAll(/\[\d+\]/g, '')}`);
  }

  read(node: Node, shape: Shape, what: string): Draft | undefined {
    if (isSecret(node)) return this.reporter.refuse('DB5001', headOf(node, this.reporter), { key: 'secret' });
    if (node.kind === 'scalar' && shape.kind === 'condition') return this.condition(node, what);
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${{'))
      return this.template(node, { kind: 'field', shape }, what);
    switch (shape.kind) {
      case 'object':
        return node.kind === 'map' ? this.object(node, shape, what) : this.wrong(node, shape, what);
      case 'map':
        return node.kind === 'map' ? this.map(node, shape.of, what) : this.wrong(node, shape, what);
      case 'list':
        return node.kind === 'list' ? this.list(node, shape, what) : this.wrong(node, shape, what);
      case 'either':
        return this.either(node, shape.options, what);
      case 'any':
        return this.anything(node, what);
      case 'checkpoint':
        return node.kind === 'map' ? readCheckpointMap(node, what, this.reporter) : this.scalar(node, shape, what);
      default:
        return this.scalar(node, shape, what);
    }
  }

  /** Reports a value that this version does not build. */
  private laterValue(node: ScalarNode, what: string): boolean {
    if (!this.isLater(laterValues, `${what}=${String(node.value)}`)) return false;
    this.reporter.report('DB5001', node, { key: `${what.slice(what.lastIndexOf('.') + 1)}: ${String(node.value)}` });
    return true;
  }

  /** A bare expression: `if`, `that`. */
  condition(node: Node, what: string): Draft | undefined {
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return { kind: 'lit', value: node.value, at: node };
    // What begins with a bracket or a brace is no text to YAML.
    if (node.kind !== 'scalar' && !this.reporter.source.text.slice(node.start, node.end).includes('\n'))
      return this.reporter.refuse('DB1015', node, {
        mended: quote(this.reporter.source.text.slice(node.start, node.end)),
      });
    if (node.kind !== 'scalar' || typeof node.value !== 'string')
      return this.reporter.refuse('DB2003', headOf(node, this.reporter), {
        what,
        wanted: 'an expression',
        found: describeNode(node),
      });
    if (node.value.includes('${{')) {
      const mended = node.value.trim().replace(/^\$\{\{\s*([\s\S]*?)\s*\}\}$/, '$1');
      return this.reporter.refuse('DB3007', node, { mended: mended.includes('${{') ? 'the expression alone' : mended });
    }
    const expression = this.expression(node.value, node, 0, { kind: 'condition' }, what);
    return { kind: 'cel', expression, at: node };
  }

  /** Text with `${{ }}` in it; alone it keeps its type. */
  template(node: ScalarNode, wants: Wanted, what: string): Draft | undefined {
    reportLostComment(node, this.reporter);
    const split = splitTemplate(String(node.value));
    if ('open' in split) {
      const { start, end } = this.locateIn(node, split.open, split.open + 3);
      return this.reporter.refuse('DB3002', { start, end }, {});
    }
    const [only] = split.parts;
    if (split.parts.length === 1 && only !== undefined && typeof only !== 'string')
      return { kind: 'cel', expression: this.expression(only.source, node, only.offset, wants, what), at: node };
    if (wants.kind === 'items' || (wants.kind === 'field' && !takesText(wants.shape))) {
      const wanted = wants.kind === 'items' ? 'a list' : describeShape(wants.shape);
      return this.reporter.refuse('DB2003', node, { what, wanted, found: 'text round an expression' });
    }
    const parts = split.parts.map(p =>
      typeof p === 'string' ? p : this.expression(p.source, node, p.offset, { kind: 'text' }, what),
    );
    return { kind: 'text', parts, at: node, ...(wants.kind === 'field' && { shape: wants.shape }) };
  }

  private expression(source: string, node: ScalarNode, offset: number, wants: Wanted, what: string): Expression {
    const expression: Expression = { source, node, offset, wants, what };
    this.expressions.push(expression);
    return expression;
  }

  private locateIn(node: ScalarNode, start: number, end: number): { start: number; end: number } {
    return locate(this.reporter.source.text, node, start, end);
  }

  private wrong(node: Node, shape: Shape, what: string): Draft | undefined {
    return this.reporter.refuse('DB2003', headOf(node, this.reporter), {
      what,
      wanted: describeShape(shape),
      found: describeNode(node),
    });
  }

  private object(node: MapNode, shape: ObjectShape, what: string): Draft {
    const entries = new Map<string, Draft>();
    for (const entry of node.entries) {
      const key = shape.keys.get(entry.key);
      if (this.isLater(laterKeys, `${what}.${entry.key}`)) {
        this.reporter.report('DB5001', entry.at, { key: entry.key });
        continue;
      }
      if (key === undefined) {
        const suggestion = didYouMean(entry.key, shape.keys.keys());
        this.reporter.report('DB2002', entry.at, { key: entry.key, where: what, suggestion });
        continue;
      }
      const value = this.read(entry.value, key.shape, `${what}.${entry.key}`);
      if (value !== undefined) entries.set(entry.key, value);
    }
    const given = new Set(node.entries.map(e => e.key));
    for (const [name, key] of shape.keys) {
      if (given.has(name)) continue;
      if (key.required) this.reporter.report('DB2001', firstLine(node, this.reporter), { key: name, where: what });
      else if (key.default !== undefined) entries.set(name, { kind: 'lit', value: key.default, at: node });
    }
    const one = shape.exactlyOneOf;
    if (one !== undefined && one.filter(k => given.has(k)).length !== 1)
      this.reporter.report('DB2019', firstLine(node, this.reporter), { what, keys: one.join(', ') });
    return { kind: 'map', entries, at: node };
  }

  private map(node: MapNode, of: Shape, what: string): Draft {
    const entries = new Map<string, Draft>();
    for (const entry of node.entries) {
      const value = this.read(entry.value, of, `${what}.${entry.key}`);
      if (value !== undefined) entries.set(entry.key, value);
    }
    return { kind: 'map', entries, at: node };
  }

  private list(node: Node & { kind: 'list' }, shape: Shape & { kind: 'list' }, what: string): Draft {
    const items = node.items.map((item, i) => this.read(item, shape.of, `${what}[${i}]`)).filter(d => d !== undefined);
    // Only how many: each item was checked where it stands.
    if (items.length === node.items.length) this.length(node, shape, what);
    return { kind: 'list', items, at: node };
  }

  private length(node: Node & { kind: 'list' }, shape: Shape & { kind: 'list' }, what: string): void {
    const issue = shape.schema
      .safeParse(node.items.map(() => null))
      .error?.issues.find(i => i.path.length === 0 && (i.code === 'too_small' || i.code === 'too_big'));
    if (issue?.code === 'too_small' && node.items.length === 0) this.reporter.report('DB2022', node, { what });
    else if (issue !== undefined)
      this.reporter.report('DB2011', headOf(node, this.reporter), { what, why: lower(issue.message) });
  }

  private either(node: Node, options: readonly Shape[], what: string): Draft | undefined {
    const fitting = options.find(o => couldBe(node, o));
    return fitting === undefined ? this.wrong(node, { kind: 'either', options }, what) : this.read(node, fitting, what);
  }

  private anything(node: Node, what: string): Draft | undefined {
    if (node.kind === 'scalar') return { kind: 'lit', value: node.value, at: node };
    if (node.kind === 'map') return this.map(node, { kind: 'any' }, what);
    const items = node.items.map((item, i) => this.read(item, { kind: 'any' }, `${what}[${i}]`));
    return { kind: 'list', items: items.filter(d => d !== undefined), at: node };
  }

  private scalar(node: Node, shape: Shape, what: string): Draft | undefined {
    if (node.kind !== 'scalar' || node.value === null) return this.wrong(node, shape, what);
    const { value } = node;
    switch (shape.kind) {
      case 'name':
      case 'text':
        if (typeof value !== 'string')
          return this.reporter.refuse('DB2014', node, { what, found: describeNode(node), written: node.written });
        if (what === 'with.message') reportLostComment(node, this.reporter);
        if (shape.names !== undefined) this.names.push({ kind: shape.names, name: value, node });
        return this.parsed(node, shape.schema, value, what);
      case 'number':
        return typeof value === 'number' ? this.parsed(node, shape.schema, value, what) : this.wrong(node, shape, what);
      case 'bool':
        if (typeof value !== 'boolean') return this.wrong(node, shape, what);
        return this.laterValue(node, what) ? undefined : this.parsed(node, shape.schema, value, what);
      case 'words':
        return this.word(node, shape.values, what);
      case 'duration': {
        const ms = durationOf(value);
        if (ms === undefined) return this.reporter.refuse('DB2010', node, { text: node.written || String(value) });
        return this.parsed(node, shape.schema, ms, what);
      }
      case 'time':
        if (shape.schema.safeParse(value).success) return { kind: 'lit', value, at: node };
        return this.reporter.refuse('DB2015', node, { text: node.written || String(value) });
      case 'checkpoint': {
        const read = typeof value === 'string' ? readCheckpoint(value) : undefined;
        if (read !== undefined) return { kind: 'lit', value: read as Json, at: node };
        return this.reporter.refuse('DB2016', node, { text: node.written || String(value) });
      }
      default:
        return this.wrong(node, shape, what);
    }
  }

  private parsed(node: ScalarNode, schema: z.ZodType, value: Json, what: string): Draft | undefined {
    const result = schema.safeParse(value);
    if (result.success) return { kind: 'lit', value, at: node };
    if (value === '') return this.reporter.refuse('DB2022', node, { what });
    const why = result.error.issues[0]?.message ?? 'it does not fit';
    return this.reporter.refuse('DB2011', node, { what, why: lower(why) });
  }

  private word(node: ScalarNode, values: readonly (string | boolean | number)[], what: string): Draft | undefined {
    const { value } = node;
    if (this.laterValue(node, what)) return undefined;
    if (value !== null && values.includes(value)) return { kind: 'lit', value, at: node };
    if (typeof value !== 'string') return this.wrong(node, { kind: 'words', values }, what);
    const suggestion = didYouMean(value, values.map(String));
    return this.reporter.refuse('DB2018', node, { text: value, values: values.join(', '), suggestion });
  }
}

const lower = (s: string): string => s.charAt(0).toLowerCase() + s.slice(1);

function isSecret(node: Node): boolean {
  return node.kind === 'map' && node.entries.length === 1 && node.entries[0]?.key === 'secret';
}

function takesText(shape: Shape): boolean {
  return (
    ['text', 'name', 'time', 'checkpoint', 'any'].includes(shape.kind) ||
    (shape.kind === 'either' && shape.options.some(takesText))
  );
}

function couldBe(node: Node, shape: Shape): boolean {
  switch (shape.kind) {
    case 'object':
    case 'map':
      return node.kind === 'map';
    case 'list':
      return node.kind === 'list';
    case 'number':
      return node.kind === 'scalar' && typeof node.value === 'number';
    case 'bool':
      return node.kind === 'scalar' && typeof node.value === 'boolean';
    case 'words':
      return node.kind === 'scalar' && shape.values.some(v => typeof v === typeof node.value);
    case 'either':
      return shape.options.some(o => couldBe(node, o));
    default:
      return node.kind === 'scalar';
  }
}
