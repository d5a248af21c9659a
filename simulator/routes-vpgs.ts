import { vpgStatuses, vpgSubStatuses, priorities } from './enums.ts';
import { startTest, stopTest } from './failover-test.ts';
import { earliestCheckpoint, insertCheckpoint, latestCheckpoint, listCheckpoints } from './journal.ts';
import { Refusal } from './refusal.ts';
import { asksFor, asksForText, type Call, json, type Reply, type Route, timeParameter } from './router.ts';
import { type Task, type Vpg, vpgIdentified } from './state.ts';
import { startTask } from './tasks.ts';
import { endsOf, historyMsOf, nameOf, taskOf } from './vpg.ts';
import { checkpointOnWire, vpgOnWire } from './wire.ts';

export const vpgRoutes: readonly Route[] = [
  { method: 'GET', path: 'vpgs', handle: listVpgs },
  { method: 'GET', path: 'vpgs/{vpg}', handle: call => json(vpgOnWire(call.world, call.site, vpgOf(call))) },
  { method: 'GET', path: 'vpgs/{vpg}/checkpoints', handle: getCheckpoints },
  { method: 'GET', path: 'vpgs/{vpg}/checkpoints/stats', handle: getCheckpointStats },
  { method: 'POST', path: 'vpgs/{vpg}/checkpoints', handle: postCheckpoint },
  { method: 'POST', path: 'vpgs/{vpg}/failovertest', handle: postFailoverTest },
  { method: 'POST', path: 'vpgs/{vpg}/failoverteststop', handle: postFailoverTestStop },
  ...[
    'failover',
    'failovercommit',
    'failoverrollback',
    'move',
    'movecommit',
    'moverollback',
    'clonestart',
    'cloneabort',
    'pause',
    'resume',
    'forcesync',
  ].map((action): Route => ({ method: 'POST', path: `vpgs/{vpg}/${action}`, handle: refuseAction })),
  { method: 'DELETE', path: 'vpgs/{vpg}', handle: refuseAction },
];

function vpgOf(call: Call): Vpg {
  const id = call.param('vpg');
  const vpg = vpgIdentified(call.world, id);
  if (vpg === undefined) throw new Refusal(404, `VPG ${id} was not found.`);
  return vpg;
}

/** A task id is answered as a JSON string, in quotes. */
const taskReply = (task: Task): Reply => json(task.id);

function listVpgs(call: Call): Reply {
  const found = call.world.vpgs.filter(vpg => {
    const { protectedSite, recoverySite } = endsOf(call.world, vpg);
    return (
      asksForText(call, 'name', nameOf(vpg)) &&
      asksFor(call, 'status', vpgStatuses, 1) &&
      asksFor(call, 'subStatus', vpgSubStatuses, 0) &&
      asksFor(call, 'priority', priorities, priorities.indexOf(vpg.settings.Basic.Priority)) &&
      asksForText(call, 'protectedSiteIdentifier', protectedSite.identifier) &&
      asksForText(call, 'recoverySiteIdentifier', recoverySite.identifier)
    );
  });
  return json(found.map(vpg => vpgOnWire(call.world, call.site, vpg)));
}

function getCheckpoints(call: Call): Reply {
  const vpg = vpgOf(call);
  const from = timeParameter(call, 'startDate');
  const to = timeParameter(call, 'endDate');
  const found = listCheckpoints(vpg.journal, call.world.clock.now(), historyMsOf(vpg), from, to);
  return json(found.map(checkpointOnWire));
}

function getCheckpointStats(call: Call): Reply {
  const vpg = vpgOf(call);
  const now = call.world.clock.now();
  const earliest = earliestCheckpoint(vpg.journal, now, historyMsOf(vpg));
  const latest = latestCheckpoint(vpg.journal, now, historyMsOf(vpg));
  return json({
    Earliest: earliest === undefined ? null : checkpointOnWire(earliest),
    Latest: latest === undefined ? null : checkpointOnWire(latest),
  });
}

function postCheckpoint(call: Call): Reply {
  const vpg = vpgOf(call);
  const tag = call.field('CheckpointName');
  if (typeof tag !== 'string' || tag === '') throw new Refusal(400, 'CheckpointName is missing.');
  return taskReply(
    startTask(call.world, {
      ...taskOf(call.world, vpg, orderOf(call)),
      type: 'InsertTaggedCP',
      durationMs: call.world.scenario.durations.insertCheckpoint,
      done(time) {
        insertCheckpoint(vpg.journal, time, tag);
      },
      failed: () => undefined,
    }),
  );
}

function postFailoverTest(call: Call): Reply {
  const checkpointId = call.field('CheckpointIdentifier') ?? undefined;
  if (checkpointId !== undefined && typeof checkpointId !== 'string' && typeof checkpointId !== 'number') {
    throw new Refusal(400, 'failed parsing as a valid CheckPoint Identifier');
  }
  const vmIds = call.field('VmIdentifiers') ?? [];
  if (!Array.isArray(vmIds) || !vmIds.every(id => typeof id === 'string')) {
    throw new Refusal(400, 'VmIdentifiers is not a list of identifiers.');
  }
  return taskReply(
    startTest(call.world, vpgOf(call), {
      ...orderOf(call),
      checkpointId: checkpointId === undefined || checkpointId === '' ? undefined : `${checkpointId}`,
      vmIds: vmIds.length === 0 ? undefined : vmIds.map(id => id.toLowerCase()),
    }),
  );
}

function postFailoverTestStop(call: Call): Reply {
  const success = call.field('FailoverTestSuccess');
  const summary = call.field('FailoverTestSummary');
  return taskReply(
    stopTest(call.world, vpgOf(call), {
      ...orderOf(call),
      success: success !== false && success !== 'false',
      summary: typeof summary === 'string' ? summary : '',
    }),
  );
}

function orderOf(call: Call) {
  return { by: call.session.username, failure: call.failure };
}

function refuseAction(call: Call): Reply {
  vpgOf(call);
  throw new Refusal(500, 'not simulated yet');
}
