import { describe, expect, it } from 'vitest';
import type { ActionCall } from '../../actions/call.ts';
import { lookAtOpen } from '../../activities/guard-open.ts';
import { asOpening } from '../../activities/guard-look.ts';
import { NotFound } from '../../zerto/errors.ts';
import type { Task } from '../../zerto/tasks.ts';
import type { Zvm } from '../../zerto/types.ts';
import type { Vpg } from '../../zerto/vpgs.ts';

const call = asOpening({
  action: 'zerto/failover-test',
  run: { id: 'r', name: 'one', mode: 'drill', requester: 'ana' },
  step: 'db',
  site: 'site-b',
  vpgs: { db: 'vpg-1' },
  with: { vpg: 'db' },
  deadline: 1e15,
} satisfies ActionCall);

const task = (id: string, more: Partial<Task> = {}): Task => ({
  id,
  type: 'FailOverTest',
  state: 'Completed',
  terminal: true,
  progress: 100,
  initiatedBy: 'svc',
  started: '2026-11-21T02:00:00Z',
  completed: undefined,
  reason: '',
  vpgIds: ['vpg-1'],
  raw: {},
  ...more,
});

/** Only what the look reads. */
const zvm = (stage: string | undefined, tests: Task[], stops: Task[] = []): Zvm =>
  ({
    account: 'DR\\svc',
    vpgs: { get: () => Promise.resolve({ name: 'db', testStage: stage } as Vpg) },
    tasks: { list: ({ type }: { type?: string }) => Promise.resolve(type === 'FailOverTest' ? tests : stops) },
  }) as unknown as Zvm;

const baseline = { tasks: ['old'], reports: [] };
const sent = { taskId: 'ours', checkpoint: '1', checkpointTime: '', adopted: false };
const time = (now = 0) => ({ now, began: 0, signal: new AbortController().signal });
const old = task('old', { started: '2026-11-20T02:00:00Z' });

describe('what there is to stop', () => {
  it.each(['InTest', 'Unknown', '#1'])(
    'a stage of "%s" is stopped: only Starting and Stopping forbid it',
    async stage => {
      expect(await lookAtOpen(zvm(stage, [old, task('ours')]), call, { baseline, sent }, time())).toEqual({
        kind: 'in-test',
      });
    },
  );

  it('waits while the test is starting', async () => {
    const starting = zvm('Starting', [task('ours', { terminal: false, state: 'InProgress' })]);
    expect(await lookAtOpen(starting, call, { baseline, sent }, time())).toEqual({ kind: 'wait' });
  });

  it('adopts a stop that is under way', async () => {
    const stopping = zvm('Stopping', [task('ours')], [task('stop-1', { terminal: false })]);
    expect(await lookAtOpen(stopping, call, { baseline, sent }, time())).toEqual({
      kind: 'stopping',
      taskId: 'stop-1',
    });
  });

  it('leaves a test alone that was begun after ours had ended', async () => {
    const later = task('theirs', { started: '2026-11-21T03:00:00Z' });
    expect(await lookAtOpen(zvm('InTest', [task('ours'), later]), call, { baseline, sent }, time())).toMatchObject({
      kind: 'foreign',
    });
  });

  it('does not believe one look that shows nothing right after the call', async () => {
    expect(await lookAtOpen(zvm(undefined, [old]), call, { baseline, sent }, time(1_000))).toEqual({ kind: 'wait' });
    expect(await lookAtOpen(zvm(undefined, [old]), call, { baseline, sent }, time(31_000))).toEqual({
      kind: 'nothing',
    });
    expect(await lookAtOpen(zvm(undefined, [old, task('ours')]), call, { baseline, sent }, time(1_000))).toEqual({
      kind: 'nothing',
    });
  });

  it('keeps looking while a call without an answer may still arrive', async () => {
    expect(await lookAtOpen(zvm(undefined, []), call, { baseline, lateUntil: 5_000 }, time(1_000))).toEqual({
      kind: 'wait',
    });
    expect(await lookAtOpen(zvm(undefined, []), call, { baseline, lateUntil: 5_000 }, time(6_000))).toEqual({
      kind: 'nothing',
    });
  });

  it('stops nothing that may be somebody else’s', async () => {
    const two = zvm('InTest', [task('a'), task('b')]);
    await expect(lookAtOpen(two, call, { baseline }, time())).rejects.toThrow(/whether this run began it is not known/);
    const stranger = zvm('InTest', [task('a', { initiatedBy: 'admin' })]);
    await expect(lookAtOpen(stranger, call, { baseline }, time())).rejects.toThrow(/not known/);
    expect(await lookAtOpen(zvm('InTest', [task('a')]), call, { baseline }, time())).toEqual({ kind: 'in-test' });
  });

  it('a VPG that is no more has nothing open', async () => {
    const gone = {
      ...zvm(undefined, []),
      vpgs: {
        get: () =>
          Promise.reject(
            new NotFound('no such VPG', {
              operation: 'GET vpgs/vpg-1',
              site: 'site-b',
              retryable: false,
              happened: 'no',
            }),
          ),
      },
    } as unknown as Zvm;
    expect(await lookAtOpen(gone, call, { baseline, sent }, time())).toMatchObject({ kind: 'foreign' });
  });
});
