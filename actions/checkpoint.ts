import { z } from 'zod';

const kind = z.enum(['any', 'app-consistent']).default('any');
const maxAge = z.number().int().positive().optional();

/**
 * Which point in time, after reading (ms for durations). As text: `latest`, `tag:T`, `id:N`, `before:TIME`,
 * `before:TIME,app-consistent`; as a map: `{ tag | id | before, kind, max-age }`.
 */
export const checkpoint = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('latest'), kind, maxAgeMs: maxAge }),
  z.strictObject({ by: z.literal('tag'), tag: z.string().min(1), kind, maxAgeMs: maxAge }),
  z.strictObject({ by: z.literal('before'), before: z.iso.datetime({ offset: true }), kind, maxAgeMs: maxAge }),
  z.strictObject({
    by: z.literal('id'),
    id: z.string().regex(/^\d+$/),
    /** Chosen as the newest at the moment of choosing: it counts for the RPO as `latest` does (rule 19). */
    wasLatest: z.boolean().optional(),
    time: z.iso.datetime({ offset: true }).optional(),
  }),
]);
export type Checkpoint = z.output<typeof checkpoint>;

const time = z.iso.datetime({ offset: true });
/** ISO 8601 with an offset, of a day that exists: `Date.parse` takes the 30th of February. */
export const isTime = (text: string): boolean => time.safeParse(text).success;

/** Reads the string form; undefined when it is none of the legal ones. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  if (text === 'latest') return { by: 'latest', kind: 'any' };
  const colon = text.indexOf(':');
  const rest = text.slice(colon + 1);
  switch (colon < 0 ? '' : text.slice(0, colon)) {
    case 'tag':
      return rest === '' ? undefined : { by: 'tag', tag: rest, kind: 'any' };
    case 'id':
      return /^\d+$/.test(rest) ? { by: 'id', id: rest } : undefined;
    case 'before': {
      const [when = '', ...kinds] = rest.split(',');
      if (!isTime(when)) return undefined;
      if (kinds.length === 0) return { by: 'before', before: when, kind: 'any' };
      return kinds.length === 1 && kinds[0] === 'app-consistent'
        ? { by: 'before', before: when, kind: 'app-consistent' }
        : undefined;
    }
    default:
      return undefined;
  }
}
