type Ways = ReadonlyMap<string, readonly string[]>;

/** The names from which a way leads back to themselves. `next`: where each leads. */
export function circlesOf(next: Ways): ReadonlySet<string> {
  // What leads into no circle, and what none leads to, goes first: a long file without a circle costs no more than its length.
  const left = reversed(withoutEnds(reversed(withoutEnds(next))));
  return new Set([...left.keys()].filter(name => comesBack(name, left)));
}

/** Without names from which every way comes to an end. */
function withoutEnds(next: Ways): Ways {
  const back = reversed(next);
  const ways = new Map([...next].map(([name, all]) => [name, all.length]));
  const ends = [...new Set([...back.keys(), ...next.keys()])].filter(name => (ways.get(name) ?? 0) === 0);
  const ended = new Set(ends);
  for (let end = ends.pop(); end !== undefined; end = ends.pop())
    for (const from of back.get(end) ?? []) {
      const count = (ways.get(from) ?? 0) - 1;
      ways.set(from, count);
      if (count > 0 || ended.has(from)) continue;
      ended.add(from);
      ends.push(from);
    }
  const kept = [...next].filter(([name]) => !ended.has(name));
  return new Map(kept.map(([name, all]) => [name, all.filter(to => !ended.has(to))]));
}

function reversed(next: Ways): Ways {
  const back = new Map<string, string[]>();
  for (const [from, all] of next)
    for (const to of all) {
      const known = back.get(to);
      if (known === undefined) back.set(to, [from]);
      else known.push(from);
    }
  return back;
}

function comesBack(name: string, next: Ways): boolean {
  const seen = new Set<string>();
  const open = [...(next.get(name) ?? [])];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === name) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...(next.get(at) ?? []));
  }
  return false;
}
