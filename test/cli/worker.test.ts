import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drillbook, render } from './command-line.ts';
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
