import { writtenId, type WrittenLine } from '../../activities/write-ahead.ts';
import { callOf } from './stage.ts';
import type { ActionCall } from '../../actions/call.ts';

export const opening = (vpg: string, since: number): WrittenLine => {
  const call = callOf('zerto/failover-test', { vpg }, { vpgs: { [vpg]: vpg }, deadline: 60_000 });
  return {
    kind: 'opening',
    id: writtenId('run', vpg, vpg),
    temporal: 'test',
    guard: 'guard/1',
    token: 'token',
    site: 'site-b',
    vpg,
    vpgId: vpg,
    since,
    opening: {
      key: vpg,
      summary: `test of ${vpg}`,
      call: call as unknown as ActionCall,
      baseline: { tasks: [], reports: [] },
      lateUntil: since + 1_000,
      since,
    },
  };
};

export const sent = (vpg: string, at: number): WrittenLine => ({
  kind: 'sent',
  id: writtenId('run', vpg, vpg),
  at,
  sent: { taskId: `task-${vpg}`, checkpoint: '', checkpointTime: '', adopted: false },
});

export const over = (vpg: string, at: number): WrittenLine => ({ kind: 'over', id: writtenId('run', vpg, vpg), at });
