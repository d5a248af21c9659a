import type { Until } from '../actions/call.ts';
import type { Contract, Mode } from '../actions/contract.ts';
import { findAction, internalActions, actions } from '../actions/index.ts';
import { didYouMean } from './diagnostics.ts';
import type { DraftReader } from './drafts.ts';
import { inputShape } from './fields.ts';
import { firstLine, headOf, type KeySet, readKeys } from './keys.ts';
import { laterActions } from './later.ts';
import type { Draft, Expression, Located, ModeDraft, StepDraft } from './model.ts';
import { type Entry, type MapNode, type Node } from './nodes.ts';
import type { Reporter } from './reporter.ts';
import { readCount, readDuration, readList, readName, readText, readWord } from './scalars.ts';
import { isId, onFailures, readModeList } from './words.ts';

const stepKeys: KeySet = {
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
      'for-each',
      'max-parallel',
      'timeout',
      'retry',
      'on-failure',
    ],
  ],
  required: ['id', 'uses'],
  later: ['site', 'batch', 'max-failures', 'hold'],
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
  const condition = readIf(at('if'), reporter, drafts);
  const onlyNode = at('only');
  const only = onlyNode && readModeList(onlyNode, 'only', modes, reporter);
  const forEach = readForEach(keys, reporter, drafts);
  const timeoutNode = at('timeout');
  const timeoutMs = timeoutNode && readDuration(timeoutNode, 'timeout', reporter);
  if (contract?.timeoutRequired === true && timeoutNode === undefined)
    reporter.report('DB2001', firstLine(node, reporter), { key: 'timeout', where: `this ${contract.name}` });
  const retry = readRetry(keys.get('retry'), reporter);
  const failureNode = at('on-failure');
  const onFailure = failureNode && readWord(failureNode, onFailures, 'on-failure', reporter);
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
    ...(forEach !== undefined && { forEach }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(retry !== undefined && { retry }),
    ...(onFailure !== undefined && failureNode !== undefined && { onFailure: { value: onFailure, at: failureNode } }),
  };
}

function readId(node: Node, reporter: Reporter): string | undefined {
  const id = readName(node, 'id', reporter);
  if (id === undefined || isId(id)) return id;
  return reporter.refuse('DB2006', node, { name: id });
}

function readUses(
  node: Node | undefined,
  step: MapNode,
  reporter: Reporter,
): { name: Located<string>; contract?: Contract } {
  const action = node && readName(node, 'uses', reporter);
  if (action === undefined || node === undefined) return { name: { value: '', at: node ?? firstLine(step, reporter) } };
  const name = { value: action, at: node };
  if (laterActions.includes(action)) {
    reporter.report('DB5002', node, { action });
    return { name };
  }
  const contract = (internalActions as readonly string[]).includes(action) ? undefined : findAction(action);
  if (contract !== undefined) return { name, contract };
  const known = [
    ...Object.keys(actions).filter(a => !(internalActions as readonly string[]).includes(a)),
    ...laterActions,
  ];
  reporter.report('DB2007', node, { action, suggestion: didYouMean(action, known) });
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
  return drafts.readWith(contract.name, node, inputShape(contract));
}

function readNeeds(node: Node | undefined, reporter: Reporter): readonly Located<string>[] | undefined {
  const items = node && readList(node, 'needs', reporter);
  return items
    ?.map(item => ({ at: item, value: readName(item, 'a step in needs', reporter) }))
    .filter((n): n is { at: Node; value: string } => n.value !== undefined);
}

function readIf(node: Node | undefined, reporter: Reporter, drafts: DraftReader): Expression | undefined {
  if (node === undefined) return undefined;
  const draft = drafts.condition(node, 'if');
  switch (draft?.kind) {
    case 'cel':
      return draft.expression;
    case 'lit':
      return reporter.refuse('DB2003', node, { what: 'if', wanted: 'an expression', found: 'true or false' });
    default:
      return undefined;
  }
}

function readForEach(keys: ReadonlyMap<string, Entry>, reporter: Reporter, drafts: DraftReader): StepDraft['forEach'] {
  const parallelNode = keys.get('max-parallel');
  const maxParallel = (parallelNode && readCount(parallelNode.value, 'max-parallel', reporter)) ?? 1;
  const node = keys.get('for-each')?.value;
  if (node === undefined) {
    if (parallelNode !== undefined)
      reporter.report('DB2011', parallelNode.at, { what: 'max-parallel', why: 'only beside `for-each`' });
    return undefined;
  }
  const items = readItems(node, reporter, drafts);
  return items && { items, at: node, maxParallel };
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

const retryKeys: KeySet = { where: 'retry', known: ['every', 'for', 'attempts', 'backoff'] };

function readRetry(entry: Entry | undefined, reporter: Reporter): Located<Until> | undefined {
  const keys = entry && readKeys(entry.value, retryKeys, reporter);
  if (entry === undefined || keys === undefined) return undefined;
  const at = (key: string): Node | undefined => keys.get(key)?.value;
  const [everyNode, forNode, attemptsNode, backoffNode] = [at('every'), at('for'), at('attempts'), at('backoff')];
  const everyMs = everyNode === undefined ? 15_000 : readDuration(everyNode, 'retry.every', reporter);
  const forMs = forNode && readDuration(forNode, 'retry.for', reporter);
  const attempts = attemptsNode && readCount(attemptsNode, 'retry.attempts', reporter);
  const backoff = backoffNode === undefined ? 1 : readBackoff(backoffNode, reporter);
  if (forNode === undefined && attemptsNode === undefined) {
    const why = 'it must end: give `for`, `attempts` or both';
    return reporter.refuse('DB2011', headOf(entry.at, reporter), { what: 'retry', why });
  }
  if (everyMs === undefined || backoff === undefined) return undefined;
  const until = {
    everyMs,
    backoff,
    ...(forMs !== undefined && { forMs }),
    ...(attempts !== undefined && { attempts }),
  };
  return { value: until, at: entry.at };
}

function readBackoff(node: Node, reporter: Reporter): number | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'number' && node.value >= 1 && node.value <= 10)
    return node.value;
  return reporter.refuse('DB2011', headOf(node, reporter), {
    what: 'retry.backoff',
    why: 'a number from 1 to 10 is wanted',
  });
}
