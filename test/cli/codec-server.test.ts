import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drillbook, render } from './command-line.ts';
import { makeFolder } from './folder.ts';

it('needs a drillbook.yaml', async () => {
  const cwd = makeFolder();
  expect(render(await drillbook(['codec-server'], { cwd }))).toBe(
    `err: There is no drillbook.yaml in ${cwd} or above it: it says where the keys are (--config FILE).\nexit 1`,
  );
});

it('serves until Ctrl-C', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': '' });
  const calls: unknown[] = [];
  let press: () => void = () => undefined;
  const seen = await drillbook(['codec-server', '--port', '8300'], {
    cwd,
    withCtrlC: given => {
      press = given;
      setImmediate(press);
    },
    outside: {
      startCodecServer: options => {
        calls.push(options);
        return Promise.resolve({
          url: 'http://127.0.0.1:8300',
          close: () => {
            calls.push('closed');
            return Promise.resolve();
          },
        });
      },
    },
  });
  const configPath = join(cwd, 'drillbook.yaml');
  expect(render(seen)).toBe(`out: The codec server listens at http://127.0.0.1:8300 (${configPath}).\nexit 0`);
  expect(calls).toEqual([{ configPath, port: 8300 }, 'closed']);
});
