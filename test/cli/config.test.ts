import { expect, it } from 'vitest';
import { control, drillbook } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { config } from './sample-config.ts';

it('config check: mistakes with their places, or that there are none; nothing is asked of a worker', async () => {
  const good = makeFolder({ 'drillbook.yaml': config });
  expect(await drillbook(['config', 'check'], { cwd: good })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('has no mistakes') as unknown,
  });
  const bad = makeFolder({ 'drillbook.yaml': `${config}targets: { x: { file: { pfad: x } } }\n` });
  const found = await drillbook(['config', 'check', '--live'], { cwd: bad });
  expect(found).toMatchObject({ code: 1, stdout: '' });
  expect(found.stderr).toMatch(/drillbook\.yaml:\d+:\d+ error DB80/);
  const none = await drillbook(['config', 'check'], { cwd: makeFolder({}) });
  expect(none).toMatchObject({ code: 1, stdout: '' });
  expect(none.stderr).toContain('There is no drillbook.yaml');
});

it('config check --live: what the worker found, one line each; 1 where something failed', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config });
  const fine = { what: 'site site-b', ok: true, found: 'signed in' };
  const outside = (findings: readonly object[]) => ({
    connect: () => Promise.resolve(control),
    checkLive: () => Promise.resolve(findings as never),
  });
  expect(await drillbook(['config', 'check', '--live'], { cwd, outside: outside([fine]) })).toMatchObject({
    code: 0,
    stdout: '✓ site site-b: signed in\n',
  });
  const down = { what: 'target chat', ok: false, found: 'hooks.example.com answered 404' };
  expect(await drillbook(['config', 'check', '--live'], { cwd, outside: outside([fine, down]) })).toMatchObject({
    code: 1,
    stdout: '✓ site site-b: signed in\n✗ target chat: hooks.example.com answered 404\n',
  });
});
