import type { Contract, Mode } from '../../actions/contract.ts';
import { findAction, internalActions, actions } from '../../actions/index.ts';
import type { DraftReader } from './drafts.ts';
import { inputShape } from './fields.ts';
import { firstLine, headOf, type KeySet, readKeys } from './keys.ts';
import type { Draft, Expression, Located, ModeDraft, StepDraft } from '../model.ts';
import { type Entry, type MapNode, type Node } from '../yaml/nodes.ts';
import type { Reporter } from '../reporter.ts';
import { checkName } from './reserved.ts';
import { readPolicies } from './step-policies.ts';
import { readCount, readDuration, readList, readName, readText, reportDoubles } from './scalars.ts';
import { readModeList } from './words.ts';

export const stepKeys: KeySet = {
  where: 'a step',
  known: [
    ...[
      'id',
      'name',
      'uses',
      'with',
      'needs',
      'if',
      'only',
      'site',
      'for-each',
      'max-parallel',
      'batch',
      'max-failures',
    ],
    ...['timeout', 'hold', 'retry', 'on-failure'],
  ],
  required: ['id', 'uses'],
};

interface Sections {
  readonly preflight: Node | undefined;
  readonly main: Node | undefined;
  readonly finally: Node | undefined;
}

export function readSteps(
  sections: Sections,
  modes: ReadonlyMap<Mode, ModeDraft>,
  reporter: Reporter,
  drafts: DraftReader,
): readonly StepDraft[] {
  const steps: StepDraft[] = [];
  for (const phase of ['preflight', 'main', 'finally'] as const) {
    const node = sections[phase];
    if (node === undefined) continue;
    const key = phase === 'main' ? 'steps' : phase;
    const items = readList(node, key, reporter);
    if (items?.length === 0 && phase === 'main') reporter.report('DB2022', node, { what: key });
    for (const item of items ?? []) {
      const step = readStep(item, steps.length, phase, modes, reporter, drafts);
      if (step !== undefined) steps.push(step);
    }
  }
  return steps;
}

function readStep(
  node: Node,
  index: number,
  phase: StepDraft['phase'],
  modes: ReadonlyMap<Mode, ModeDraft>,
  reporter: Reporter,
  drafts: DraftReader,
): StepDraft | undefined {
  const keys = readKeys(node, stepKeys, reporter);
  if (keys === undefined || node.kind !== 'map') return undefined;
  const at = (key: string): Node | undefined => keys.get(key)?.value;
  const idNode = at('id');
  const id = (idNode && readId(idNode, reporter)) ?? '';
  const uses = readUses(at('uses'), node, reporter);
  const nameNode = at('name');
  const name = nameNode && readText(nameNode, 'name', reporter);
  const contract = uses.contract;
  const withDraft = readWith(keys.get('with'), node, contract, reporter, drafts);
  const needs = readNeeds(at('needs'), reporter);
  const condition = readIf(at('if'), drafts);
  const onlyNode = at('only');
  const only = onlyNode && readModeList(onlyNode, 'only', modes, reporter);
  const forEach = readForEach(keys, reporter, drafts);
  const policies = readPolicies(keys, reporter, drafts);
  if (contract?.timeoutRequired === true && !keys.has('timeout'))
    reporter.report('DB2001', firstLine(node, reporter), { key: 'timeout', where: `this ${contract.name}` });
  const [siteNode, holdEntry] = [at('site'), keys.get('hold')];
  const site = siteNode && readName(siteNode, 'site', reporter);
  const holdMs = holdEntry && readDuration(holdEntry.value, 'hold', reporter);
  return {
    index,
    phase,
    id,
    at: idNode ?? firstLine(node, reporter),
    uses: uses.name,
    withAt: keys.get('with')?.at ?? firstLine(node, reporter),
    ...(name !== undefined && { name }),
    ...(contract !== undefined && { contract }),
    ...(withDraft !== undefined && { with: withDraft }),
    ...(needs !== undefined && { needs }),
    ...(condition !== undefined && { if: condition }),
    ...(only !== undefined && { only }),
    ...(site !== undefined && siteNode !== undefined && { site: { value: site, at: siteNode } }),
    ...(forEach !== undefined ? { forEach } : keys.has('for-each') && { forEachRefused: true as const }),
    ...policies,
    ...(holdMs !== undefined && holdEntry !== undefined && { hold: { value: holdMs, at: holdEntry.at } }),
  };
}

function readId(node: Node, reporter: Reporter): string | undefined {
  const id = readName(node, 'id', reporter);
  return id !== undefined && checkName(id, node, reporter) ? id : undefined;
}

function readUses(
  node: Node | undefined,
  step: MapNode,
  reporter: Reporter,
): { name: Located<string>; contract?: Contract } {
  const action = node && readName(node, 'uses', reporter);
  if (action === undefined || node === undefined) return { name: { value: '', at: node ?? firstLine(step, reporter) } };
  const name = { value: action, at: node };
  const contract = (internalActions as readonly string[]).includes(action) ? undefined : findAction(action);
  if (contract !== undefined) return { name, contract };
  const known = Object.keys(actions).filter(a => !(internalActions as readonly string[]).includes(a));
  reporter.report('DB2007', node, { action, suggestion: reporter.didYouMean(action, known) });
  return { name };
}

function readWith(
  entry: Entry | undefined,
  step: MapNode,
  contract: Contract | undefined,
  reporter: Reporter,
  drafts: DraftReader,
): Draft | undefined {
  if (contract === undefined) return undefined;
  const empty: MapNode = { kind: 'map', entries: [], ...firstLine(step, reporter) };
  const node =
    entry === undefined || (entry.value.kind === 'scalar' && entry.value.value === null) ? empty : entry.value;
  return drafts.readWith(contract, node, inputShape(contract));
}

function readNeeds(node: Node | undefined, reporter: Reporter): readonly Located<string>[] | undefined {
  const items = node && readList(node, 'needs', reporter);
  reportDoubles(items ?? [], 'needs', reporter);
  return items
    ?.map(item => ({ at: item, value: readName(item, 'a step in needs', reporter) }))
    .filter((n): n is { at: Node; value: string } => n.value !== undefined);
}

/** `true` and `false` are expressions too, although YAML takes them for itself. */
function readIf(node: Node | undefined, drafts: DraftReader): Expression | undefined {
  if (node === undefined) return undefined;
  if (node.kind === 'scalar' && typeof node.value === 'boolean')
    return drafts.expression(String(node.value), node, 0, { kind: 'condition' }, 'if');
  const draft = drafts.condition(node, 'if');
  return draft?.kind === 'cel' ? draft.expression : undefined;
}

function readForEach(keys: ReadonlyMap<string, Entry>, reporter: Reporter, drafts: DraftReader): StepDraft['forEach'] {
  const count = (key: string, read = readCount): number | undefined => {
    const node = keys.get(key)?.value;
    return node && read(node, key, reporter);
  };
  const [maxParallel, batch] = [count('max-parallel'), count('batch')];
  const failures = count('max-failures', readCountFromZero);
  const node = keys.get('for-each')?.value;
  const failuresAt = keys.get('max-failures')?.at;
  if (node === undefined) {
    for (const what of ['max-parallel', 'batch', 'max-failures']) {
      const entry = keys.get(what);
      if (entry !== undefined) reporter.report('DB2011', entry.at, { what, why: 'only beside `for-each`' });
    }
    return undefined;
  }
  const items = readItems(node, reporter, drafts);
  return (
    items && {
      items,
      at: node,
      ...(maxParallel !== undefined && { maxParallel }),
      ...(batch !== undefined && { batch }),
      ...(failures !== undefined && failuresAt !== undefined && { maxFailures: { value: failures, at: failuresAt } }),
    }
  );
}

function readCountFromZero(node: Node, what: string, reporter: Reporter): number | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'number' && Number.isSafeInteger(node.value) && node.value >= 0)
    return node.value;
  return reporter.refuse('DB2011', headOf(node, reporter), { what, why: 'a whole number from 0 is wanted' });
}

const maxItems = 10_000;

function readItems(node: Node, reporter: Reporter, drafts: DraftReader): Draft | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${{'))
    return drafts.template(node, { kind: 'items' }, 'for-each');
  const items = readList(node, 'for-each', reporter);
  if (items === undefined) return undefined;
  if (items.length > maxItems)
    return reporter.refuse('DB2011', headOf(node, reporter), { what: 'for-each', why: 'more than 10,000 items' });
  const shapes = new Set(items.map(shapeOfItem));
  if (shapes.size > 1)
    return reporter.refuse('DB2011', headOf(node, reporter), {
      what: 'for-each',
      why: 'its items must be of one kind, maps with the same keys',
    });
  return drafts.read(node, { kind: 'any' }, 'for-each');
}

function shapeOfItem(node: Node): string {
  if (node.kind === 'scalar') return typeof node.value;
  return node.kind === 'list' ? 'list' : JSON.stringify(node.entries.map(e => e.key).sort());
}
