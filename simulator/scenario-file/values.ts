import { z } from 'zod';
import { found } from '../yaml-issues.ts';

/** `pattern`: what an editor may check. `read` gives undefined for what does not fit. */
function written<T>(pattern: RegExp, example: string, read: (number: number, unit: string) => T) {
  const wrong = ({ input }: { input?: unknown }): string =>
    input === undefined ? 'is missing' : `${example} is wanted, this is ${found(input)}`;
  return z
    .string({ error: wrong })
    .regex(pattern, { error: wrong })
    .transform(text => read(Number.parseFloat(text), text.replace(/^[\d.]+/, '')));
}

const msOf: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const mbOf: Readonly<Record<string, number>> = { MB: 1, GB: 1024, TB: 1024 * 1024 };

/** Comes out as ms. */
export const duration = (about: string) =>
  written(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'a duration like 500ms, 2.5s, 5m or 24h', (number, unit) =>
    Math.round(number * (msOf[unit] ?? 1)),
  ).describe(`${about}: 500ms, 2.5s, 5m, 24h, 7d`);

/** Comes out as MB. */
export const size = (about: string) =>
  written(/^\d+(\.\d+)?(MB|GB|TB)$/, 'a size like 512MB, 40GB or 2TB', (number, unit) =>
    Math.round(number * (mbOf[unit] ?? 1)),
  ).describe(`${about}: 512MB, 40GB, 2TB`);

export const text = (about: string) => z.string().min(1).describe(about);
export const names = (about: string) => z.array(z.string().min(1)).describe(about);
export const flag = (about: string) => z.boolean().describe(about);
export const generation = z
  .enum(['windows', 'appliance'])
  .describe('windows: a session in a header, port 9669. appliance: tokens, port 443');

/** The shortest way to write ms so that `duration` reads the same. */
export function writeDuration(ms: number): string {
  const unit = (['d', 'h', 'm', 's'] as const).find(each => ms !== 0 && ms % (msOf[each] ?? 1) === 0);
  return unit === undefined ? (ms === 0 ? '0s' : `${ms}ms`) : `${ms / (msOf[unit] ?? 1)}${unit}`;
}

export function writeSize(mb: number): string {
  const unit = (['TB', 'GB'] as const).find(each => mb !== 0 && mb % (mbOf[each] ?? 1) === 0);
  return unit === undefined ? `${mb}MB` : `${mb / (mbOf[unit] ?? 1)}${unit}`;
}

/** `failoverTest` is `failover-test` in a file. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
const camel = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** An object schema whose keys are written in kebab-case, and come out as the program has them. */
export function kebabObject<S extends Readonly<Record<string, z.ZodType>>>(shape: S) {
  const written = Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [kebab(name), z.exactOptional(schema)]),
  );
  return z.strictObject(written).transform(
    value =>
      Object.fromEntries(Object.entries(value).map(([name, inner]) => [camel(name), inner])) as {
        readonly [K in keyof S]?: z.output<S[K]>;
      },
  );
}
