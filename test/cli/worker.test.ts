import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Outside } from '../../cli/outside.ts';
import { control, drillbook, render } from './command-line.ts';
import { makeFolder } from './folder.ts';

it('needs a drillbook.yaml', async () => {
  const cwd = makeFolder();
  expect(render(await drillbook(['worker'], { cwd }))).toBe(
    `err: There is no drillbook.yaml in ${cwd} or above it: a worker needs one (--config FILE).\nexit 1`,
  );
});

it('serves until Ctrl-C, and then waits until the worker has ended', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': '' });
  const calls: string[] = [];
  let end: () => void = () => undefined;
  const ended = new Promise<void>(resolve => {
    end = resolve;
  });
  let press: () => void = () => undefined;
  const seen = await drillbook(['worker'], {
    cwd,
    withCtrlC: given => {
      press = given;
    },
    outside: {
      startWorker: ({ configPath }) => {
        calls.push(`start ${configPath}`);
        return Promise.resolve({
          run: () => {
            setImmediate(press);
            return ended;
          },
          shutdown: () => {
            calls.push('shutdown');
            setImmediate(end);
          },
        });
      },
    },
  });
  expect(render(seen)).toBe(
    [
      `err: The worker is ready (${join(cwd, 'drillbook.yaml')}).`,
      'err: The worker ends: it finishes its calls and signs out.',
      'exit 0',
    ].join('\n'),
  );
  expect(calls).toEqual([`start ${join(cwd, 'drillbook.yaml')}`, 'shutdown']);
});

it('a worker of a site serves that alone', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': '' });
  let asked: unknown;
  const startWorker: Outside['startWorker'] = options => {
    asked = options.only;
    return Promise.resolve({ run: () => Promise.resolve(), shutdown: () => undefined });
  };
  const seen = await drillbook(['worker', '--site', 'site-b', '--probe', 'lan-b'], { cwd, outside: { startWorker } });
  expect(asked).toEqual({ sites: ['site-b'], probes: ['lan-b'] });
  expect(render(seen)).toContain('The worker for site-b, lan-b is ready');
  const both = await drillbook(['worker', '--site', 'site-b', '--promote'], { cwd, outside: { startWorker } });
  expect(render(both)).toContain('--promote is about runs, and a worker of a site serves none.');
});

const own = 'b'.repeat(64);
const before = 'a'.repeat(64);
const deployed = (current: string, promoted: string[] = []) => ({
  connect: () => Promise.resolve(control),
  readBundle: () => Promise.resolve({ id: own, path: 'bundle.js' }),
  readVersions: () =>
    Promise.resolve({
      current,
      builds: [
        { id: before, current: current === before, served: false, openRuns: 2, examples: ['r-1'] },
        { id: own, current: current === own, served: true, openRuns: 1, examples: [] },
      ],
    }),
  promote: (_client: unknown, id: string) => {
    promoted.push(id);
    return Promise.resolve();
  },
});

it('promotes this build, or one by the beginning of its id', async () => {
  const promoted: string[] = [];
  const seen = await drillbook(['worker', 'promote'], { outside: deployed(before, promoted) });
  expect(render(seen)).toBe(
    'out: New runs begin with build bbbbbbbbbbbb.\nout: 2 runs go on with build aaaaaaaaaaaa: keep its bundle, or a worker of it, until then.\nexit 0',
  );
  await drillbook(['worker', 'promote', 'aaaa'], { outside: deployed(own, promoted) });
  expect(promoted).toEqual([own, before]);
  const again = await drillbook(['worker', 'promote'], { outside: deployed(own, promoted) });
  expect(render(again)).toContain('New runs begin with build bbbbbbbbbbbb already.');
  const unknown = await drillbook(['worker', 'promote', 'cccc'], { outside: deployed(own, promoted) });
  expect(render(unknown)).toContain('There is no build cccc: see "drillbook worker builds".');
  expect(promoted).toHaveLength(2);
});

it('lists builds', async () => {
  const seen = await drillbook(['worker', 'builds'], { outside: deployed(before) });
  expect(render(seen)).toBe(
    'out: aaaaaaaaaaaa  current, no worker serves it, 2 open runs\nout: bbbbbbbbbbbb  this installation, served, 1 open run\nexit 0',
  );
  const asJson = await drillbook(['worker', 'builds', '--json'], { outside: deployed(before) });
  expect(JSON.parse(asJson.stdout)).toMatchObject({ own, current: before });
});
