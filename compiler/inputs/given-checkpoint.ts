import { checkpoint, type Checkpoint, readCheckpoint } from '../../actions/checkpoint.ts';
import { durationOf } from '../shape/scalars.ts';

/** The ways in which a map says which checkpoint; without any it is the latest. */
export const checkpointWays = ['tag', 'id', 'before'] as const;
export const checkpointKinds = ['any', 'app-consistent'] as const;

/** Why `kind` and `max-age` cannot stand beside an id. */
export const idSaysAll = 'an id says it all: no kind, no max-age';

/**
 * A checkpoint that was given as a map: `{ tag | id | before, kind, max-age }`, as an author writes it, or as it is once it
 * was read.
 */
export function readCheckpointValue(
  map: Readonly<Record<string, unknown>>,
): { readonly value: Checkpoint } | { readonly why: string } {
  if (Object.hasOwn(map, 'by')) {
    const read = checkpoint.safeParse(map);
    return read.success ? { value: read.data } : { why: 'this map is no checkpoint' };
  }
  const { kind = 'any', 'max-age': age, ...rest } = map;
  const unknown = Object.keys(rest).find(key => !checkpointWays.some(way => way === key));
  if (unknown !== undefined)
    return { why: `a checkpoint has no key "${unknown}": ${checkpointWays.join(', ')}, kind, max-age` };
  const [by, ...more] = checkpointWays.filter(way => Object.hasOwn(rest, way));
  if (Object.keys(map).length === 0 || more.length > 0)
    return { why: `a checkpoint names one of ${checkpointWays.join(', ')}; or kind or max-age alone, of the latest` };
  const text = by === undefined ? 'latest' : rest[by];
  if (typeof text !== 'string') return { why: `${by ?? 'it'} must be text, in quotes` };
  const read = readCheckpoint(by === undefined ? text : `${by}:${text}`);
  if (read === undefined || (by === 'before' && text.includes(',')))
    return { why: `"${text}" is no ${by === 'before' ? 'time with its offset' : (by ?? 'checkpoint')}` };
  const named = checkpointKinds.find(k => k === kind);
  if (named === undefined) return { why: `kind is ${checkpointKinds.join(' or ')}` };
  const maxAgeMs = age === undefined ? undefined : durationOf(age);
  if (age !== undefined && (maxAgeMs === undefined || maxAgeMs === 0))
    return { why: 'max-age must be a duration like 15m' };
  if (read.by === 'id') return Object.keys(map).length > 1 ? { why: idSaysAll } : { value: read };
  return { value: { ...read, kind: named, ...(maxAgeMs !== undefined && { maxAgeMs }) } };
}
