import { readCheckpoint } from '../actions/checkpoint.ts';
import type { Json } from '../actions/json.ts';
import { suggest } from '../expressions/suggest.ts';
import { didYouMean } from './diagnostics.ts';
import { describeShape, type ObjectShape, type Shape } from './fields.ts';
import { firstLine, headOf } from './keys.ts';
import { laterKeys, laterValues } from './later.ts';
import { locate } from './locate.ts';
import type { Draft, Expression, Wanted } from './model.ts';
import { describeNode, type MapNode, type Node, type ScalarNode, toJson } from './nodes.ts';
import type { Reporter } from './reporter.ts';
import { durationOf } from './scalars.ts';
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
    if (isSecret(node)) return this.reporter.report('DB5001', headOf(node, this.reporter), { key: 'secret' });
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
        return node.kind === 'map' ? this.checkpointMap(node, what) : this.scalar(node, shape, what);
      default:
        return this.scalar(node, shape, what);
    }
  }

  /** A bare expression: `if`, `that`. */
  condition(node: Node, what: string): Draft | undefined {
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return { kind: 'lit', value: node.value, at: node };
    if (node.kind !== 'scalar' || typeof node.value !== 'string')
      return this.reporter.report('DB2003', headOf(node, this.reporter), {
        what,
        wanted: 'an expression',
        found: describeNode(node),
      });
    if (node.value.includes('${{')) {
      const mended = node.value.trim().replace(/^\$\{\{\s*([\s\S]*?)\s*\}\}$/, '$1');
      return this.reporter.report('DB3007', node, { mended: mended.includes('${{') ? 'the expression alone' : mended });
    }
    const expression = this.expression(node.value, node, 0, { kind: 'condition' }, what);
    return { kind: 'cel', expression, at: node };
  }

  /** Text with `${{ }}` in it; alone it keeps its type. */
  template(node: ScalarNode, wants: Wanted, what: string): Draft | undefined {
    const split = splitTemplate(String(node.value));
    if ('open' in split) {
      const { start, end } = this.locateIn(node, split.open, split.open + 3);
      return this.reporter.report('DB3002', { start, end }, {});
    }
    const [only] = split.parts;
    if (split.parts.length === 1 && only !== undefined && typeof only !== 'string')
      return { kind: 'cel', expression: this.expression(only.source, node, only.offset, wants, what), at: node };
    if (wants.kind === 'items' || (wants.kind === 'field' && !takesText(wants.shape))) {
      const wanted = wants.kind === 'items' ? 'a list' : describeShape(wants.shape);
      return this.reporter.report('DB2003', node, { what, wanted, found: 'text round an expression' });
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

  private wrong(node: Node, shape: Shape, what: string): undefined {
    return this.reporter.report('DB2003', headOf(node, this.reporter), {
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
        const suggestion = didYouMean(suggest(entry.key, shape.keys.keys()));
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
          return this.reporter.report('DB2014', node, { what, found: describeNode(node), written: node.written });
        if (shape.names !== undefined) this.names.push({ kind: shape.names, name: value, node });
        return this.parsed(node, shape.schema, value, what);
      case 'number':
        return typeof value === 'number' ? this.parsed(node, shape.schema, value, what) : this.wrong(node, shape, what);
      case 'bool':
        return typeof value === 'boolean'
          ? this.parsed(node, shape.schema, value, what)
          : this.wrong(node, shape, what);
      case 'words':
        return this.word(node, shape.values, what);
      case 'duration': {
        const ms = durationOf(value);
        if (ms === undefined) return this.reporter.report('DB2010', node, { text: node.written || String(value) });
        return this.parsed(node, shape.schema, ms, what);
      }
      case 'time':
        if (shape.schema.safeParse(value).success) return { kind: 'lit', value, at: node };
        return this.reporter.report('DB2015', node, { text: node.written || String(value) });
      case 'checkpoint': {
        const read = typeof value === 'string' ? readCheckpoint(value) : undefined;
        if (read !== undefined) return { kind: 'lit', value: read as Json, at: node };
        return this.reporter.report('DB2016', node, { text: node.written || String(value) });
      }
      default:
        return this.wrong(node, shape, what);
    }
  }

  private parsed(node: ScalarNode, schema: import('zod').ZodType, value: Json, what: string): Draft | undefined {
    const result = schema.safeParse(value);
    if (result.success) return { kind: 'lit', value, at: node };
    if (value === '') return this.reporter.report('DB2022', node, { what });
    const why = result.error.issues[0]?.message ?? 'it does not fit';
    return this.reporter.report('DB2011', node, { what, why: lower(why) });
  }

  private word(node: ScalarNode, values: readonly (string | boolean | number)[], what: string): Draft | undefined {
    const { value } = node;
    if (this.isLater(laterValues, `${what}=${String(value)}`)) {
      const key = `${what.slice(what.lastIndexOf('.') + 1)}: ${String(value)}`;
      return this.reporter.report('DB5001', node, { key });
    }
    if (value !== null && values.includes(value)) return { kind: 'lit', value, at: node };
    if (typeof value !== 'string') return this.wrong(node, { kind: 'words', values }, what);
    const suggestion = didYouMean(suggest(value, values.map(String)));
    return this.reporter.report('DB2018', node, { text: value, values: values.join(', '), suggestion });
  }

  /** `{ tag | id | before, kind, max-age }`. */
  private checkpointMap(node: MapNode, what: string): Draft | undefined {
    const by = node.entries.filter(e => ['tag', 'id', 'before'].includes(e.key));
    const [chosen] = by;
    for (const entry of node.entries)
      if (!['tag', 'id', 'before', 'kind', 'max-age'].includes(entry.key)) {
        const suggestion = didYouMean(suggest(entry.key, ['tag', 'id', 'before', 'kind', 'max-age']));
        return this.reporter.report('DB2002', entry.at, { key: entry.key, where: what, suggestion });
      }
    if (chosen === undefined || by.length !== 1)
      return this.reporter.report('DB2019', firstLine(node, this.reporter), { what, keys: 'tag, id, before' });
    const given = toJson(node) as Readonly<Record<string, Json>>;
    if (typeof given[chosen.key] !== 'string')
      return this.reporter.report('DB2014', chosen.value, {
        what: `${what}.${chosen.key}`,
        found: describeNode(chosen.value),
        written: chosen.value.kind === 'scalar' ? chosen.value.written : '…',
      });
    const maxAge = node.entries.find(e => e.key === 'max-age');
    const maxAgeMs = maxAge === undefined ? undefined : durationOf(given['max-age']);
    if (maxAge !== undefined && maxAgeMs === undefined)
      return this.reporter.report('DB2010', maxAge.value, { text: JSON.stringify(given['max-age']) });
    if (chosen.key === 'id' && node.entries.length > 1)
      return this.reporter.report('DB2011', headOf(node, this.reporter), {
        what,
        why: 'an id says it all: no kind, no max-age',
      });
    return this.checkpointOf(node, chosen.key, given, maxAgeMs);
  }

  private checkpointOf(
    node: MapNode,
    by: string,
    given: Readonly<Record<string, Json>>,
    maxAgeMs: number | undefined,
  ): Draft | undefined {
    const text = String(given[by]);
    const read = readCheckpoint(`${by}:${text}`);
    const kind = given['kind'] ?? 'any';
    if (read === undefined || text.includes(',') === (by === 'before'))
      return this.reporter.report('DB2016', headOf(node, this.reporter), { text });
    if (kind !== 'any' && kind !== 'app-consistent')
      return this.reporter.report('DB2018', headOf(node, this.reporter), {
        text: JSON.stringify(kind),
        values: 'any, app-consistent',
        suggestion: '',
      });
    const value = read.by === 'id' ? read : { ...read, kind, ...(maxAgeMs !== undefined && { maxAgeMs }) };
    return { kind: 'lit', value: value as Json, at: node };
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
