import type { Input } from '../actions/index.ts';
import type { ShutdownPolicy } from '../zerto/enums-vpg.ts';
import { effectKinds } from '../zerto/effects/kinds.ts';
import { endTaskOrAsk } from '../zerto/task-end.ts';
import { readRecoveringHere } from './direction.ts';
import { type GuardAction, inputOf, type Place } from './guard-action.ts';
import { assertFree, openedLive } from './guard-live.ts';
import { choosePoint, chooseVms, recovered } from './guard-recover.ts';
import { StepFailed } from './outcome.ts';
import { lookAtPeer, notConnected, type Peer } from './peer.ts';

const action = 'zerto/failover';
const kind = effectKinds.failover;

/** Fails a VPG over and leaves it uncommitted: whether it is protected backwards is said at the commit. */
export const failover: GuardAction = {
  kind: () => kind,
  async before(place) {
    const { zvm, call, name, site, sites, signal } = place;
    const vpg = await readRecoveringHere(zvm, call, name, { sites, signal });
    assertFree(vpg);
    const wanted = inputOf(action, call.with)['shutdown-source'];
    if (needsPeer(wanted)) policyFor(wanted, await lookAtPeer(zvm, vpg, site, { sites, signal }));
    return { vpg };
  },
  async prepare(place) {
    const { zvm, id, name, site, sites, call, signal } = place;
    const given = inputOf(action, call.with);
    const vpg = await zvm.vpgs.get(id, { signal });
    const [peer, chosen, vmIds] = await Promise.all([
      lookAtPeer(zvm, vpg, site, { sites, signal }),
      choosePoint(place, given.checkpoint),
      chooseVms(place, given.vms),
    ]);
    const shutdownPolicy = policyFor(given['shutdown-source'], peer);
    const body = {
      checkpointId: chosen.id,
      commitPolicy: 'None',
      shutdownPolicy,
      reverseProtection: false,
      ...(vmIds === undefined ? {} : { vmIds }),
    } as const;
    const told = [
      ...(vpg.testStage === undefined
        ? []
        : [`the failover test of ${name} that was running is ended by the failover`]),
      ...(shutdownPolicy === 'None' ? [leftRunning(place, peer, chosen.time)] : []),
    ];
    return {
      send: time => zvm.vpgs.failover(id, body, time),
      sending: { checkpoint: chosen.id, checkpointTime: chosen.time },
      told,
    };
  },
  ended: ({ zvm, signal }, taskId) => endTaskOrAsk(zvm, taskId, signal),
  async readBack(place, sent, task) {
    const seen = await openedLive(place, 'failover', sent, task);
    if (!seen.open)
      return { up: false, error: seen.error, ...(seen.nothingOpen === true ? { nothingOpen: true } : {}) };
    return { up: true, outputs: await recovered(place, inputOf(action, place.call.with).vms, sent, task) };
  },
};

type ShutdownSource = Input<'zerto/failover'>['shutdown-source'];

const needsPeer = (wanted: ShutdownSource): boolean => wanted === 'graceful' || wanted === 'force';

/** @throws StepFailed where a shutdown was asked for that cannot be made */
function policyFor(wanted: ShutdownSource, peer: Peer): ShutdownPolicy {
  if (needsPeer(wanted) && !peer.connected) {
    throw new StepFailed(
      `${notConnected(peer)}: its VMs cannot be shut down (shutdown-source: ${wanted}); \`auto\` or \`none\` fails over without`,
    );
  }
  switch (wanted) {
    case 'none':
      return 'None';
    case 'graceful':
      return 'Shutdown';
    case 'force':
      return 'ForceShutdown';
    case 'auto':
      return peer.connected ? 'Shutdown' : 'None';
  }
}

function leftRunning({ name }: Place, peer: Peer, checkpointTime: string): string {
  const why = peer.connected ? '' : `${notConnected(peer)}: `;
  return `${why}the VMs of ${name} at ${peer.name} are not shut down, they may be up and taking writes; writes after the checkpoint of ${checkpointTime} are lost`;
}
