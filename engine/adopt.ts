import type { ActionCall } from '../actions/call.ts';
import type { GuardStart } from './guard-types.ts';
import { recoveredGuardId } from './guard-id.ts';
import type { OpenKind, SeenOpen } from './janitor-types.ts';
import type { WrittenOpening } from './written.ts';

const actions: Readonly<Record<OpenKind, string>> = {
  test: 'zerto/failover-test',
  failover: 'zerto/failover',
  move: 'zerto/move',
};

export const modeOf = (kind: OpenKind): 'drill' | 'failover' | 'move' => (kind === 'test' ? 'drill' : kind);

const closingMs = 30 * 60_000;

/**
 * The guard that owns what somebody else has open from now on: it closes a test, and holds a live change for a person's word.
 * `written`: what is written down of a run of ours that may have begun it.
 */
export function adoptingGuard(
  site: string,
  { kind, vpg, vpgId, tasks }: SeenOpen,
  { by, reason, at }: { readonly by: string; readonly reason: string; readonly at: number },
  written: WrittenOpening | undefined,
): { readonly id: string; readonly start: GuardStart } {
  // A failover after a drill's test is not the drill's.
  const known = written?.opening.call.action === actions[kind] ? written : undefined;
  const taskId = tasks.at(-1)?.id ?? '';
  const run: ActionCall['run'] = known?.opening.call.run ?? {
    id: `adopted/${site}/${vpg}/${taskId}`,
    name: `adopted by ${by}`,
    mode: modeOf(kind),
    requester: by,
  };
  const call: ActionCall = {
    action: actions[kind],
    run,
    step: 'adopted',
    site,
    vpgs: { [vpg]: vpgId },
    with: { vpg },
    deadline: at + closingMs,
  };
  const others = tasks.slice(0, -1).map(({ id }) => id);
  return {
    id: recoveredGuardId(site, vpgId, taskId === '' ? String(at) : taskId),
    start: {
      run,
      token: `adopted/${vpgId}/${taskId}/${at}`,
      site,
      handed: [
        {
          key: 'adopted',
          summary: `${actions[kind]} of ${vpg}, adopted by ${by}: ${reason}`,
          call,
          baseline: { tasks: others, reports: [] },
          sent: { taskId, checkpoint: '', checkpointTime: '', adopted: true },
          since: at,
        },
      ],
      holds: { [vpg]: vpgId },
      orphan: true,
      // What a stranger began has no approval that wants another.
      ...(known === undefined ? { requesterMayCommit: true as const } : {}),
      lasts: true,
    },
  };
}
