import { z } from 'zod';
import { readCheckpoint } from '../../actions/checkpoint.ts';
import { duration, time } from '../../actions/fields.ts';
import { checkpointKinds, checkpointWays, idSaysAll } from '../inputs/given-checkpoint.ts';
import type { Draft } from '../model.ts';
import type { Entry, MapNode, Node } from '../yaml/nodes.ts';
import type { Reporter } from '../reporter.ts';
import type { DraftReader } from './drafts.ts';
import type { Shape } from './fields.ts';
import { hasExpression } from './has-expression.ts';
import { headOf, readKeys } from './keys.ts';
import { isLiteral, rawOf } from './raw.ts';
import { readDuration, readName, readWord } from './scalars.ts';

const shapes: Readonly<Record<(typeof checkpointWays)[number] | 'max-age', Shape>> = {
  tag: { kind: 'text', schema: z.string().min(1) },
  id: { kind: 'text', schema: z.string().regex(/^\d+$/, 'a CheckpointIdentifier is a number, in quotes') },
  before: { kind: 'time', schema: time() },
  'max-age': { kind: 'duration', schema: duration() },
};

/** `{ tag | id | before, kind, max-age }`; without the first three it is the latest. All but `kind` may hold expressions. */
export function readCheckpointMap(
  node: MapNode,
  what: string,
  reporter: Reporter,
  drafts: DraftReader,
): Draft | undefined {
  const keys = readKeys(node, { where: what, known: [...checkpointWays, 'kind', 'max-age'] }, reporter);
  if (keys === undefined || keys.size < node.entries.length) return undefined;
  if (keys.size === 0) return reporter.refuse('DB2022', node, { what });
  const [chosen, second] = checkpointWays.flatMap(way => keys.get(way) ?? []);
  if (second !== undefined) return reporter.refuse('DB2048', second.at, { what, keys: checkpointWays.join(', ') });
  const [kindNode, ageNode] = [keys.get('kind')?.value, keys.get('max-age')?.value];
  const kind = kindNode && readWord(kindNode, checkpointKinds, `${what}.kind`, reporter);
  const age = ageNode && readAge(ageNode, `${what}.max-age`, reporter, drafts);
  const way = chosen === undefined ? undefined : readWay(chosen, what, reporter, drafts);
  if (chosen?.key === 'id' && keys.size > 1)
    return reporter.refuse('DB2011', headOf(node, reporter), { what, why: idSaysAll });
  if ((chosen !== undefined && way === undefined) || (kindNode && !kind) || (ageNode && !age)) return undefined;
  const entries = new Map<string, Draft>([
    ['by', { kind: 'lit', value: chosen?.key ?? 'latest', at: node }],
    ...(chosen === undefined || way === undefined ? [] : [[chosen.key, way] as const]),
    ...(chosen?.key === 'id' ? [] : [['kind', { kind: 'lit', value: kind ?? 'any', at: node }] as const]),
    ...(age === undefined ? [] : [['maxAgeMs', age] as const]),
  ]);
  const draft: Draft = { kind: 'map', entries, at: node };
  return isLiteral(draft) ? { kind: 'lit', value: rawOf(draft) as Readonly<Record<string, string>>, at: node } : draft;
}

function readWay({ key, value }: Entry, what: string, reporter: Reporter, drafts: DraftReader): Draft | undefined {
  const name = `${what}.${key}`;
  const shape = checkpointWays.some(way => way === key) ? shapes[key as keyof typeof shapes] : undefined;
  if (value.kind === 'scalar' && hasExpression(value) && shape !== undefined)
    return drafts.template(value, { kind: 'field', shape }, name);
  const text = readName(value, name, reporter);
  if (text === undefined) return undefined;
  // With its kind behind a comma it would be said twice.
  if (readCheckpoint(`${key}:${text}`) !== undefined && (key !== 'before' || !text.includes(',')))
    return { kind: 'lit', value: text, at: value };
  return key === 'before' ? reporter.refuse('DB2015', value, { text }) : reporter.refuse('DB2016', value, { text });
}

function readAge(node: Node, what: string, reporter: Reporter, drafts: DraftReader): Draft | undefined {
  if (node.kind === 'scalar' && hasExpression(node))
    return drafts.template(node, { kind: 'field', shape: shapes['max-age'] }, what);
  const ms = readDuration(node, what, reporter);
  return ms === undefined ? undefined : { kind: 'lit', value: ms, at: node };
}

/** The map of an author's `inputs`, read as plain values, in the form in which it is used. */
export function canonicalCheckpoint(entries: ReadonlyMap<string, Draft>, at: Draft['at']): Draft {
  const lit = (value: string): Draft => ({ kind: 'lit', value, at });
  const by = checkpointWays.find(way => entries.has(way)) ?? 'latest';
  const rest = [...entries].map(([key, value]) => [key === 'max-age' ? 'maxAgeMs' : key, value] as const);
  const kind = by === 'id' ? [] : [['kind', lit('any')] as const];
  return { kind: 'map', entries: new Map([['by', lit(by)], ...kind, ...rest]), at };
}
