import { type About, accessOf, type Caller, refusalOf } from '../control/access/caller.ts';
import { type ListedRun, readRun } from '../control/run-list.ts';
import { aboutRun } from './about-run.ts';
import { NotAllowed } from './deeds.ts';
import type { ConsoleDeps } from './deps.ts';

type Place = Pick<ConsoleDeps, 'readConfig' | 'control'>;

/** Whether a caller may see something, by drillbook.yaml as it stands now. */
export async function mayBeSeenBy({ readConfig }: Place, caller: Caller): Promise<(about: About) => boolean> {
  const access = accessOf(await readConfig());
  return about => refusalOf(access, caller, 'see', about) === undefined;
}

/** Throws NotAllowed. */
export async function mustSee({ readConfig }: Place, caller: Caller, about: About = {}): Promise<void> {
  const refused = refusalOf(accessOf(await readConfig()), caller, 'see', about);
  if (refused !== undefined) throw new NotAllowed(refused);
}

/** A run, for whom may see it. Throws RunNotFound or NotAllowed. */
export async function seenRun(
  place: Place,
  caller: Caller,
  run: string,
): Promise<ListedRun & { readonly plan: string }> {
  // Whoever may see nothing is not told which runs there are.
  await mustSee(place, caller);
  const found = await readRun(place.control, run);
  await mustSee(place, caller, aboutRun(found));
  return found;
}
