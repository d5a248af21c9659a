import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test, vi } from 'vitest';
import type { ActionCall, ActionResult } from '../../actions/call.ts';
import { actions } from '../../actions/index.ts';
import { createActivities } from '../../activities/index.ts';
import { StepErrored, StepFailed } from '../../activities/outcome.ts';
import type { Context, Implementation } from '../../activities/surroundings.ts';
import { asActivity } from '../../activities/wrap.ts';
import { NotAllowed, NotFound, Refused, SignInRefused, Unreachable } from '../../zerto/errors.ts';
import { callOf, nothingWritten } from './stage.ts';

const surroundings = {
  sites: {
    zvm: () => Promise.reject(new Error('no site')),
    settings: () => {
      throw new Error('no site');
    },
  },
  probes: () => undefined,
  telling: () => Promise.resolve({ targets: () => undefined }),
  files: { base: '.' },
  openings: nothingWritten,
  whyNotAsked: () => Promise.resolve(undefined),
  configSha256: '',
  clock: Date.now,
};
const call = callOf('check/tcp', { host: '127.0.0.1', port: 1 }) as unknown as ActionCall;

async function run(implementation: Implementation<'check/tcp'>, environment = quiet(), given = call) {
  return environment.run(asActivity('check/tcp', implementation, surroundings), given);
}

/** A failure that is expected to be logged does not have to be seen. */
function quiet(info = {}): MockActivityEnvironment {
  const logger = Object.fromEntries(
    ['log', 'trace', 'debug', 'info', 'warn', 'error'].map(level => [level, () => undefined]),
  );
  return new MockActivityEnvironment(info, { logger: logger as never });
}

async function failureOf(error: unknown): Promise<ApplicationFailure> {
  const failure: unknown = await run(() => Promise.reject(error as Error)).catch((e: unknown) => e);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  return failure as ApplicationFailure;
}

test('gives the result as it is', async () => {
  const result = { outputs: { connected_after: 3 }, tries: 1, told: ['so'] };
  expect(await run(() => Promise.resolve(result))).toEqual(result);
});

const facts = { operation: 'GET vpgs', site: 'site-b', happened: 'no' } as const;
test.each([
  [new StepFailed('no'), 'failed', true],
  [new StepErrored('cannot say'), 'errored', true],
  [new Unreachable('away', { ...facts, retryable: true }), 'unreachable', false],
  [new Refused('no', { ...facts, retryable: false }), 'failed', true],
  [new NotFound('gone', { ...facts, retryable: false }), 'failed', true],
  [new SignInRefused('who', { ...facts, retryable: false }), 'errored', true],
  [new NotAllowed('never', { ...facts, retryable: false }), 'errored', true],
] as const)('%s ends as %s', async (error, type, nonRetryable) => {
  expect(await failureOf(error)).toMatchObject({ type, nonRetryable, message: error.message, details: [{}] });
});

test('the record of a failure travels with it', async () => {
  const record = { tries: 3, told: ['so'], attempts: [{ n: 1, at: 0, tookMs: 1, ok: false, saw: 'x' }] };
  expect((await failureOf(new StepFailed('no', record))).details).toEqual([record]);
});

test('a bug is told without its innards', async () => {
  const failure = await failureOf(new TypeError('cannot read properties of secret hunter2'));
  expect(failure).toMatchObject({
    type: 'errored',
    nonRetryable: true,
    message: "drillbook itself went wrong (TypeError); the worker's log has more",
  });
  expect(JSON.stringify([failure.message, failure.details, failure.cause])).not.toContain('hunter2');
});

test('what the contract does not know is errored, and nothing is called', async () => {
  const implementation = vi.fn<Implementation<'check/tcp'>>();
  const wrong = { ...call, with: { host: '127.0.0.1', port: 'many', colour: 'red' } };
  await expect(run(implementation, quiet(), wrong)).rejects.toMatchObject({
    type: 'errored',
    message: expect.stringMatching(/^check\/tcp was asked for what it does not know: .*with\.port/) as string,
  });
  expect(implementation).not.toHaveBeenCalled();
});

test('what is not built is errored, where only an expression gave it too', async () => {
  const given = callOf('check/http', { url: 'http://127.0.0.1/', method: 'POST', json: {} });
  const activity = createActivities(surroundings)['check/http'];
  await expect(quiet().run(activity, given as unknown as ActionCall)).rejects.toMatchObject({
    type: 'errored',
    message: 'the key `json` of check/http is not built yet',
  });
});

test('nothing starts after its deadline', async () => {
  const implementation = vi.fn<Implementation<'check/tcp'>>();
  await expect(run(implementation, quiet(), { ...call, deadline: Date.now() - 1 })).rejects.toMatchObject({
    type: 'errored',
  });
  expect(implementation).not.toHaveBeenCalled();
});

test('a cancel goes to the implementation at once and comes back as a cancel', async () => {
  const environment = quiet();
  const implementation = (_: unknown, { signal }: Context) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new StepFailed('broken off'));
      });
    });
  const work = run(implementation, environment);
  setTimeout(() => {
    environment.cancel('CANCELLED');
  }, 10);
  await expect(work).rejects.toBeInstanceOf(CancelledFailure);
});

test('a worker that shuts down is no cancel: another one goes on', async () => {
  const environment = quiet();
  const work = run(
    (_, { signal }) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      }),
    environment,
  );
  setTimeout(() => {
    environment.cancel('WORKER_SHUTDOWN');
  }, 10);
  await expect(work).rejects.toMatchObject({ type: 'unreachable', nonRetryable: false });
});

test('heartbeats on its own, with what is to be remembered', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const environment = quiet();
    const beats: unknown[] = [];
    environment.on('heartbeat', beat => beats.push(beat));
    const recalled: unknown[] = [];
    await run((_, { memory }) => {
      recalled.push(memory.recalled);
      vi.advanceTimersByTime(2_000);
      memory.keep({ tries: 1 });
      vi.advanceTimersByTime(4_000);
      return Promise.resolve({ outputs: { connected_after: 1 } });
    }, environment);
    vi.advanceTimersByTime(10_000);
    expect(beats).toEqual([undefined, undefined, { tries: 1 }, { tries: 1 }, { tries: 1 }]);
    await run(
      (_, { memory }) => {
        recalled.push(memory.recalled, memory.attempt);
        return Promise.resolve({ outputs: { connected_after: 1 } });
      },
      quiet({ heartbeatDetails: { tries: 1 }, attempt: 3 }),
    );
    expect(recalled).toEqual([undefined, { tries: 1 }, 3]);
  } finally {
    vi.useRealTimers();
  }
});

test('every built action of a performer "activity" is performed here, and no other', () => {
  const here = Object.values(actions).filter(action => action.built && action.performer === 'activity');
  expect(Object.keys(createActivities(surroundings)).sort()).toEqual(here.map(action => action.name).sort());
});

test('repeats an action that does not look again by itself, until it holds', async () => {
  const given = callOf('zerto/find-vpgs', { name: 'app-*' }, { until: { everyMs: 1, backoff: 1, attempts: 3 } });
  let tries = 0;
  const find: Implementation<'zerto/find-vpgs'> = call => {
    expect(call.until).toBeUndefined();
    if (++tries < 3) return Promise.reject(new StepFailed(`not yet, try ${tries}`));
    return Promise.resolve({ outputs: { vpgs: [], count: 0, identifiers: {} } });
  };
  const activity = asActivity('zerto/find-vpgs', find, surroundings);
  const done = await quiet().run<[ActionCall], ActionResult, typeof activity>(activity, given as unknown as ActionCall);
  expect(done).toMatchObject({ outputs: { count: 0 }, tries: 3 });
  expect(done.attempts?.map(({ n, ok, saw }) => ({ n, ok, saw }))).toEqual([
    { n: 1, ok: false, saw: 'not yet, try 1' },
    { n: 3, ok: true, saw: 'it succeeded' },
  ]);
});

test('gives up when the tries are used up, with the last that was said', async () => {
  const given = callOf('zerto/find-vpgs', { name: 'app-*' }, { until: { everyMs: 1, backoff: 1, attempts: 2 } });
  const find: Implementation<'zerto/find-vpgs'> = () =>
    Promise.reject(new Refused('no', { ...facts, retryable: false }));
  const failure: unknown = await quiet()
    .run(asActivity('zerto/find-vpgs', find, surroundings), given as unknown as ActionCall)
    .catch((e: unknown) => e);
  expect(failure).toMatchObject({ type: 'failed', nonRetryable: true });
  expect((failure as Error).message).toMatch(/^no \(2 tries in /);
});

test('a look that is cut short leaves what it kept, and another goes on from there', async () => {
  const environment = quiet();
  const look: Implementation<'check/tcp'> = async (_, { memory, signal }) => {
    memory.keep({ began: 1, tries: 4 });
    environment.cancel();
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
      if (signal.aborted) reject(signal.reason as Error);
    });
    throw new Error('unreachable');
  };
  const cut: unknown = await run(look, environment).catch((e: unknown) => e);
  expect(cut).toBeInstanceOf(CancelledFailure);
  const [kept] = (cut as CancelledFailure).details;
  expect(kept).toEqual({ began: 1, tries: 4 });

  let recalled: unknown;
  const next: Implementation<'check/tcp'> = (_, { memory }) => {
    recalled ??= memory.recalled;
    return Promise.resolve({ outputs: { connected_after: 1 } });
  };
  const earlier = kept as NonNullable<ActionCall['earlier']>;
  await run(next, quiet(), { ...call, earlier });
  expect(recalled).toEqual(kept);
  // A worker that was lost meanwhile has kept more.
  recalled = undefined;
  await run(next, quiet({ heartbeatDetails: { began: 1, tries: 9 } }), { ...call, earlier });
  expect(recalled).toEqual({ began: 1, tries: 9 });
});
