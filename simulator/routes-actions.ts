import { abortClone, startClone } from './clone.ts';
import { deleteVpg } from './delete-vpg.ts';
import { commitPolicies, shutdownPolicies } from './enums.ts';
import { awaitedRecovery, startFailover } from './failover.ts';
import { startTest, stopTest } from './failover-test.ts';
import { flagOf, optionOf, secondsOf, vmIdsOf } from './fields.ts';
import { insertCheckpoint } from './journal.ts';
import { refuseBothProtections, startMove } from './move.ts';
import { forceSync, pause, resume } from './pausing.ts';
import { refuseBusy, refuseWithoutRecoverySite } from './readiness.ts';
import { commitRecovery, rollBackRecovery } from './recovery-end.ts';
import { Refusal } from './refusal.ts';
import { isReplicating } from './replication.ts';
import { abortRetention, startRetention } from './retention.ts';
import { type Call, json, orderOf, type Reply, type Route, vpgOf } from './router.ts';
import type { Task } from './records.ts';
import { startTask } from './tasks.ts';
import { nameOf, taskOf } from './vpg.ts';

/** What is done to a VPG. A task's id is answered as a JSON string, in quotes. */
export const actionRoutes: readonly Route[] = [
  action('checkpoints', 'checkpoint', postCheckpoint),
  action('failovertest', 'test', postTest),
  action('failoverteststop', 'test', postTestStop),
  action('failover', 'failover', postFailover),
  action('failovercommit', 'failover', call =>
    commitRecovery(call.world, vpgOf(call), awaitedRecovery(call.world, vpgOf(call), call.site, 'Failover'), {
      ...orderOf(call),
      ...given('reverse', flagOf(call, 'IsReverseProtection')),
    }),
  ),
  action('failoverrollback', 'failover', call => postRollBack(call, 'Failover')),
  action('move', 'move', postMove),
  action('movecommit', 'move', postMoveCommit),
  action('moverollback', 'move', call => postRollBack(call, 'Move')),
  action('clonestart', 'clone', postClone),
  { method: 'POST', path: 'vpgs/{vpg}/cloneabort', needs: 'clone', handle: postCloneAbort },
  action('pause', 'replication', call => pause(call.world, vpgOf(call), orderOf(call))),
  action('resume', 'replication', call => resume(call.world, vpgOf(call), orderOf(call))),
  action('forcesync', 'replication', call => forceSync(call.world, vpgOf(call), orderOf(call))),
  { method: 'POST', path: 'ltr/vpgs/{vpg}/retentionstart', needs: 'clone', handle: postRetention },
  { method: 'POST', path: 'ltr/vpgs/{vpg}/retentionabort', needs: 'clone', handle: postRetentionAbort },
  { method: 'DELETE', path: 'vpgs/{vpg}', needs: 'delete', handle: call => json(remove(call).id) },
];

function action(path: string, needs: NonNullable<Route['needs']>, start: (call: Call) => Task): Route {
  return { method: 'POST', path: `vpgs/{vpg}/${path}`, needs, handle: call => json(start(call).id) };
}

function postCheckpoint(call: Call): Task {
  const vpg = vpgOf(call);
  const tag = call.field('CheckpointName');
  if (typeof tag !== 'string' || tag === '') throw new Refusal(400, 'CheckpointName is missing.');
  refuseBusy(vpg);
  refuseWithoutRecoverySite(call.world, vpg, call.site);
  if (!isReplicating(call.world, vpg)) throw new Refusal(500, `VPG ${nameOf(vpg)} is not replicating.`);
  return startTask(call.world, {
    ...taskOf(call.world, vpg, orderOf(call)),
    type: 'InsertTaggedCP',
    durationMs: call.world.durations.insertCheckpoint,
    done(time) {
      insertCheckpoint(vpg.journal, time, tag);
    },
    failed: () => undefined,
  });
}

function postTest(call: Call): Task {
  return startTest(call.world, vpgOf(call), {
    ...orderOf(call),
    checkpointId: checkpointOf(call, 'CheckpointIdentifier'),
    vmIds: vmIdsOf(call),
  });
}

function postTestStop(call: Call): Task {
  const summary = call.field('FailoverTestSummary');
  return stopTest(call.world, vpgOf(call), {
    ...orderOf(call),
    success: flagOf(call, 'FailoverTestSuccess') ?? true,
    summary: typeof summary === 'string' ? summary : '',
  });
}

function postFailover(call: Call): Task {
  return startFailover(call.world, vpgOf(call), {
    ...orderOf(call),
    checkpointId: checkpointOf(call, 'CheckpointIdentifier'),
    vmIds: vmIdsOf(call),
    policy: optionOf(call, 'CommitPolicy', commitPolicies) ?? call.world.choices.commitPolicy,
    waitSeconds: secondsOf(call, 'TimeToWaitBeforeShutdownInSec'),
    shutdown: optionOf(call, 'ShutdownPolicy', shutdownPolicies) ?? 'None',
    reverse: flagOf(call, 'IsReverseProtection') ?? false,
  });
}

function postMove(call: Call): Task {
  return startMove(call.world, vpgOf(call), {
    ...orderOf(call),
    policy: optionOf(call, 'CommitPolicy', commitPolicies) ?? call.world.choices.commitPolicy,
    waitSeconds: secondsOf(call, 'CommitPolicyTimeout'),
    force: flagOf(call, 'ForceShutdown') ?? false,
    reverse: flagOf(call, 'ReverseProtection') ?? false,
    keepSources: flagOf(call, 'KeepSourceVms') ?? false,
    continueOnScriptFailure: flagOf(call, 'ContinueOnPreScriptFailure') ?? false,
  });
}

/** Both or neither: ZertoApiWrapper issue 81. */
function postMoveCommit(call: Call): Task {
  const vpg = vpgOf(call);
  const operation = awaitedRecovery(call.world, vpg, call.site, 'Move');
  const reverse = flagOf(call, 'ReverseProtection');
  const keepSources = flagOf(call, 'KeepSourceVms');
  if ((reverse === undefined) !== (keepSources === undefined)) {
    throw new Refusal(400, 'ReverseProtection and KeepSourceVms are given both or not at all.');
  }
  if (reverse === undefined || keepSources === undefined) {
    return commitRecovery(call.world, vpg, operation, orderOf(call));
  }
  refuseBothProtections(reverse, keepSources);
  return commitRecovery(call.world, vpg, operation, { ...orderOf(call), reverse, keepSources });
}

function postRollBack(call: Call, kind: 'Failover' | 'Move'): Task {
  const vpg = vpgOf(call);
  return rollBackRecovery(call.world, vpg, awaitedRecovery(call.world, vpg, call.site, kind), orderOf(call));
}

/** Here, and only here, the checkpoint's field is called CheckpointId; it is not optional. */
function postClone(call: Call): Task {
  const checkpointId = checkpointOf(call, 'CheckpointId');
  const datastoreId = call.field('DatastoreIdentifier');
  if (checkpointId === undefined) throw new Refusal(400, 'failed parsing as a valid CheckPoint Identifier');
  if (typeof datastoreId !== 'string') throw new Refusal(400, 'DatastoreIdentifier is missing.');
  return startClone(call.world, vpgOf(call), {
    ...orderOf(call),
    checkpointId,
    datastoreId: datastoreId.toLowerCase(),
    vmIds: vmIdsOf(call),
  });
}

function postCloneAbort(call: Call): Reply {
  const vpg = vpgOf(call);
  refuseWithoutRecoverySite(call.world, vpg, call.site);
  abortClone(call.world, vpg);
  return 'empty';
}

function postRetention(call: Call): Reply {
  const checkpointId = checkpointOf(call, 'CheckpointId');
  return json(startRetention(call.world, vpgOf(call), { ...orderOf(call), checkpointId }).id);
}

function postRetentionAbort(call: Call): Reply {
  const vpg = vpgOf(call);
  refuseWithoutRecoverySite(call.world, vpg, call.site);
  abortRetention(call.world, vpg);
  return 'empty';
}

function remove(call: Call): Task {
  return deleteVpg(call.world, vpgOf(call), {
    ...orderOf(call),
    keepVolumes: flagOf(call, 'KeepRecoveryVolumes') ?? false,
    force: flagOf(call, 'Force') ?? false,
  });
}

function checkpointOf(call: Call, name: string): string | undefined {
  const id = call.field(name) ?? undefined;
  if (id === undefined || id === '') return undefined;
  if (typeof id !== 'string' && typeof id !== 'number') {
    throw new Refusal(400, 'failed parsing as a valid CheckPoint Identifier');
  }
  return `${id}`;
}

/** A property that is left out where it is undefined. */
function given<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, V>);
}
