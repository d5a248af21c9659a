import { vpgsSeenBy } from './connection.ts';
import { entityTypes, priorities, vpgStatuses, vpgSubStatuses } from './enums.ts';
import { zeroGuid } from './identifiers.ts';
import { earliestCheckpoint, latestCheckpoint, listCheckpoints } from './journal.ts';
import { refuseWithoutRecoverySite } from './readiness.ts';
import { asksFor, asksForText, type Call, json, type Reply, type Route, timeParameter, vpgOf } from './router.ts';
import type { Vpg } from './state.ts';
import { endsOf, entityOf, historyMsOf, nameOf } from './vpg.ts';
import { conditionOf } from './vpg-status.ts';
import { checkpointOnWire, vpgOnWire } from './wire-vpgs.ts';

export const vpgRoutes: readonly Route[] = [
  { method: 'GET', path: 'vpgs', handle: listVpgs },
  { method: 'GET', path: 'vpgs/{vpg}', handle: call => json(vpgOnWire(call.world, call.site, vpgOf(call))) },
  { method: 'GET', path: 'vpgs/{vpg}/checkpoints', handle: getCheckpoints },
  { method: 'GET', path: 'vpgs/{vpg}/checkpoints/stats', handle: getCheckpointStats },
];

function listVpgs(call: Call): Reply {
  const found = vpgsSeenBy(call.world, call.site).filter(vpg => {
    const { protectedSite, recoverySite } = endsOf(call.world, vpg);
    const { status, subStatus } = conditionOf(call.world, call.site, vpg);
    return (
      asksForText(call, 'name', nameOf(vpg)) &&
      asksFor(call, 'status', vpgStatuses, vpgStatuses.indexOf(status)) &&
      asksFor(call, 'subStatus', vpgSubStatuses, vpgSubStatuses.indexOf(subStatus)) &&
      asksFor(call, 'protectedSiteType', entityTypes, entityTypes.indexOf(entityOf(protectedSite))) &&
      asksFor(call, 'recoverySiteType', entityTypes, entityTypes.indexOf(entityOf(recoverySite))) &&
      asksForText(call, 'zorgIdentifier', vpg.settings.Basic.ZorgIdentifier ?? zeroGuid) &&
      asksForText(call, 'serviceProfileIdentifier', vpg.settings.Basic.ServiceProfileIdentifier ?? zeroGuid) &&
      asksFor(call, 'priority', priorities, priorities.indexOf(vpg.settings.Basic.Priority)) &&
      asksForText(call, 'protectedSiteIdentifier', protectedSite.identifier) &&
      asksForText(call, 'recoverySiteIdentifier', recoverySite.identifier)
    );
  });
  return json(found.map(vpg => vpgOnWire(call.world, call.site, vpg)));
}

/** The journal lies at the recovery site. */
function journalOwner(call: Call): Vpg {
  const vpg = vpgOf(call);
  refuseWithoutRecoverySite(call.world, vpg, call.site);
  return vpg;
}

function getCheckpoints(call: Call): Reply {
  const vpg = journalOwner(call);
  const from = timeParameter(call, 'startDate');
  const to = timeParameter(call, 'endDate');
  const found = listCheckpoints(vpg.journal, call.world.clock.now(), historyMsOf(vpg), from, to);
  return json(found.map(checkpoint => checkpointOnWire(call.world, checkpoint)));
}

function getCheckpointStats(call: Call): Reply {
  const vpg = journalOwner(call);
  const now = call.world.clock.now();
  const earliest = earliestCheckpoint(vpg.journal, now, historyMsOf(vpg));
  const latest = latestCheckpoint(vpg.journal, now, historyMsOf(vpg));
  return json({
    Earliest: earliest === undefined ? null : checkpointOnWire(call.world, earliest),
    Latest: latest === undefined ? null : checkpointOnWire(call.world, latest),
  });
}
