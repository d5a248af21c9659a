import type { Caller } from './caller.ts';
import { segment } from './paths.ts';
import type { EffectCall } from './types.ts';
import type { Vpgs } from './vpgs.ts';
import { identifierWire } from './wire.ts';

type Actions = Pick<
  Vpgs,
  | 'tagCheckpoint'
  | 'failoverTest'
  | 'stopFailoverTest'
  | 'failover'
  | 'commitFailover'
  | 'rollBackFailover'
  | 'move'
  | 'commitMove'
  | 'rollBackMove'
  | 'startClone'
  | 'abortClone'
  | 'pause'
  | 'resume'
  | 'forceSync'
  | 'startRetention'
  | 'abortRetention'
  | 'delete'
>;

type Body = Readonly<Record<string, unknown>>;

/** What changes a VPG (docs/zerto.md §2). Fields that are left out are not sent: the ZVM's own defaults hold. */
export function vpgActions(caller: Caller): Actions {
  const pathOf = (vpgId: string, action: string) => `vpgs/${segment(vpgId)}/${action}`;
  const retentionOf = (vpgId: string, action: string) => `ltr/${pathOf(vpgId, action)}`;
  const postTo = (path: string, body: Body | undefined, { signal, notAfter }: EffectCall) =>
    caller.read({ method: 'POST', path, body, signal, notAfter }, identifierWire);
  const post = (vpgId: string, action: string, body: Body | undefined, call: EffectCall) =>
    postTo(pathOf(vpgId, action), body, call);

  return {
    tagCheckpoint: (vpgId, tag, call) => post(vpgId, 'checkpoints', { CheckpointName: tag }, call),
    failoverTest: (vpgId, { checkpointId, vmIds }, call) =>
      post(vpgId, 'FailoverTest', given({ CheckpointIdentifier: checkpointId, VmIdentifiers: vmIds }), call),
    stopFailoverTest: (vpgId, { success, summary }, call) =>
      post(vpgId, 'FailoverTestStop', given({ FailoverTestSuccess: success, FailoverTestSummary: summary }), call),
    failover: (vpgId, body, call) =>
      post(
        vpgId,
        'Failover',
        given({
          CheckpointIdentifier: body.checkpointId,
          CommitPolicy: body.commitPolicy,
          // Despite its name the wait before the automatic commit or roll-back.
          TimeToWaitBeforeShutdownInSec: body.commitAfterSeconds,
          ShutdownPolicy: body.shutdownPolicy,
          IsReverseProtection: body.reverseProtection,
          VmIdentifiers: body.vmIds,
        }),
        call,
      ),
    commitFailover: (vpgId, { reverseProtection }, call) =>
      post(vpgId, 'FailoverCommit', { IsReverseProtection: reverseProtection }, call),
    rollBackFailover: (vpgId, call) => post(vpgId, 'FailoverRollback', undefined, call),
    move: (vpgId, body, call) =>
      post(
        vpgId,
        'Move',
        given({
          CommitPolicy: body.commitPolicy,
          CommitPolicyTimeout: body.commitAfterSeconds,
          ForceShutdown: body.forceShutdown,
          ReverseProtection: body.reverseProtection,
          KeepSourceVms: body.keepSourceVms,
          ContinueOnPreScriptFailure: body.continueOnPreScriptFailure,
        }),
        call,
      ),
    // One of the two alone, where it differs from the move's, is refused (ZertoApiWrapper, pull request 81).
    commitMove: (vpgId, body, call) =>
      post(
        vpgId,
        'MoveCommit',
        given({ ReverseProtection: body?.reverseProtection, KeepSourceVms: body?.keepSourceVms }),
        call,
      ),
    rollBackMove: (vpgId, call) => post(vpgId, 'moveRollback', undefined, call),
    // Not CheckpointIdentifier, as everywhere else.
    startClone: (vpgId, { checkpointId, datastoreId, vmIds }, call) =>
      post(
        vpgId,
        'CloneStart',
        given({ CheckpointId: checkpointId, DatastoreIdentifier: datastoreId, VmIdentifiers: vmIds }),
        call,
      ),
    abortClone: (vpgId, { signal, notAfter }) =>
      caller.send({ method: 'POST', path: pathOf(vpgId, 'CloneAbort'), signal, notAfter }),
    pause: (vpgId, call) => post(vpgId, 'pause', undefined, call),
    resume: (vpgId, call) => post(vpgId, 'resume', undefined, call),
    forceSync: (vpgId, call) => post(vpgId, 'forcesync', undefined, call),
    // CheckpointId here too.
    startRetention: (vpgId, { checkpointId }, call) =>
      postTo(retentionOf(vpgId, 'retentionstart'), given({ CheckpointId: checkpointId }), call),
    abortRetention: (vpgId, { signal, notAfter }) =>
      caller.send({ method: 'POST', path: retentionOf(vpgId, 'retentionabort'), signal, notAfter }),
    delete: (vpgId, { keepRecoveryVolumes, force }, { signal, notAfter }) =>
      caller.read(
        {
          method: 'DELETE',
          path: `vpgs/${segment(vpgId)}`,
          body: { KeepRecoveryVolumes: keepRecoveryVolumes, Force: force },
          signal,
          notAfter,
        },
        identifierWire,
      ),
  };
}

/** The fields that have a value. */
function given(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
