import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Outside } from '../../cli/outside.ts';
import type { Watched } from '../../control/watch.ts';
import { LocalProblem } from '../../local/local-problem.ts';
import type { Stack } from '../../local/stack.ts';
import { passedDrill } from '../report/sample.ts';
import { drillbook, type Surroundings } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { change, ended, passing, played } from './sample-run.ts';

interface Given {
  readonly events?: readonly Watched[];
  readonly inTest?: readonly string[];
  readonly stack?: Partial<Stack>;
}

/** The demo with everything that would be a process played. */
function staged({ events = passing, inTest = [], stack = {} }: Given = {}) {
  const { outside, calls } = played(events);
  const cwd = makeFolder();
  const state = Object.assign(calls, { cwd, stops: 0, asked: [] as unknown[], dir: '' });
  const startStack: Outside['startStack'] = ({ dir }) => {
    writeFileSync(join(dir, 'worker.log'), '');
    state.dir = dir;
    return Promise.resolve({
      dir,
      address: '127.0.0.1:1',
      namespace: 'default',
      env: {},
      configPath: join(dir, 'drillbook.yaml'),
      sites: [],
      worker: {
        name: 'worker',
        pid: 1,
        logFile: join(dir, 'worker.log'),
        readyLine: '',
        ended: new Promise(() => undefined),
        stop: () => Promise.resolve(),
      },
      broken: new Promise(() => undefined),
      testsRunning: () => Promise.resolve([...inTest]),
      startWorker: () => Promise.reject(new Error('not here')),
      stop: () => {
        state.stops++;
        return Promise.resolve();
      },
      ...stack,
    });
  };
  const prepare = (ask: unknown) => {
    state.asked.push(ask);
    return outside.prepare();
  };
  const readJournal = () => Promise.resolve(passedDrill());
  const surroundings: Surroundings = { cwd, outside: { ...outside, startStack, prepare, readJournal } };
  return { state, surroundings };
}

it('runs the payments drill, tells verdict, times and where the report lies, and leaves nothing but the report', async () => {
  const { state, surroundings } = staged();
  const { code, stdout } = await drillbook(['demo'], surroundings);
  const html = join(state.cwd, '.drillbook', 'reports', 'small-drill-1.html');
  expect(stdout).toBe(
    `PASSED  small-drill-1 in 9s\nRTO 4.3s, objective 30m: met\nRPO 3s, objective 5m: met\nReport: ${html}\n`,
  );
  expect(code).toBe(0);
  expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>/);
  expect(JSON.parse(readFileSync(html.replace('.html', '.json'), 'utf8'))).toMatchObject({ format: 1 });
  expect(state).toMatchObject({ stops: 1, closed: 1, cancelled: [] });
  expect(state.asked).toMatchObject([{ mode: 'drill', configPath: join(state.dir, 'drillbook.yaml') }]);
  expect(existsSync(state.dir)).toBe(false);
});

it('--keep keeps the folder, and says where it is', async () => {
  const { state, surroundings } = staged();
  const { stderr } = await drillbook(['demo', '--keep'], surroundings);
  expect(existsSync(state.dir)).toBe(true);
  expect(stderr).toContain(`The database and the logs lie in ${state.dir}\n`);
});

it('two demos of the same second have a folder each', async () => {
  const { state, surroundings } = staged();
  await drillbook(['demo', '--keep'], surroundings);
  const first = state.dir;
  await drillbook(['demo', '--keep'], surroundings);
  expect(state.dir).not.toBe(first);
  for (const dir of [first, state.dir]) {
    expect(dir).toContain(join(state.cwd, '.drillbook', 'demo', '20261121T023000Z-'));
    expect(existsSync(dir)).toBe(true);
  }
});

it('--json gives one document', async () => {
  const { surroundings } = staged();
  const { stdout, code } = await drillbook(['demo', '--json'], surroundings);
  expect(JSON.parse(stdout)).toMatchObject({
    run: 'small-drill-1',
    verdict: 'passed',
    rto: { ms: 4_300 },
    inTest: [],
    exitCode: 0,
  });
  expect(code).toBe(0);
});

it('a VPG that is still in test afterwards is a failure, whatever the verdict', async () => {
  const { surroundings } = staged({ inTest: ['payments-db'] });
  const { code, stderr } = await drillbook(['demo'], surroundings);
  expect(code).toBe(4);
  expect(stderr).toContain('Still in test after the run: payments-db.\n');
});

it('the exit code is the verdict’s, and the logs stay when it did not pass', async () => {
  const { state, surroundings } = staged({ events: [ended({ verdict: 'failed', reasons: ['db failed'] })] });
  expect((await drillbook(['demo'], surroundings)).code).toBe(4);
  expect(existsSync(state.dir)).toBe(true);
});

it('Ctrl-C cancels the run, waits until it has ended, then ends everything: 130', async () => {
  const { state, surroundings } = staged();
  let press: () => void = () => undefined;
  let cancelled: () => void = () => undefined;
  const untilCancelled = new Promise<void>(resolve => {
    cancelled = resolve;
  });
  const seen = await drillbook(['demo'], {
    ...surroundings,
    withCtrlC: given => {
      press = given;
    },
    outside: {
      ...surroundings.outside,
      watchRun: async function* () {
        yield change(1, 0, 'db', 'running');
        press();
        await untilCancelled;
        expect(state.stops).toBe(0);
        yield ended({ verdict: 'inconclusive', ended: 'by-person' });
      },
      cancelRun: (_control, id, by) => {
        state.cancelled.push([id, by]);
        cancelled();
        return Promise.resolve({ counted: true, text: '' });
      },
    },
  });
  expect(seen.code).toBe(130);
  expect(state).toMatchObject({ cancelled: [['small-drill-1', 'ana']], stops: 1 });
});

it('Ctrl-C while it starts: nothing runs, everything ends', async () => {
  const { state, surroundings } = staged();
  let press: () => void = () => undefined;
  const start = surroundings.outside?.startStack;
  const seen = await drillbook(['demo'], {
    ...surroundings,
    withCtrlC: given => {
      press = given;
    },
    outside: {
      ...surroundings.outside,
      startStack: options => {
        press();
        if (start === undefined) throw new Error('unreachable');
        return start(options);
      },
    },
  });
  expect(seen.code).toBe(130);
  expect(state).toMatchObject({ started: [], stops: 1 });
});

it('what does not start has named the mend: exit 1', async () => {
  const { surroundings } = staged();
  const startStack = () => Promise.reject(new LocalProblem('There is no Python: install it.'));
  const seen = await drillbook(['demo'], { ...surroundings, outside: { ...surroundings.outside, startStack } });
  expect(seen).toEqual({ code: 1, stdout: '', stderr: 'There is no Python: install it.\n' });
  expect(readdirSync(join(surroundings.cwd ?? '', '.drillbook', 'demo'))).toEqual([]);
});

it('does not wait for a run whose Temporal or worker is gone', async () => {
  const running = [change(1, 0, 'db', 'running')];
  const gone = { broken: Promise.resolve('The Temporal dev server is gone; the logs are in x.') };
  const { state, surroundings } = staged({ events: running, stack: gone });
  const { code, stderr } = await drillbook(['demo'], surroundings);
  expect(code).toBe(1);
  expect(stderr).toContain('The Temporal dev server is gone; the logs are in x.');
  expect(state).toMatchObject({ stops: 1, closed: 1 });
});
