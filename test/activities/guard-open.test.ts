import { describe, expect, it } from 'vitest';
import type { Begun } from '../../zerto/effects/baseline.ts';
import { lookAtOpenTest, type OpenTest } from '../../zerto/effects/open-test.ts';
import { NotFound } from '../../zerto/errors.ts';
import type { Task } from '../../zerto/tasks.ts';
import type { Zvm } from '../../zerto/zvm.ts';
import type { Vpg } from '../../zerto/vpgs.ts';

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
const known = { baseline, taskId: 'ours' };
const time = (now = 0) => ({ now, began: 0, signal: new AbortController().signal });
const look = (of: Zvm, what: Begun, when: ReturnType<typeof time>): Promise<OpenTest> =>
  lookAtOpenTest(of, 'vpg-1', 'db', what, when);
const old = task('old', { started: '2026-11-20T02:00:00Z' });

describe('what there is to stop', () => {
  it.each(['InTest', 'Unknown', '#1'])(
    'a stage of "%s" is stopped: only Starting and Stopping forbid it',
    async stage => {
      expect(await look(zvm(stage, [old, task('ours')]), known, time())).toEqual({
        kind: 'in-test',
      });
    },
  );

  it('waits while the test is starting', async () => {
    const starting = zvm('Starting', [task('ours', { terminal: false, state: 'InProgress' })]);
    expect(await look(starting, known, time())).toEqual({ kind: 'wait' });
  });

  it('adopts a stop that is under way', async () => {
    const stopping = zvm('Stopping', [task('ours')], [task('stop-1', { terminal: false })]);
    expect(await look(stopping, known, time())).toEqual({
      kind: 'stopping',
      taskId: 'stop-1',
    });
  });

  it('leaves a test alone that was begun after ours had ended', async () => {
    const later = task('theirs', { started: '2026-11-21T03:00:00Z' });
    expect(await look(zvm('InTest', [task('ours'), later]), known, time())).toMatchObject({
      kind: 'foreign',
    });
  });

  it('does not believe one look that shows nothing right after the call', async () => {
    expect(await look(zvm(undefined, [old]), known, time(1_000))).toEqual({ kind: 'wait' });
    expect(await look(zvm(undefined, [old]), known, time(31_000))).toEqual({
      kind: 'nothing',
    });
    expect(await look(zvm(undefined, [old, task('ours')]), known, time(1_000))).toEqual({
      kind: 'nothing',
    });
  });

  it('keeps looking while a call without an answer may still arrive', async () => {
    expect(await look(zvm(undefined, []), { baseline, lateUntil: 5_000 }, time(1_000))).toEqual({
      kind: 'wait',
    });
    expect(await look(zvm(undefined, []), { baseline, lateUntil: 5_000 }, time(6_000))).toEqual({
      kind: 'nothing',
    });
  });

  it('stops nothing that may be somebody else’s', async () => {
    const two = zvm('InTest', [task('a'), task('b')]);
    expect(await look(two, { baseline }, time())).toMatchObject({
      kind: 'doubtful',
      text: expect.stringMatching(/whether this run began it is not known/) as string,
    });
    const stranger = zvm('InTest', [task('a', { initiatedBy: 'admin' })]);
    expect(await look(stranger, { baseline }, time())).toMatchObject({ kind: 'doubtful' });
    expect(await look(zvm('InTest', [task('a')]), { baseline }, time())).toEqual({ kind: 'in-test' });
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
    expect(await look(gone, known, time())).toMatchObject({ kind: 'foreign' });
  });
});
