import { z } from 'zod';
import type { Json, JsonMap } from '../../actions/json.ts';
import { formatDuration } from '../../expressions/duration.ts';
import { plainText, ref } from './parts.ts';

/** How a kind of field (actions/fields.ts) stands in a file, where that is not what zod sees. */
export interface FileKind {
  readonly schema: JsonMap;
  /** It is long: a definition of its own. */
  readonly named?: true;
  /** As text with expressions in it, as one expression alone, or neither: its schema says all. */
  readonly as: 'text' | 'alone' | 'anyway';
  /** A default as an author would write it. */
  readonly show?: (value: Json) => Json;
}

const durationPattern = '^(?=.*[1-9])(\\d{1,9}d)?(\\d{1,9}h)?(\\d{1,9}m)?(\\d{1,9}s)?$';
export const duration: JsonMap = {
  type: 'string',
  pattern: durationPattern,
  patternErrorMessage: 'Durations are 90s, 15m, 1h30m, 2d, here more than zero.',
};
export const durationFromZero: JsonMap = {
  type: 'string',
  pattern: '^(?=.)(\\d{1,9}d)?(\\d{1,9}h)?(\\d{1,9}m)?(\\d{1,9}s)?$',
  patternErrorMessage: 'Durations are 90s, 15m, 1h30m, 2d.',
};

const timePattern = (z.toJSONSchema(z.iso.datetime({ offset: true })) as { pattern: string }).pattern;
export const time: JsonMap = {
  type: 'string',
  pattern: timePattern,
  patternErrorMessage: 'Times are ISO 8601 with an offset: 2026-11-21T02:10:00Z.',
};
const when = timePattern.slice(1, -1);

/** A bare expression. */
const bareExpression: JsonMap = { type: 'string', pattern: '^(?![\\s\\S]*\\$\\{\\{)' };
/** The same where `true` and `false` stand for themselves. */
export const condition: JsonMap = { ...bareExpression, type: ['string', 'boolean'] };

const kind: JsonMap = { enum: ['any', 'app-consistent'], default: 'any' };
const checkpointText: JsonMap = {
  type: 'string',
  pattern: `^(latest|tag:[\\s\\S]+|id:\\d+|before:${when}(,app-consistent)?)$`,
  patternErrorMessage: 'Write latest, tag:T, id:N or before:2026-11-21T02:10:00Z[,app-consistent].',
};
/** `text`, `alone`: what may stand there beside the value itself: text with expressions in it, one expression. */
function checkpointMapOf(text: readonly JsonMap[], alone: readonly JsonMap[]): JsonMap {
  const or = (schema: JsonMap, more: readonly JsonMap[]): JsonMap =>
    more.length === 0 ? schema : { anyOf: [schema, ...more] };
  return {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    properties: {
      tag: { description: 'The tag that it was inserted with.', type: 'string', pattern: '\\S' },
      id: { description: 'Its CheckpointIdentifier.', ...or({ type: 'string', pattern: '^\\d+$' }, text) },
      before: { description: 'The newest one not after this time.', ...or(time, text) },
      kind: { description: 'Only application-consistent ones, or any.', ...kind },
      'max-age': { description: 'It must not be older.', ...or(duration, alone) },
    },
    allOf: [
      { not: { required: ['tag', 'id'] } },
      { not: { required: ['tag', 'before'] } },
      { not: { required: ['id', 'before'] } },
      { if: { required: ['id'] }, then: { properties: { kind: false, 'max-age': false } } },
    ],
  };
}

/** A checkpoint without an expression in it: of an input. */
export const plainCheckpoint: JsonMap = { anyOf: [checkpointText, checkpointMapOf([], [])] };

export const fileKinds: Readonly<Record<string, FileKind>> = {
  duration: {
    schema: duration,
    as: 'alone',
    named: true,
    show: value => (typeof value === 'number' ? formatDuration(value) : value),
  },
  'duration-from-zero': {
    schema: durationFromZero,
    as: 'alone',
    named: true,
    show: value => (typeof value === 'number' ? formatDuration(value) : value),
  },
  time: { schema: time, as: 'text', named: true },
  cel: { schema: condition, as: 'anyway' },
  checkpoint: {
    schema: { anyOf: [checkpointText, checkpointMapOf([ref('text')], [ref('expression')])] },
    as: 'text',
    named: true,
    show: value => (typeof value === 'object' && value !== null && 'by' in value ? (value['by'] ?? null) : value),
  },
  json: { schema: {}, as: 'anyway' },
  secret: { schema: plainText, as: 'anyway' },
};

export function namedKinds(): Readonly<Record<string, JsonMap>> {
  const named = Object.entries(fileKinds).filter(([, kind]) => kind.named === true);
  return Object.fromEntries(named.map(([name, kind]) => [name, kind.schema]));
}
