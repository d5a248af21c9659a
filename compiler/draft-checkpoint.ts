import { readCheckpoint } from '../actions/checkpoint.ts';
import type { Json } from '../actions/json.ts';
import { firstLine, headOf, readKeys } from './keys.ts';
import type { Draft } from './model.ts';
import type { MapNode } from './nodes.ts';
import type { Reporter } from './reporter.ts';
import { readDuration, readName, readWord } from './scalars.ts';

const ways = ['tag', 'id', 'before'] as const;

/** `{ tag | id | before, kind, max-age }`, with fixed values. */
export function readCheckpointMap(node: MapNode, what: string, reporter: Reporter): Draft | undefined {
  const keys = readKeys(node, { where: what, known: [...ways, 'kind', 'max-age'] }, reporter);
  const [by, ...more] = ways.filter(way => keys?.has(way) === true);
  const chosen = by && keys?.get(by);
  if (keys === undefined || chosen === undefined || more.length > 0)
    return reporter.refuse('DB2019', firstLine(node, reporter), { what, keys: ways.join(', ') });
  const text = readName(chosen.value, `${what}.${chosen.key}`, reporter);
  const kindNode = keys.get('kind')?.value;
  const kind = kindNode && readWord(kindNode, ['any', 'app-consistent'] as const, `${what}.kind`, reporter);
  const ageNode = keys.get('max-age')?.value;
  const maxAgeMs = ageNode && readDuration(ageNode, `${what}.max-age`, reporter);
  if (text === undefined) return undefined;
  const read = readCheckpoint(`${chosen.key}:${text}`);
  // With its kind behind a comma it would be said twice.
  if (read === undefined || (by === 'before' && text.includes(',')))
    return reporter.refuse('DB2016', chosen.value, { text });
  if (read.by === 'id' && keys.size > 1)
    return reporter.refuse('DB2011', headOf(node, reporter), { what, why: 'an id says it all: no kind, no max-age' });
  const value = read.by === 'id' ? read : { ...read, kind: kind ?? 'any', ...(maxAgeMs !== undefined && { maxAgeMs }) };
  return { kind: 'lit', value: value as Json, at: node };
}
