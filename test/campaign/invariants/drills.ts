import { accounts, type Broken, isOurs, type SeedFacts } from '../facts.ts';

const name = 'a drill makes no live call';

const livePath = /\/vpgs\/[^/]+\/(failover|failovercommit|failoverrollback|move|movecommit|moverollback)$/i;
const removal = /\/vpgs\/[^/]+$/i;

/** Also none that is refused. A drill has an account of its own here; another one's use by it is a fault too. */
export function drills({ seen, run, beside }: SeedFacts): readonly Broken[] {
  const alone = run.case.mode === 'drill' && beside === undefined;
  const mine = alone ? isOurs : (by: string | undefined) => by === accounts.drills;
  return seen.requests.flatMap(({ method, path, by }) => {
    const live = (method === 'POST' && livePath.test(path)) || (method === 'DELETE' && removal.test(path));
    return live && mine(by) ? [{ invariant: name, text: `${method} ${path} by ${by ?? 'nobody'}` }] : [];
  });
}
