import type { ActionCall } from '../../actions/call.ts';
import { ownerOf } from '../../engine/lock-owner.ts';
import type { GuardStart, HandedOver } from '../../engine/guard-types.ts';
import type { LostGuard, SeenOpen, SeenTask, SiteSeen, TemporalSeen } from '../../engine/janitor-types.ts';
import type { WrittenOpening } from '../../engine/written.ts';

/** What a janitor may see, made in few words. The moment of the look is 1,000,000. */
export const now = 1_000_000;

const callOf = (action: string, vpg: string): ActionCall => ({
  action,
  run: { id: 'run-1', name: 'payments', mode: 'drill', requester: 'ana' },
  step: vpg,
  site: 'site-b',
  vpgs: { [vpg]: `id-${vpg}` },
  with: { vpg },
  deadline: now,
});

export const handed = (vpg: string, action = 'zerto/failover-test'): HandedOver => ({
  key: vpg,
  summary: `${action} of ${vpg}`,
  call: callOf(action, vpg),
  baseline: { tasks: ['old'], reports: [] },
});

const sentAs = (taskId: string) => ({ taskId, checkpoint: '', checkpointTime: '', adopted: false });

export function written(
  vpg: string,
  more: Partial<WrittenOpening> & { readonly task?: string; readonly lateUntil?: number } = {},
): WrittenOpening {
  const { task, lateUntil, opening = handed(vpg), ...rest } = more;
  return {
    id: `written-${vpg}`,
    temporal: 'here',
    guard: 'guard/1',
    token: 'token-1',
    site: 'site-b',
    vpg,
    vpgId: `id-${vpg}`,
    since: 0,
    opening: {
      ...opening,
      ...(task === undefined ? {} : { sent: sentAs(task) }),
      ...(lateUntil === undefined ? {} : { lateUntil }),
    },
    ...rest,
  };
}

export const task = (id: string, by = 'drillbook'): SeenTask => ({
  id,
  initiatedBy: by,
  ours: by === 'drillbook',
  started: '2026-11-21T02:00:00Z',
});

export const open = (vpg: string, tasks: readonly SeenTask[], kind: SeenOpen['kind'] = 'test'): SeenOpen => ({
  kind,
  vpg,
  vpgId: `id-${vpg}`,
  stage: 'InTest',
  tasks,
});

export const site = (more: Partial<SiteSeen> = {}): SiteSeen => ({ site: 'site-b', open: [], written: [], ...more });

export const temporal = (more: Partial<TemporalSeen> = {}): TemporalSeen => ({
  temporal: 'here',
  running: [],
  lost: [],
  leases: [],
  guards: { 'guard/1': 'unknown' },
  ...more,
});

export const startOf = (more: Partial<GuardStart> = {}): GuardStart => ({
  run: callOf('x', 'x').run,
  token: 'token-1',
  site: 'site-b',
  deadline: now + 1,
  ...more,
});

export const lost = (left: readonly HandedOver[], more: Partial<LostGuard> = {}): LostGuard => ({
  id: 'guard/1',
  next: 'guard/1/2',
  generation: 1,
  start: startOf(),
  left,
  holds: Object.fromEntries(left.map(({ key }) => [key, `id-${key}`])),
  runGone: true,
  ...more,
});

export const lease = (vpg: string, found: 'running' | 'lost' | 'ended' | 'unknown', guard = 'guard/1') => ({
  ...{ id: `id-${vpg}`, vpg, run: 'run-1', guard, owner: ownerOf('token-1'), found },
});
