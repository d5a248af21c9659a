import { ZvmError } from './errors.ts';

/** What a name was looked up for, where the caller knows: it stands in the error. */
export interface Lookup {
  readonly site: string;
  /** Where the names were read: `GET vpgs`; or what it was for: `vpgSettings.apply`. */
  readonly operation: string;
}

const nowhere: Lookup = { site: '', operation: 'look up a name' };
const shownCandidates = 8;

/** No item has this name. Nothing was sent. */
export class NameNotFound extends ZvmError {
  override readonly name = 'NameNotFound';
  readonly what: string;
  readonly wanted: string;
  /** What may have been meant, best first. */
  readonly nearest: readonly string[];
  /** All names that there are. */
  readonly candidates: readonly string[];

  constructor(
    what: string,
    wanted: string,
    nearest: readonly string[],
    candidates: readonly string[],
    lookup: Lookup = nowhere,
  ) {
    super(notFoundText(what, wanted, nearest, candidates, lookup), { ...lookup, retryable: false, happened: 'no' });
    this.what = what;
    this.wanted = wanted;
    this.nearest = nearest;
    this.candidates = candidates;
  }
}

function notFoundText(
  what: string,
  wanted: string,
  nearest: readonly string[],
  candidates: readonly string[],
  lookup: Lookup,
): string {
  const none = `There is no ${what} "${wanted}"`;
  const { lister, operation } = spelt(lookup);
  if (candidates.length === 0) return `${none}: ${lister} lists none at all${operation}.`;
  const all = listNames(nearest, candidates);
  if (nearest.length === 0) {
    return `${none} among the ${candidates.length} that ${lister} lists${operation}. These are: ${all}.`;
  }
  const meant = nearest.map(name => `"${name}"`).join(' or ');
  return `${none}; did you mean ${meant}? Of ${lister}${operation}: ${all}.`;
}

function spelt({ site, operation }: Lookup): { readonly lister: string; readonly operation: string } {
  return {
    lister: site === '' ? 'the ZVM' : `site "${site}"`,
    operation: operation === nowhere.operation ? '' : ` (${operation})`,
  };
}

/** The near ones first; the rest in the order of the alphabet. */
function listNames(nearest: readonly string[], candidates: readonly string[]): string {
  const names = [...new Set([...nearest, ...[...candidates].sort()])];
  const more = names.length - shownCandidates;
  return `${names.slice(0, shownCandidates).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Several items have this name; a name must decide alone. Nothing was sent. */
export class NameAmbiguous extends ZvmError {
  override readonly name = 'NameAmbiguous';
  readonly what: string;
  readonly wanted: string;
  readonly count: number;
  /** Identifiers of those that have it, where they have one. */
  readonly candidates: readonly string[];

  constructor(
    what: string,
    wanted: string,
    count: number,
    candidates: readonly string[] = [],
    lookup: Lookup = nowhere,
  ) {
    const ids = candidates.length === 0 ? '' : ` (${candidates.join(', ')})`;
    const { lister, operation } = spelt(lookup);
    super(
      `There are ${count} of the kind ${what} with the name "${wanted}"${ids} at ${lister}${operation}; rename all but one in Zerto.`,
      { ...lookup, retryable: false, happened: 'no' },
    );
    this.what = what;
    this.wanted = wanted;
    this.count = count;
    this.candidates = candidates;
  }
}

/**
 * Does `work`; a name that it does not find without saying where is said to be missing here.
 * @param operationOf the operation that lists that kind of thing
 */
export async function lookingUp<T>(
  site: string,
  operationOf: (what: string) => string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const told = error instanceof NameNotFound || error instanceof NameAmbiguous;
    if (!told || error.site !== '') throw error;
    const { what, wanted, candidates } = error;
    const lookup = { site, operation: operationOf(what) };
    throw error instanceof NameNotFound
      ? new NameNotFound(what, wanted, error.nearest, candidates, lookup)
      : new NameAmbiguous(what, wanted, error.count, candidates, lookup);
  }
}

/**
 * The one item with exactly this name, case included: names can be reused and changed, and a ZVM's own filter ignores case.
 * @param what the kind of thing, for the error: `VPG`, `network`
 * @throws NameNotFound, NameAmbiguous
 */
export function pickByName<T extends { readonly name: string; readonly id?: unknown }>(
  items: readonly T[],
  name: string,
  what: string,
  lookup?: Lookup,
): T {
  const found = items.filter(item => item.name === name);
  const [first, second] = found;
  if (first === undefined) {
    const candidates = items.map(item => item.name);
    throw new NameNotFound(what, name, nearestNames(items, name), candidates, lookup);
  }
  if (second !== undefined) {
    const ids = found.flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
    throw new NameAmbiguous(what, name, found.length, ids, lookup);
  }
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
