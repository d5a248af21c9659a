import type { z } from 'zod';
import type { Contract } from '../../actions/contract.ts';
import { isTime, readCheckpoint } from '../../actions/checkpoint.ts';
import type { Json } from '../../actions/json.ts';
import { reportKeyRules, reportWhole } from './draft-rules.ts';
import { describeShape, type ObjectShape, secretFields, type Shape } from './fields.ts';
import { firstLine, headOf } from './keys.ts';
import { ExpressionReader } from './expression-reader.ts';
import { couldBe } from './could-be.ts';
import { readCheckpointMap } from './draft-checkpoint.ts';
import type { Draft } from '../model.ts';
import { describeNode, type MapNode, type Node, type ScalarNode } from '../yaml/nodes.ts';
import { durationFromZeroOf, moreThanZero, readName, reportDoubles } from './scalars.ts';
import { reportLostComment } from '../yaml/common-mistakes.ts';
import { ownWords } from './zod-words.ts';

/** Reads the values of `with` against the action's shape: literals are converted and checked, expressions collected. */
export class DraftReader extends ExpressionReader {
  /** Names that stand for something in drillbook.yaml. */
  readonly names: { readonly kind: string; readonly name: string; readonly node: ScalarNode }[] = [];

  /** The action whose `with` is read, for messages about secrets. */
  private action: { readonly name: string; readonly shape: Shape } | undefined;

  /** The `with` of an action; what its schema says of the whole is checked where nothing in it is an expression. */
  readWith(contract: Contract, node: Node, shape: Shape): Draft | undefined {
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${{'))
      return this.reporter.refuse('DB2003', headOf(node, this.reporter), {
        what: 'with',
        wanted: 'a map',
        found: 'an expression',
      });
    this.action = { name: contract.name, shape };
    const before = this.reporter.size;
    const draft = this.read(node, shape, 'with');
    this.action = undefined;
    if (draft !== undefined && this.reporter.size === before) reportWhole(contract, draft, 'DB2011', this.reporter);
    return draft;
  }

  read(node: Node, shape: Shape, what: string): Draft | undefined {
    if (isSecret(node) && !(shape.kind === 'object' && shape.keys.has('secret'))) return this.secret(node, shape, what);
    if (shape.kind === 'secret') return this.reporter.refuse('DB2052', headOf(node, this.reporter), { what });
    if (node.kind === 'scalar' && shape.kind === 'condition') return this.condition(node, what);
    if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${{'))
      return this.template(node, { kind: 'field', shape }, what);
    switch (shape.kind) {
      case 'object':
        return node.kind === 'map' ? this.object(node, shape, what) : this.wrong(node, shape, what);
      case 'map':
        return node.kind === 'map' ? this.map(node, shape, what) : this.wrong(node, shape, what);
      case 'list':
        return node.kind === 'list' ? this.list(node, shape, what) : this.wrong(node, shape, what);
      case 'either':
        return this.either(node, shape.options, what);
      case 'any':
        return this.anything(node, shape, what);
      case 'checkpoint':
        return node.kind === 'map'
          ? readCheckpointMap(node, what, this.reporter, this)
          : this.scalar(node, shape, what);
      default:
        return this.scalar(node, shape, what);
    }
  }

  /** `{ secret: NAME }`: only where the action says so (docs/language.md, rule 12). */
  private secret(node: MapNode, shape: Shape, what: string): Draft | undefined {
    const value = node.entries[0]?.value ?? node;
    const taken =
      shape.kind === 'secret' ||
      (shape.kind === 'text' && shape.secret === true) ||
      (shape.kind === 'any' && shape.secretKeys !== undefined);
    if (!taken) {
      const { action } = this;
      const fields = action === undefined ? [] : secretFields(action.shape, 'with');
      const inAction = action === undefined ? 'Here no field takes one.' : `No field of ${action.name} takes one.`;
      const allowed = fields.length === 0 ? inAction : `It may stand in ${fields.join(', ')}.`;
      return this.reporter.refuse('DB2047', headOf(node, this.reporter), { what, allowed });
    }
    const name = readName(value, `${what}.secret`, this.reporter);
    if (name === undefined || value.kind !== 'scalar') return undefined;
    this.names.push({ kind: 'secret', name, node: value });
    return { kind: 'lit', value: { secret: name }, at: node };
  }

  private wrong(node: Node, shape: Shape, what: string): Draft | undefined {
    const isSecretField = shape.kind === 'secret' || (shape.kind === 'text' && shape.secret === true);
    const more = isSecretField && node.kind === 'map' ? node.entries.filter(e => e.key !== 'secret') : [];
    if (node.kind === 'map' && more.length > 0 && more.length < node.entries.length) {
      for (const { key, at } of more) this.reporter.report('DB2002', at, { key, where: what, suggestion: '' });
      return undefined;
    }
    return this.reporter.refuse('DB2003', headOf(node, this.reporter), {
      what,
      wanted: describeShape(shape),
      found: describeNode(node),
    });
  }

  private object(node: MapNode, shape: ObjectShape, what: string): Draft {
    const entries = new Map<string, Draft>();
    /** Of these a part was refused: nothing can be said of the whole. */
    const broken = new Set<string>();
    for (const entry of node.entries) {
      const before = this.reporter.size;
      const key = shape.keys.get(entry.key);
      if (key === undefined) {
        const suggestion = this.reporter.didYouMean(entry.key, shape.keys.keys());
        this.reporter.report('DB2002', entry.at, { key: entry.key, where: what, suggestion });
        continue;
      }
      const value = this.read(entry.value, key.shape, `${what}.${entry.key}`);
      if (value !== undefined) entries.set(entry.key, value);
      if (this.reporter.size > before) broken.add(entry.key);
    }
    const given = new Set(node.entries.map(e => e.key));
    for (const [name, key] of shape.keys) {
      if (given.has(name)) continue;
      if (key.required) this.reporter.report('DB2001', firstLine(node, this.reporter), { key: name, where: what });
      else if (key.default !== undefined) entries.set(name, { kind: 'lit', value: key.default, at: node });
    }
    const draft: Draft = { kind: 'map', entries, at: node };
    reportKeyRules(shape, node, draft, broken, what, this.reporter);
    return draft;
  }

  private map(node: MapNode, { of, key, secretKeys }: Values, what: string): Draft {
    const entries = new Map<string, Draft>();
    for (const entry of node.entries) {
      const issue = key?.safeParse(entry.key, { error: ownWords }).error?.issues[0];
      if (issue !== undefined)
        this.reporter.report('DB2011', entry.at, { what: `${what}: "${entry.key}"`, why: issue.message });
      const secret = secretKeys?.test(entry.key) === true && holdsText(entry.value);
      const value = this.read(entry.value, secret ? { kind: 'secret' } : of, `${what}.${entry.key}`);
      if (value !== undefined) entries.set(entry.key, value);
    }
    return { kind: 'map', entries, at: node, keys: new Map(node.entries.map(e => [e.key, e.at])) };
  }

  private list(node: Node & { kind: 'list' }, shape: Shape & { kind: 'list' }, what: string): Draft {
    const items = node.items.map((item, i) => this.read(item, shape.of, `${what}[${i}]`)).filter(d => d !== undefined);
    // Only how many: each item was checked where it stands.
    if (items.length === node.items.length) this.length(node, shape, what);
    if (shape.of.kind === 'name' || shape.of.kind === 'words') reportDoubles(node.items, what, this.reporter);
    return { kind: 'list', items, at: node };
  }

  private length(node: Node & { kind: 'list' }, shape: Shape & { kind: 'list' }, what: string): void {
    const issue = shape.schema
      .safeParse(
        node.items.map(() => null),
        { error: ownWords },
      )
      .error?.issues.find(i => i.path.length === 0 && (i.code === 'too_small' || i.code === 'too_big'));
    if (issue?.code === 'too_small' && node.items.length === 0) this.reporter.report('DB2022', node, { what });
    else if (issue !== undefined)
      this.reporter.report('DB2011', headOf(node, this.reporter), { what, why: lower(issue.message) });
  }

  private either(node: Node, options: readonly Shape[], what: string): Draft | undefined {
    const fitting = options.find(o => couldBe(node, o));
    return fitting === undefined ? this.wrong(node, { kind: 'either', options }, what) : this.read(node, fitting, what);
  }

  private anything(node: Node, shape: Shape & { kind: 'any' }, what: string): Draft | undefined {
    if (node.kind === 'scalar') return { kind: 'lit', value: node.value, at: node };
    if (node.kind === 'map') return this.map(node, { ...shape, of: shape }, what);
    const items = node.items.map((item, i) => this.read(item, shape, `${what}[${i}]`));
    return { kind: 'list', items: items.filter(d => d !== undefined), at: node };
  }

  private scalar(node: Node, shape: Shape, what: string): Draft | undefined {
    if (node.kind !== 'scalar' || node.value === null) return this.wrong(node, shape, what);
    const { value } = node;
    switch (shape.kind) {
      case 'name':
      case 'text':
        if (typeof value !== 'string' && shape.kind === 'text' && shape.form === 'size')
          return this.reporter.refuse('DB2049', node, { text: node.written });
        if (typeof value !== 'string')
          return this.reporter.refuse('DB2014', node, {
            what,
            kind: shape.kind === 'name' ? 'a name' : 'text',
            found: describeNode(node),
            written: node.written,
          });
        if (what === 'with.message') reportLostComment(node, this.reporter);
        if (shape.names !== undefined) this.names.push({ kind: shape.names, name: value, node });
        if (shape.kind === 'text' && shape.form === 'size' && !shape.schema.safeParse(value).success)
          return this.reporter.refuse('DB2049', node, { text: value });
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
        const ms = durationFromZeroOf(value);
        if (ms === undefined) return this.reporter.refuse('DB2010', node, { text: node.written || String(value) });
        if (ms === 0 && !shape.schema.safeParse(ms).success)
          return this.reporter.refuse('DB2011', node, { what, why: moreThanZero });
        return this.parsed(node, shape.schema, ms, what);
      }
      case 'time':
        if (shape.schema.safeParse(value).success) return { kind: 'lit', value, at: node };
        return this.reporter.refuse('DB2015', node, { text: node.written || String(value) });
      case 'checkpoint': {
        const read = typeof value === 'string' ? readCheckpoint(value) : undefined;
        if (read !== undefined) return { kind: 'lit', value: read as Json, at: node };
        const time = typeof value === 'string' ? /^before:([^,]+)(,app-consistent)?$/.exec(value)?.[1] : undefined;
        if (time !== undefined && !isTime(time)) return this.reporter.refuse('DB2015', node, { text: time });
        return this.reporter.refuse('DB2016', node, { text: node.written || String(value) });
      }
      default:
        return this.wrong(node, shape, what);
    }
  }

  private parsed(node: ScalarNode, schema: z.ZodType, value: Json, what: string): Draft | undefined {
    const result = schema.safeParse(value, { error: ownWords });
    if (result.success) return { kind: 'lit', value, at: node };
    if (value === '') return this.reporter.refuse('DB2022', node, { what });
    const why = result.error.issues[0]?.message ?? 'it does not fit';
    return this.reporter.refuse('DB2011', node, { what, why: lower(why) });
  }

  private word(node: ScalarNode, values: readonly (string | boolean | number)[], what: string): Draft | undefined {
    const { value } = node;
    if (value !== null && values.includes(value)) return { kind: 'lit', value, at: node };
    if (value === null) return this.wrong(node, { kind: 'words', values }, what);
    const text = typeof value === 'string' ? value : node.written;
    const suggestion = this.reporter.didYouMean(text, values.map(String));
    return this.reporter.refuse('DB2018', node, { text, values: values.join(', '), suggestion });
  }
}

/** Of a map: what stands under its keys. */
interface Values {
  readonly of: Shape;
  readonly key?: z.ZodType;
  readonly secretKeys?: RegExp;
}

/** Text or a number, alone or in a list: what a secret would be. */
function holdsText(node: Node): boolean {
  if (node.kind === 'list') return node.items.some(holdsText);
  return node.kind === 'scalar' && (typeof node.value === 'string' || typeof node.value === 'number');
}

const lower = (s: string): string => s.charAt(0).toLowerCase() + s.slice(1);

function isSecret(node: Node): node is MapNode {
  return node.kind === 'map' && node.entries.length === 1 && node.entries[0]?.key === 'secret';
}
