import * as z from 'zod';

/**
 * A JSON object as a ZVM sends it. Unknown members are kept, and the casing of the known ones is restored: the API
 * ignores case, and the vendor's OpenAPI writes camelCase where the product answers in PascalCase. A null in an optional
 * member that has no null of its own is left out; .NET takes the two for the same.
 */
export function wireObject<S extends z.ZodRawShape>(
  shape: S,
): z.ZodType<z.output<z.ZodObject<S, z.core.$loose>>, z.input<z.ZodObject<S, z.core.$loose>>> {
  const known = new Map(
    Object.entries(shape).map(([name, schema]) => {
      const nullIsAbsent = schema instanceof z.ZodExactOptional && !schema.safeParse(null).success;
      return [name.toLowerCase(), { name, nullIsAbsent }];
    }),
  );
  // The cast gives back the input type, which `preprocess` widens to unknown.
  return z.preprocess(value => restoreMembers(value, known), z.looseObject(shape)) as unknown as z.ZodType<
    z.output<z.ZodObject<S, z.core.$loose>>,
    z.input<z.ZodObject<S, z.core.$loose>>
  >;
}

function restoreMembers(
  value: unknown,
  known: ReadonlyMap<string, { readonly name: string; readonly nullIsAbsent: boolean }>,
): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const restored: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const { name, nullIsAbsent } = known.get(key.toLowerCase()) ?? { name: key, nullIsAbsent: false };
    if (nullIsAbsent && member === null) continue;
    if (name === key || !Object.hasOwn(value, name)) restored[name] = member;
  }
  return restored;
}

/** A JSON object as it came, for what is kept beside what is read of it. */
export type Raw = Readonly<Record<string, unknown>>;

/**
 * What `project` makes of an object, given also the object as it came: what is not read here stays within reach.
 */
export function wireProjected<S extends z.ZodType, T>(
  wire: S,
  project: (read: z.output<S>, raw: Raw) => T,
  /** What is read in place of members that cannot be read; undefined members are taken as not sent. By the vendor's name. */
  instead: Raw = {},
) {
  const schema = z.record(z.string(), z.unknown()).transform((raw, context): T => {
    const first = wire.safeParse(raw);
    const odd = new Set(first.error?.issues.map(({ path }) => String(path[0])).filter(name => name in instead));
    const read = odd.size === 0 ? first : wire.safeParse(withInstead(raw, odd, instead));
    if (read.success) return project(read.data, raw);
    for (const issue of read.error.issues) {
      context.addIssue({ code: 'custom', message: issue.message, path: [...issue.path] });
    }
    return z.NEVER;
  });
  wires.set(schema, wire);
  return schema;
}

function withInstead(raw: Raw, odd: ReadonlySet<string>, instead: Raw): Raw {
  const names = new Set([...odd].map(name => name.toLowerCase()));
  const kept = Object.entries(raw).filter(([key]) => !names.has(key.toLowerCase()));
  return Object.fromEntries([...kept, ...[...odd].map(name => [name, instead[name]] as const)]);
}

const wires = new WeakMap<z.ZodType, z.ZodType>();

/** What `wireProjected` was made of: XML is read by it. */
export function wireOf(schema: z.ZodType): z.ZodType | undefined {
  return wires.get(schema);
}

/** A list that .NET may leave out or send as null. */
export function wireList<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform(list => list ?? []);
}

/** Text that .NET may leave out or send as null; some versions write a number where others write text. */
export const wireText = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform(text => String(text ?? ''));

/** An identifier: text, or a number that stands for one. */
export const wireId = z.union([z.string().min(1), z.number()]).transform(String);

/** A flag: a boolean, or its word; undefined where it is neither. */
export const wireFlag = z
  .union([z.boolean(), z.string()])
  .nullish()
  .transform(flag =>
    typeof flag === 'string' ? { true: true, false: false }[flag.trim().toLowerCase()] : (flag ?? undefined),
  );

/** An enum field: number or name (docs/zerto.md §2). `enums.ts` turns it into a name. */
export const wireEnum = z.union([z.number(), z.string()]);

/** A number that some versions write as text (`RTOInSeconds`); NaN where it is neither. */
export const wireNumber = z
  .union([z.number(), z.string()])
  .nullish()
  .transform(value => (value === '' || value === null || value === undefined ? Number.NaN : Number(value)));

/** A time, as ISO 8601 in UTC; text that cannot be read stays as it is, an unset one is undefined. */
export const wireTime = z
  .union([z.string(), z.number()])
  .nullish()
  .transform(time => readTime(time ?? ''));

/** A time that must be there and readable. */
export const wireInstant = z
  .union([z.string(), z.number()])
  .refine(time => !Number.isNaN(Date.parse(readTime(time) ?? '')), 'is not a time')
  .transform(time => readTime(time) ?? String(time));

/** `wireNumber` where a number must be given. */
export function orElse(number: number, otherwise: number): number {
  return Number.isFinite(number) ? number : otherwise;
}

const wcfDate = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/;
const withoutZone = /^\d{4}-\d\d-\d\dT[\d:.]+$/;

/**
 * WCF `/Date(1520423877045)/` (to 7.0; its offset does not move the instant) and ISO 8601 (later). A time without a zone
 * is taken as UTC. A number is ms since 1970. Year 1 is .NET's unset date; as a number 0 or less.
 */
function readTime(time: string | number): string | undefined {
  if (typeof time === 'number' && time <= 0) return undefined;
  const text = typeof time === 'number' ? `/Date(${Math.trunc(time)})/` : time;
  if (text === '' || text.startsWith('0001-01-01')) return undefined;
  const wcf = wcfDate.exec(text);
  const ms = wcf ? Number(wcf[1]) : Date.parse(withoutZone.test(text) ? `${text}Z` : text);
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : text;
}
