import { isConnected } from './connection.ts';
import { growAgain, latestCheckpoint, renewJournal, stopGrowing } from './journal.ts';
import type { SyncPhase, Vpg, World } from './state.ts';
import { historyMsOf } from './vpg.ts';

/** Lets the journal grow, or stand still, as what the VPG is doing now demands. To be called after each change of that. */
export function tend(world: World, vpg: Vpg, time: number): void {
  if (isReplicating(world, vpg)) growAgain(vpg.journal, time);
  else stopGrowing(vpg.journal, time);
}

export function isReplicating(world: World, vpg: Vpg): boolean {
  return (
    vpg.operation === undefined &&
    vpg.sync === undefined &&
    vpg.paused === undefined &&
    vpg.trouble === undefined &&
    vpg.recovered === undefined &&
    vpg.settings.Vms.length > 0 &&
    isConnected(world, vpg)
  );
}

/** Synchronises in phases; new checkpoints come after the last of them. `forced`: somebody asked for it. */
export function synchronise(world: World, vpg: Vpg, phases: readonly SyncPhase[], time: number, forced = false): void {
  const [first, ...then] = phases.filter(phase => phase.ms > 0);
  if (first === undefined) {
    vpg.sync = undefined;
    // A first checkpoint comes with the end of the synchronisation, not up to an interval later.
    if (!hasCheckpoints(vpg, time)) vpg.journal = renewJournal(vpg.journal, time);
    tend(world, vpg, time);
    return;
  }
  const sync = { subStatus: first.subStatus, forced, started: time, due: time + first.ms, then };
  vpg.sync = sync;
  tend(world, vpg, time);
  world.later(sync.due, at => {
    // Without its peer it does not end: resynchronise begins it again.
    if (vpg.sync === sync && isConnected(world, vpg)) synchronise(world, vpg, then, at, forced);
  });
}

/** After a time without replication: what had begun begins again, else the difference is sent. */
export function resynchronise(world: World, vpg: Vpg, time: number): void {
  if (vpg.operation !== undefined || vpg.trouble !== undefined || vpg.recovered !== undefined) return;
  if (vpg.paused !== undefined) return;
  const { sync } = vpg;
  if (sync !== undefined) {
    const again = { subStatus: sync.subStatus, ms: sync.due - sync.started };
    synchronise(world, vpg, [again, ...sync.then], time, sync.forced);
  } else if (hasCheckpoints(vpg, time)) {
    synchronise(world, vpg, [{ subStatus: 'DeltaSync', ms: world.durations.deltaSync }], time);
  } else {
    synchronise(world, vpg, [{ subStatus: 'InitialSync', ms: world.durations.initialSync }], time);
  }
}

/** Forgets all checkpoints, as edits that resynchronise do. */
export function dropCheckpoints(world: World, vpg: Vpg, time: number): void {
  vpg.journal = renewJournal(vpg.journal, time);
  tend(world, vpg, time);
}

function hasCheckpoints(vpg: Vpg, time: number): boolean {
  return latestCheckpoint(vpg.journal, time, historyMsOf(vpg)) !== undefined;
}
