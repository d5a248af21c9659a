import type { Mode } from '../actions/contract.ts';
import { readGiven } from './given.ts';
import { type KeySet, readKeys } from './keys.ts';
import { type InputDraft, type InputType, inputTypes, type ModeDraft } from './model.ts';
import { describeNode, type Entry, type Node, toJson } from './nodes.ts';
import type { Reporter } from './reporter.ts';
import { isId, readModeList } from './words.ts';
import { readList, readText, readWord } from './scalars.ts';

const keySet: KeySet = {
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
    if (!isId(entry.key)) {
      reporter.report('DB2006', entry.at, { name: entry.key });
      continue;
    }
    const input = readInput(entry, modes, reporter);
    if (input !== undefined) inputs.set(entry.key, input);
  }
  return inputs;
}

function readInput(
  { key: name, at, value }: Entry,
  modes: ReadonlyMap<Mode, ModeDraft>,
  reporter: Reporter,
): InputDraft | undefined {
  const keys = readKeys(value, keySet, reporter);
  const node = (key: string): Node | undefined => keys?.get(key)?.value;
  const typeNode = node('type');
  const type = typeNode && readWord(typeNode, inputTypes, `inputs.${name}.type`, reporter);
  if (type === undefined) return undefined;
  const ofNode = node('of');
  const ofTypes = inputTypes.filter(t => t !== 'list' && t !== 'enum');
  const of: InputType = (ofNode && readWord(ofNode, ofTypes, `inputs.${name}.of`, reporter)) ?? 'string';
  const values = readValues(node('values'), name, reporter);
  if (type === 'enum' && values === undefined && !keys?.has('values'))
    reporter.report('DB2001', at, { key: 'values', where: `the enum ${name}` });
  for (const [key, types] of [
    ['of', ['list']],
    ['values', ['enum', 'list']],
    ['pattern', ['string']],
  ] as const) {
    const entry = keys?.get(key);
    if (entry !== undefined && !(types as readonly string[]).includes(type))
      reporter.report('DB2011', entry.at, { what: `inputs.${name}.${key}`, why: `only for ${types.join(' and ')}` });
  }
  const pattern = readPattern(node('pattern'), name, reporter);
  const descriptionNode = node('description');
  const description = descriptionNode && readText(descriptionNode, `inputs.${name}.description`, reporter);
  const draft: InputDraft = {
    name,
    at,
    type,
    of,
    required: readRequired(node('required'), name, modes, reporter),
    ...(values !== undefined && { values }),
    ...(pattern !== undefined && { pattern }),
    ...(description !== undefined && { description }),
  };
  return withDefault(draft, node('default'), reporter);
}

function withDefault(draft: InputDraft, node: Node | undefined, reporter: Reporter): InputDraft {
  if (node === undefined) return draft;
  const given = readGiven(draft, toJson(node), 'file');
  if ('value' in given) return { ...draft, default: given.value };
  reporter.report('DB2021', node, { why: given.why });
  return draft;
}

function readValues(node: Node | undefined, name: string, reporter: Reporter): readonly string[] | undefined {
  const items = node && readList(node, `inputs.${name}.values`, reporter);
  if (items?.length === 0 && node !== undefined)
    return reporter.refuse('DB2022', node, { what: `inputs.${name}.values` });
  return items?.map(item => readText(item, `a value of ${name}`, reporter)).filter(v => v !== undefined);
}

function readPattern(node: Node | undefined, name: string, reporter: Reporter): RegExp | undefined {
  const text = node && readText(node, `inputs.${name}.pattern`, reporter);
  if (text === undefined || node === undefined) return undefined;
  try {
    // Of the whole value, as people expect it of a form.
    return new RegExp(`^(?:${text})$`, 'u');
  } catch {
    return reporter.refuse('DB2011', node, { what: `inputs.${name}.pattern`, why: 'not a regular expression' });
  }
}

function readRequired(
  node: Node | undefined,
  name: string,
  modes: ReadonlyMap<Mode, ModeDraft>,
  reporter: Reporter,
): readonly Mode[] | 'all' {
  if (node === undefined) return [];
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value ? 'all' : [];
  return readModeList(node, `inputs.${name}.required`, modes, reporter)?.map(m => m.value) ?? [];
}
