/** No item has this name. `nearest`: what may have been meant, best first. */
export class NameNotFound extends Error {
  override readonly name = 'NameNotFound';
  readonly wanted: string;
  readonly nearest: readonly string[];

  constructor(what: string, wanted: string, nearest: readonly string[], count: number) {
    super(
      count === 0
        ? `There is no ${what} "${wanted}": the ZVM lists none at all.`
        : nearest.length > 0
          ? `There is no ${what} "${wanted}"; did you mean ${nearest.map(name => `"${name}"`).join(' or ')}?`
          : `There is no ${what} "${wanted}" among the ${count} that the ZVM lists.`,
    );
    this.wanted = wanted;
    this.nearest = nearest;
  }
}

/** Several items have this name; a name must decide alone. */
export class NameAmbiguous extends Error {
  override readonly name = 'NameAmbiguous';
  readonly wanted: string;
  readonly count: number;

  constructor(what: string, wanted: string, count: number) {
    super(`There are ${count} of the kind ${what} with the name "${wanted}"; rename all but one in Zerto.`);
    this.wanted = wanted;
    this.count = count;
  }
}

/**
 * The one item with exactly this name, case included: names can be reused and changed, and a ZVM's own filter ignores case.
 * @param what the kind of thing, for the error: `VPG`, `network`
 * @throws NameNotFound, NameAmbiguous
 */
export function pickByName<T extends { readonly name: string }>(items: readonly T[], name: string, what: string): T {
  const [first, ...others] = items.filter(item => item.name === name);
  if (first === undefined) {
    throw new NameNotFound(what, name, nearestNames(items, name), items.length);
  }
  if (others.length > 0) throw new NameAmbiguous(what, name, others.length + 1);
  return first;
}

/** Up to three names within a third of the letters and about as near as the nearest, which comes first. */
function nearestNames(items: readonly { readonly name: string }[], wanted: string): string[] {
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  const near = [...new Set(items.map(item => item.name))]
    .map(name => ({ name, distance: distanceBetween(name.toLowerCase(), wanted.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name));
  const best = near[0]?.distance ?? 0;
  return near
    .filter(({ distance }) => distance <= best + 1)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Levenshtein. */
function distanceBetween(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (previous[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      row.push(Math.min(replaced, (previous[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
