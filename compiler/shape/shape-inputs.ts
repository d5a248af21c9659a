import type { Mode } from '../../actions/contract.ts';
import { readGiven } from '../inputs/given.ts';
import { hasExpression } from './has-expression.ts';
import { headOf, type KeySet, readKeys } from './keys.ts';
import { type InputDraft, type InputType, inputTypes, type ModeDraft } from '../model.ts';
import { describeNode, type Entry, type Node, toJson } from '../yaml/nodes.ts';
import { parsePattern, type Pattern } from '../inputs/pattern.ts';
import type { Reporter } from '../reporter.ts';
import { checkName } from './reserved.ts';
import { readModeList } from './words.ts';
import { readList, readName, readText, readWord } from './scalars.ts';

export const keySet: KeySet = {
  where: 'an input',
  known: ['type', 'values', 'of', 'pattern', 'default', 'required', 'description'],
  required: ['type'],
};

export function readInputs(
  node: Node,
  modes: ReadonlyMap<Mode, ModeDraft>,
  reporter: Reporter,
): ReadonlyMap<string, InputDraft> {
  const inputs = new Map<string, InputDraft>();
  if (node.kind !== 'map') {
    reporter.report('DB2003', node, { what: 'inputs', wanted: 'a map', found: describeNode(node) });
    return inputs;
  }
  for (const entry of node.entries) {
    if (!checkName(entry.key, entry.at, reporter)) continue;
    const input = readInput(entry, modes, reporter);
    if (input !== undefined) inputs.set(entry.key, input);
  }
  return inputs;
}

/** Keys that go with some types only. */
const keyTypes = [
  ['of', ['list']],
  ['values', ['enum', 'list']],
  ['pattern', ['string']],
] as const;
const itemTypes = inputTypes.filter(t => t !== 'list' && t !== 'enum');

function readInput(
  { key: name, at, value }: Entry,
  modes: ReadonlyMap<Mode, ModeDraft>,
  reporter: Reporter,
): InputDraft | undefined {
  const keys = readKeys(value, keySet, reporter);
  const node = (key: string): Node | undefined => keys?.get(key)?.value;
  const what = (key: string): string => `inputs.${name}.${key}`;
  const [typeNode, ofNode, descriptionNode] = [node('type'), node('of'), node('description')];
  const type = typeNode && readWord(typeNode, inputTypes, what('type'), reporter);
  const of: InputType = (ofNode && readWord(ofNode, itemTypes, what('of'), reporter)) ?? 'string';
  const values = readValues(node('values'), name, reporter);
  const pattern = readPattern(node('pattern'), name, reporter);
  const description = descriptionNode && readText(descriptionNode, what('description'), reporter);
  const required = readRequired(node('required'), name, modes, reporter);
  if (type === undefined) return undefined;
  if (type === 'enum' && keys?.has('values') === false)
    reporter.report('DB2001', at, { key: 'values', where: `the enum ${name}` });
  for (const [key, types] of keyTypes) {
    const entry = keys?.get(key);
    if (entry !== undefined && !(types as readonly string[]).includes(type))
      reporter.report('DB2011', entry.at, { what: what(key), why: `only for ${types.join(' and ')}` });
  }
  if (type === 'list' && ofNode !== undefined && of !== 'string' && keys?.has('values') === true)
    reporter.report('DB2011', ofNode, { what: what('of'), why: 'what stands in `values` is text' });
  const draft: InputDraft = {
    name,
    at,
    type,
    of,
    required,
    ...(values !== undefined && { values }),
    ...(pattern !== undefined && { pattern }),
    ...(description !== undefined && { description }),
  };
  const defaultEntry = keys?.get('default');
  if (defaultEntry !== undefined && required === 'all') reporter.report('DB2050', defaultEntry.at, { name });
  // Against declarations that are themselves wrong, nothing can be said.
  const unsure = (keys?.has('values') === true && values === undefined) || (type === 'enum' && values === undefined);
  return unsure ? draft : withDefault(draft, defaultEntry?.value, reporter);
}

function withDefault(draft: InputDraft, node: Node | undefined, reporter: Reporter): InputDraft {
  if (node === undefined) return draft;
  if (hasExpression(node)) {
    reporter.report('DB3009', headOf(node, reporter), { what: `inputs.${draft.name}.default` });
    return draft;
  }
  const given = readGiven(draft, toJson(node), 'file');
  if ('value' in given) return { ...draft, default: given.value };
  reporter.report('DB2021', headOf(node, reporter), { why: given.why });
  return draft;
}

function readValues(node: Node | undefined, name: string, reporter: Reporter): readonly string[] | undefined {
  const what = `inputs.${name}.values`;
  const items = node && readList(node, what, reporter);
  if (items === undefined || node === undefined) return undefined;
  if (items.length === 0) return reporter.refuse('DB2022', node, { what });
  const values = new Set<string>();
  let whole = true;
  for (const item of items) {
    const value = readName(item, `a value of ${name}`, reporter);
    if (value === undefined) whole = false;
    else if (values.has(value)) reporter.report('DB2051', item, { value, what });
    else values.add(value);
  }
  return whole ? [...values] : undefined;
}

function readPattern(node: Node | undefined, name: string, reporter: Reporter): Pattern | undefined {
  const what = `inputs.${name}.pattern`;
  const text = node && readText(node, what, reporter);
  if (text === undefined || node === undefined) return undefined;
  const pattern = parsePattern(text);
  return 'why' in pattern ? reporter.refuse('DB2011', node, { what, why: pattern.why }) : pattern;
}

function readRequired(
  node: Node | undefined,
  name: string,
  modes: ReadonlyMap<Mode, ModeDraft>,
  reporter: Reporter,
): readonly Mode[] | 'all' {
  if (node === undefined) return [];
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value ? 'all' : [];
  if (node.kind !== 'list') {
    const wanted = 'true, false or a list of modes';
    reporter.report('DB2003', headOf(node, reporter), {
      what: `inputs.${name}.required`,
      wanted,
      found: describeNode(node),
    });
    return [];
  }
  return readModeList(node, `inputs.${name}.required`, modes, reporter)?.map(m => m.value) ?? [];
}
