import type { SiteSeen } from './janitor-types.ts';

/**
 * What two looks agree on. A site that was looked at once stays as it was seen; what was written down is the later one's,
 * which knows more of the end.
 */
export function bothSeen(first: readonly SiteSeen[], second: readonly SiteSeen[]): SiteSeen[] {
  return first.map(before => {
    const after = second.find(({ site }) => site === before.site);
    if (after === undefined || after.error !== undefined) return after ?? before;
    const known = new Set(before.open.map(({ kind, vpgId }) => `${kind} ${vpgId}`));
    const written = new Set(before.written.map(({ id }) => id));
    return {
      ...after,
      open: after.open.filter(({ kind, vpgId }) => known.has(`${kind} ${vpgId}`)),
      // What was written since, nobody was asked about.
      written: after.written.filter(({ id }) => written.has(id)),
    };
  });
}
