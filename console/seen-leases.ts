import type { About, Caller } from '../control/access/caller.ts';
import { type Leases, listLeases } from '../control/leases.ts';
import { readRun } from '../control/run-list.ts';
import { RunNotFound } from '../control/run-ended.ts';
import { aboutRun } from './about-run.ts';
import type { ConsoleDeps } from './deps.ts';
import { mayBeSeenBy, mustSee } from './may-see.ts';

/** What belongs to no run of this namespace: whoever may see failovers of all runbooks sees it. */
const nobodys: About = { runbook: '', mode: 'failover' };

/** What is open and leased, as far as the caller may see the runs that it belongs to. Throws NotAllowed. */
export async function seenLeases(place: Pick<ConsoleDeps, 'readConfig' | 'control'>, caller: Caller): Promise<Leases> {
  await mustSee(place, caller);
  const isSeen = await mayBeSeenBy(place, caller);
  const all = await listLeases(place.control);
  const runs = [...new Set([...all.open, ...all.leases].map(({ run }) => run))];
  const abouts = await Promise.all(runs.map(async run => [run, await aboutOf(place, run)] as const));
  return leasesSeen(all, new Map(abouts), isSeen);
}

async function aboutOf({ control }: Pick<ConsoleDeps, 'control'>, run: string): Promise<About> {
  try {
    return aboutRun(await readRun(control, run));
  } catch (error) {
    if (error instanceof RunNotFound) return nobodys;
    throw error;
  }
}

/** @param abouts by run; one that is not there is nobody's */
export function leasesSeen(all: Leases, abouts: ReadonlyMap<string, About>, isSeen: (about: About) => boolean): Leases {
  const isOwn = ({ run }: { readonly run: string }): boolean => isSeen(abouts.get(run) ?? nobodys);
  const whole = isSeen(nobodys);
  return {
    ...all,
    open: all.open.filter(isOwn),
    leases: all.leases.filter(isOwn),
    strangers: whole ? all.strangers : [],
    left: whole ? all.left : [],
    silent: whole ? all.silent : [],
  };
}
