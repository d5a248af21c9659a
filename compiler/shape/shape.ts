import type { Mode } from '../../actions/contract.ts';
import type { Json } from '../../actions/json.ts';
import { readInputs } from './shape-inputs.ts';
import { readLimits } from './shape-limits.ts';
import { readSteps } from './shape-steps.ts';
import { noTriggers, readTriggers } from '../triggers/triggers.ts';
import { firstLine, headOf, type KeySet, readKeys } from './keys.ts';
import type { DraftReader } from './drafts.ts';
import type { Draft, InputDraft, Located, ModeDraft, Runbook, Settings } from '../model.ts';
import { describeNode, type Entry, type MapNode, type Node, toJson } from '../yaml/nodes.ts';
import type { Reporter } from '../reporter.ts';
import { readDuration, readName, readText, readWord, reportDoubles } from './scalars.ts';
import { checkName } from './reserved.ts';
import { knownMode, onFailures, readMode } from './words.ts';

export const apiVersion = 'drillbook/v1';
export const top: KeySet = {
  where: 'a runbook',
  known: [
    ...['apiVersion', 'name', 'description', 'owner', 'site', 'objectives', 'modes', 'vars', 'inputs', 'on-failure'],
    ...['outputs', 'triggers', 'limits', 'preflight', 'steps', 'finally'],
  ],
  required: ['apiVersion', 'name', 'modes', 'steps'],
};
export const modeKeys: KeySet = {
  where: 'a mode',
  known: ['vars', 'objectives', 'limits', 'on-failure', 'via', 'site'],
};

/** Nodes to a typed runbook: keys, required keys, kinds of values. Undefined when the root is no map. */
export function shape(root: Node, reporter: Reporter, drafts: DraftReader): Runbook | undefined {
  const keys = readKeys(root, top, reporter);
  if (keys === undefined || root.kind !== 'map') return undefined;
  const at = (key: string): Node | undefined => keys.get(key)?.value;
  readApiVersion(at('apiVersion'), reporter);
  const text = (key: string): string | undefined => {
    const node = at(key);
    return node === undefined ? undefined : readText(node, key, reporter);
  };
  const nameNode = at('name');
  const description = text('description');
  const owner = text('owner');
  const modesNode = at('modes');
  const modes = modesNode === undefined ? new Map<Mode, ModeDraft>() : readModes(modesNode, reporter, drafts);
  const inputsNode = at('inputs');
  const inputs = inputsNode === undefined ? new Map<string, InputDraft>() : readInputs(inputsNode, modes, reporter);
  const [outputsNode, triggersNode] = [at('outputs'), at('triggers')];
  const first = firstLine(root, reporter);
  return {
    root: first,
    modesAt: keys.get('modes')?.at ?? first,
    inputsAt: keys.get('inputs')?.at ?? first,
    name: (nameNode && readRunbookName(nameNode, reporter)) ?? '',
    ...(description !== undefined && { description }),
    ...(owner !== undefined && { owner }),
    modes,
    inputs,
    outputs: outputsNode === undefined ? new Map() : readOutputs(outputsNode, reporter, drafts),
    settings: readSettings(keys, reporter, drafts),
    triggers: triggersNode === undefined ? noTriggers : readTriggers(triggersNode, { modes, inputs, reporter, drafts }),
    steps: readSteps(
      { preflight: at('preflight'), main: at('steps'), finally: at('finally') },
      modes,
      reporter,
      drafts,
    ),
  };
}

function readApiVersion(node: Node | undefined, reporter: Reporter): void {
  if (node === undefined) return;
  const found = node.kind === 'scalar' ? String(node.value) : describeNode(node);
  if (found !== apiVersion) reporter.report('DB2013', node, { found, wanted: apiVersion });
}

/** Files, workflow ids and report names are made of it. */
function readRunbookName(node: Node, reporter: Reporter): string | undefined {
  const name = readName(node, 'name', reporter);
  if (name === undefined || /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return name;
  return reporter.refuse('DB2011', node, { what: 'name', why: 'letters, digits, ".", "_" and "-" only, 100 at most' });
}

function readModes(node: Node, reporter: Reporter, drafts: DraftReader): ReadonlyMap<Mode, ModeDraft> {
  const found = new Map<Mode, ModeDraft>();
  if (node.kind === 'scalar') {
    reporter.report('DB2003', node, { what: 'modes', wanted: 'a map or a list', found: describeNode(node) });
    return found;
  }
  if (node.kind === 'list') {
    reportDoubles(node.items, 'modes', reporter);
    for (const item of node.items) {
      const mode = readMode(item, reporter);
      if (mode !== undefined) found.set(mode, { at: item, settings: readSettings(new Map(), reporter, drafts) });
    }
  } else {
    for (const entry of node.entries) {
      const mode = knownMode(entry.key, entry.at, reporter);
      if (mode !== undefined) found.set(mode, readModeDraft(entry, reporter, drafts));
    }
  }
  if (node.kind === 'list' ? node.items.length === 0 : node.entries.length === 0)
    reporter.report('DB2022', node, { what: 'modes' });
  return found;
}

function readModeDraft({ at, value }: Entry, reporter: Reporter, drafts: DraftReader): ModeDraft {
  const empty: MapNode = { kind: 'map', entries: [], start: value.start, end: value.end };
  const keys = readKeys(value.kind === 'scalar' && value.value === null ? empty : value, modeKeys, reporter);
  const viaNode = keys?.get('via')?.value;
  const via = viaNode && readName(viaNode, 'via', reporter);
  return {
    at,
    settings: readSettings(keys ?? new Map(), reporter, drafts),
    ...(via !== undefined && viaNode !== undefined && { via: { value: via, at: viaNode } }),
  };
}

function readSettings(keys: ReadonlyMap<string, Entry>, reporter: Reporter, drafts: DraftReader): Settings {
  const at = (key: string): Node | undefined => keys.get(key)?.value;
  const [varsNode, objectivesNode, limitsNode] = [at('vars'), at('objectives'), at('limits')];
  const [failureNode, siteNode] = [at('on-failure'), at('site')];
  const onFailure = failureNode && readWord(failureNode, onFailures, 'on-failure', reporter);
  const site = siteNode && readName(siteNode, 'site', reporter);
  return {
    vars: varsNode === undefined ? new Map() : readVars(varsNode, reporter),
    objectives: objectivesNode === undefined ? {} : readObjectives(objectivesNode, reporter),
    limits: limitsNode === undefined ? {} : readLimits(limitsNode, reporter, drafts),
    ...(onFailure !== undefined && { onFailure }),
    ...(site !== undefined && siteNode !== undefined && { site: { value: site, at: siteNode } }),
  };
}

function readVars(node: Node, reporter: Reporter): ReadonlyMap<string, Located<Json>> {
  const vars = new Map<string, Located<Json>>();
  if (node.kind !== 'map') {
    reporter.report('DB2003', node, { what: 'vars', wanted: 'a map', found: describeNode(node) });
    return vars;
  }
  for (const { key, at, value } of node.entries) {
    if (!checkName(key, at, reporter)) continue;
    const secret = secretIn(value);
    if (secret !== undefined)
      reporter.report('DB2047', headOf(secret, reporter), { what: `vars.${key}`, allowed: 'Here no field takes one.' });
    else if (hasExpression(value)) reporter.report('DB3009', value, { what: `vars.${key}` });
    else vars.set(key, { value: toJson(value), at });
  }
  return vars;
}

/** A `{ secret: NAME }`, however deep. */
function secretIn(node: Node): Node | undefined {
  if (node.kind === 'scalar') return undefined;
  if (node.kind === 'map' && node.entries.length === 1 && node.entries[0]?.key === 'secret') return node;
  const below = node.kind === 'list' ? node.items : node.entries.map(e => e.value);
  for (const value of below) {
    const found = secretIn(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readOutputs(node: Node, reporter: Reporter, drafts: DraftReader): ReadonlyMap<string, Draft> {
  const outputs = new Map<string, Draft>();
  if (node.kind !== 'map') {
    reporter.report('DB2003', node, { what: 'outputs', wanted: 'a map', found: describeNode(node) });
    return outputs;
  }
  for (const { key, at, value } of node.entries) {
    if (!checkName(key, at, reporter)) continue;
    const draft = drafts.read(value, { kind: 'any' }, `outputs.${key}`);
    if (draft !== undefined) outputs.set(key, draft);
  }
  return outputs;
}

function hasExpression(node: Node): boolean {
  if (node.kind === 'scalar') return typeof node.value === 'string' && node.value.includes('${{');
  return node.kind === 'list' ? node.items.some(hasExpression) : node.entries.some(e => hasExpression(e.value));
}

function readObjectives(node: Node, reporter: Reporter): Settings['objectives'] {
  const keys = readKeys(node, { where: 'objectives', known: ['rto', 'rpo'] }, reporter);
  const read = (key: string): Located<number> | undefined => {
    const value = keys?.get(key)?.value;
    const ms = value && readDuration(value, `objectives.${key}`, reporter);
    return ms === undefined || value === undefined ? undefined : { value: ms, at: value };
  };
  const [rto, rpo] = [read('rto'), read('rpo')];
  return { ...(rto !== undefined && { rto }), ...(rpo !== undefined && { rpo }) };
}
