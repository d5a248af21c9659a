/** The known name nearest to what was written; it may give none when enough were looked for. */
export type Nearest = (written: string, known: Iterable<string>) => string | undefined;

/** Names that are looked at for one suggestion. */
const maxNames = 1_000;

/** The known name nearest to what was written, where it is near enough to be meant; only the first thousand are tried. */
export function suggest(written: string, known: Iterable<string>): string | undefined {
  if (written.length > 64) return undefined;
  // One letter is one edit away from every other.
  const limit = written.length < 2 ? 0 : Math.max(1, Math.floor(written.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  const lower = written.toLowerCase();
  let looked = 0;
  for (const name of known) {
    if (++looked > maxNames) break;
    if (name === written || Math.abs(name.length - written.length) >= bestDistance) continue;
    const d = distance(lower, name.toLowerCase(), bestDistance);
    if (d < bestDistance) {
      best = name;
      bestDistance = d;
    }
  }
  return best;
}

/** Edits (insert, delete, replace, swap of neighbours) between two short texts; `limit` or more where it is not below. */
function distance(a: string, b: string, limit: number): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let d = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, (older[j - 2] ?? 0) + 1);
      row.push(d);
      least = Math.min(least, d);
    }
    if (least >= limit && Math.min(...previous) >= limit) return limit;
    older = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
