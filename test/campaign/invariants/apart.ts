import { accounts, type Broken, type SeedFacts } from '../facts.ts';

const name = 'a failover and a drill of a VPG never call in turns';

const effect = /\/vpgs\/([^/]+)\/(failover\w*|move\w*)$/i;

/** The drill has an account of its own: after the first call of the live run about a VPG none comes from it any more. */
export function apart({ seen, beside }: SeedFacts): readonly Broken[] {
  if (beside === undefined) return [];
  const taken = new Map<string, number>();
  return seen.requests.flatMap(({ method, path, by, at }) => {
    const id = effect.exec(path)?.[1];
    if (method !== 'POST' || id === undefined) return [];
    const vpg = seen.vpgs.find(each => each.id === id)?.name ?? id;
    if (by === accounts.ours) taken.set(vpg, taken.get(vpg) ?? at);
    const since = taken.get(vpg);
    if (by !== accounts.drills || since === undefined) return [];
    return [{ invariant: name, text: `${path} by the drill at ${at}, the live run had ${vpg} since ${since}` }];
  });
}
