/** The members of these lists are the same member when these are equal. */
const keys = ['VmIdentifier', 'NicIdentifier', 'VolumeIdentifier', 'BootGroupIdentifier'];

/**
 * What a PUT of (a part of) a settings document leaves: what was sent wins, what was not sent stays; a list is replaced,
 * its members that were there before are merged. `fresh` gives what a VM that was not there before starts with.
 */
export function merge(before: unknown, sent: unknown, fresh: (vmId: string) => unknown): unknown {
  if (Array.isArray(sent)) {
    const old: unknown[] = Array.isArray(before) ? before : [];
    return sent.map((item: unknown) => {
      const key = keys.find(candidate => isRecord(item) && typeof item[candidate] === 'string');
      const id = key !== undefined && isRecord(item) ? item[key] : undefined;
      if (key === undefined || typeof id !== 'string') return item;
      const same = old.find(member => isRecord(member) && String(member[key]).toLowerCase() === id.toLowerCase());
      const base = same ?? (key === 'VmIdentifier' ? fresh(id) : undefined);
      // Identifiers are read in any case and kept as they are.
      return { ...record(merge(base, item, fresh)), [key]: record(base)[key] ?? id };
    });
  }
  if (!isRecord(sent)) return sent;
  const merged = { ...record(before) };
  for (const [key, value] of Object.entries(sent)) merged[key] = merge(merged[key], value, fresh);
  return merged;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
