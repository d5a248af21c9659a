import { z } from 'zod';
import type { Until } from '../../actions/call.ts';
import { duration } from '../../actions/fields.ts';
import type { Draft, Located, StepDraft } from '../model.ts';
import type { Reporter } from '../reporter.ts';
import type { Entry, Node, ScalarNode } from '../yaml/nodes.ts';
import type { DraftReader } from './drafts.ts';
import type { Shape } from './fields.ts';
import { headOf, type KeySet, readKeys } from './keys.ts';
import { readCount, readDuration, readWord } from './scalars.ts';
import { onFailures } from './words.ts';

export const retryKeys: KeySet = { where: 'retry', known: ['every', 'for', 'attempts', 'backoff'] };

const span: Shape = { kind: 'duration', schema: duration() };
const count: Shape = { kind: 'number', schema: z.number().int().min(1) };
const factor: Shape = { kind: 'number', schema: z.number().min(1).max(10) };

const defaultEveryMs = 15_000;

/**
 * `timeout`, `retry` and `on-failure` of a step: fixed, or beside `for-each` perhaps expressions, which are evaluated item
 * by item (docs/language.md, rule 15).
 */
export function readPolicies(
  keys: ReadonlyMap<string, Entry>,
  reporter: Reporter,
  drafts: DraftReader,
): Pick<StepDraft, 'timeoutMs' | 'retry' | 'onFailure' | 'perItem'> {
  const read = <T>(key: string, shape: Shape, fixed: (node: Node) => T | undefined): Read<T> =>
    readOne(keys.get(key)?.value, key, shape, keys.has('for-each') ? drafts : undefined, fixed);
  const timeout = read('timeout', span, node => readDuration(node, 'timeout', reporter));
  const onFailure = read('on-failure', { kind: 'words', values: onFailures }, node => {
    const value = readWord(node, onFailures, 'on-failure', reporter);
    return value && { value, at: node };
  });
  const retry = readRetry(keys.get('retry'), reporter, keys.has('for-each') ? drafts : undefined);
  const perItem = {
    ...(timeout.draft !== undefined && { timeout: timeout.draft }),
    ...(retry.draft !== undefined && { retry: retry.draft }),
    ...(onFailure.draft !== undefined && { onFailure: onFailure.draft }),
  };
  return {
    ...(timeout.fixed !== undefined && { timeoutMs: timeout.fixed }),
    ...(retry.fixed !== undefined && { retry: retry.fixed }),
    ...(onFailure.fixed !== undefined && { onFailure: onFailure.fixed }),
    ...(Object.keys(perItem).length > 0 && { perItem }),
  };
}

/** What stands there: a value that is known, or one that expressions give. */
interface Read<T, D = Draft> {
  readonly fixed?: T;
  readonly draft?: D;
}

/** `drafts`: an expression may stand here. */
function readOne<T>(
  node: Node | undefined,
  what: string,
  shape: Shape,
  drafts: DraftReader | undefined,
  fixed: (node: Node) => T | undefined,
): Read<T> {
  if (node === undefined) return {};
  if (drafts !== undefined && isExpression(node)) {
    const draft = drafts.template(node, { kind: 'field', shape }, what);
    return draft === undefined ? {} : { draft };
  }
  const value = fixed(node);
  return value === undefined ? {} : { fixed: value };
}

const isExpression = (node: Node): node is ScalarNode =>
  node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${{');

function readRetry(
  entry: Entry | undefined,
  reporter: Reporter,
  drafts: DraftReader | undefined,
): Read<Located<Until>, Located<Draft>> {
  const keys = entry && readKeys(entry.value, retryKeys, reporter);
  if (entry === undefined || keys === undefined) return {};
  const read = (key: string, shape: Shape, fixed: (node: Node) => number | undefined): Read<number> =>
    readOne(keys.get(key)?.value, `retry.${key}`, shape, drafts, fixed);
  const every = read('every', span, node => readDuration(node, 'retry.every', reporter));
  const most = read('for', span, node => readDuration(node, 'retry.for', reporter));
  const attempts = read('attempts', count, node => readCount(node, 'retry.attempts', reporter));
  const backoff = read('backoff', factor, node => readBackoff(node, reporter));
  if (!keys.has('for') && !keys.has('attempts')) {
    const why = 'it must end: give `for`, `attempts` or both';
    reporter.report('DB2011', headOf(entry.at, reporter), { what: 'retry', why });
    return {};
  }
  const parts = {
    everyMs: keys.has('every') ? every : { fixed: defaultEveryMs },
    backoff: keys.has('backoff') ? backoff : { fixed: 1 },
    ...(keys.has('for') && { forMs: most }),
    ...(keys.has('attempts') && { attempts }),
  };
  const entries = Object.entries<Read<number>>(parts).map(([key, part]) => [key, draftOf(part, entry.at)] as const);
  const known = entries.filter((e): e is [string, Draft] => e[1] !== undefined);
  if (known.length < entries.length) return {};
  const draft: Draft = { kind: 'map', entries: new Map(known), at: entry.at };
  if (known.some(([, value]) => value.kind !== 'lit')) return { draft: { value: draft, at: entry.at } };
  const { everyMs, backoff: by, forMs, attempts: tries } = parts;
  if (everyMs.fixed === undefined || by.fixed === undefined) return {};
  const until = {
    everyMs: everyMs.fixed,
    backoff: by.fixed,
    ...(forMs?.fixed !== undefined && { forMs: forMs.fixed }),
    ...(tries?.fixed !== undefined && { attempts: tries.fixed }),
  };
  return { fixed: { value: until, at: entry.at } };
}

/** Undefined: it was refused. */
function draftOf({ fixed, draft }: Read<number>, at: Entry['at']): Draft | undefined {
  return draft ?? (fixed === undefined ? undefined : { kind: 'lit', value: fixed, at });
}

function readBackoff(node: Node, reporter: Reporter): number | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'number' && node.value >= 1 && node.value <= 10)
    return node.value;
  return reporter.refuse('DB2011', headOf(node, reporter), {
    what: 'retry.backoff',
    why: 'a number from 1 to 10 is wanted',
  });
}
