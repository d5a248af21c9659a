import { Refusal } from './refusal.ts';
import type { Call } from './router.ts';

/** Fields of a body as the ZVM reads them; left out and null are the same. Each refuses what it cannot read. */

export function flagOf(call: Call, name: string): boolean | undefined {
  const value = call.field(name);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Refusal(400, `${name} is neither true nor false.`);
}

/** An enum, as its number or its name in any case. */
export function optionOf<T extends string>(call: Call, name: string, options: readonly T[]): T | undefined {
  const value = call.field(name);
  if (value === undefined || value === null) return undefined;
  const found = options.find(
    (option, index) =>
      value === index ||
      (typeof value === 'string' && [option.toLowerCase(), `${index}`].includes(value.toLowerCase())),
  );
  if (found === undefined) throw new Refusal(400, `The value '${JSON.stringify(value)}' is not valid for ${name}.`);
  return found;
}

/** How long a failover or move waits until it commits or rolls back by itself: 300–86400 s, default 3600. */
export function secondsOf(call: Call, name: string): number {
  const value = call.field(name) ?? 3600;
  const seconds = typeof value === 'string' ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 300 || seconds > 86_400) {
    throw new Refusal(400, `${name} must be between 300 and 86400.`);
  }
  return seconds;
}

/** VmIdentifiers; undefined (or none) is all of the VPG. */
export function vmIdsOf(call: Call): readonly string[] | undefined {
  const ids = call.field('VmIdentifiers') ?? [];
  if (!Array.isArray(ids) || !ids.every(id => typeof id === 'string')) {
    throw new Refusal(400, 'VmIdentifiers is not a list of identifiers.');
  }
  return ids.length === 0 ? undefined : ids.map(id => id.toLowerCase());
}
