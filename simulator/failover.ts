import { areConnected } from './connection.ts';
import type { CommitPolicy, ShutdownPolicy } from './enums.ts';
import { abortTest } from './failover-test.ts';
import {
  chooseCheckpoint,
  chooseVms,
  refuseLost,
  refuseUnrecoverable,
  refuseWithoutRecoverySite,
} from './readiness.ts';
import { startRecovery } from './recovery.ts';
import { Refusal } from './refusal.ts';
import type { Task } from './records.ts';
import type { Recovery, SiteState, Vpg, World } from './state.ts';
import { endsOf, nameOf, type Order } from './vpg.ts';

interface FailoverOrder extends Order {
  readonly checkpointId: string | undefined;
  readonly vmIds: readonly string[] | undefined;
  readonly policy: CommitPolicy;
  readonly waitSeconds: number;
  readonly shutdown: ShutdownPolicy;
  readonly reverse: boolean;
}

/** Failover: a test that runs is ended by it, one that starts or stops refuses it. */
export function startFailover(world: World, vpg: Vpg, order: FailoverOrder): Task {
  refuseUnrecoverable(world, vpg, order.site);
  refuseUnsettledTest(vpg);
  const members = chooseVms(vpg, order.vmIds);
  const checkpoint = chooseCheckpoint(world, vpg, order.checkpointId);
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  if (order.reverse && !areConnected(world, protectedSite, recoverySite)) refuseLost(protectedSite);
  abortTest(world, vpg);
  return startRecovery(world, vpg, {
    ...order,
    kind: 'Failover',
    type: world.choices.failoverTask,
    durationMs: world.durations.failover,
    waitMs: order.waitSeconds * 1000,
    keepSources: true,
    members,
    checkpoint,
  });
}

function refuseUnsettledTest(vpg: Vpg): void {
  if (vpg.test === undefined || vpg.test.stage === 'InTest') return;
  throw new Refusal(500, `The failover test of VPG ${nameOf(vpg)} is ${vpg.test.stage.toLowerCase()}.`);
}

/** The operation of that kind which waits for its commit or roll-back; refuses where there is none. */
export function awaitedRecovery(world: World, vpg: Vpg, site: SiteState, kind: Recovery['kind']): Recovery {
  refuseWithoutRecoverySite(world, vpg, site);
  const { operation } = vpg;
  if (operation?.kind !== kind || operation.stage !== 'BeforeCommit') {
    throw new Refusal(500, `VPG ${nameOf(vpg)} has no ${kind.toLowerCase()} that waits for a commit or rollback.`);
  }
  return operation;
}
