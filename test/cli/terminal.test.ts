import { expect, it } from 'vitest';
import { wantsColour } from '../../cli/terminal.ts';
import { drillbook } from './command-line.ts';
import { passing, played } from './sample-run.ts';

it.each([
  [true, {}, true],
  [false, {}, false],
  [undefined, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '0' }, false],
  [true, { NO_COLOR: '' }, true],
  [true, { TERM: 'dumb' }, false],
  [false, { FORCE_COLOR: '1' }, false],
] as const)('a terminal: %s, %j: colours %s', (isTTY, env, wanted) => {
  expect(wantsColour(isTTY === undefined ? {} : { isTTY }, env)).toBe(wanted);
});

it('colours change nothing but the colours', async () => {
  const line = ['run', 'small.yaml', '--mode', 'drill'];
  const plain = await drillbook(line, played(passing));
  const coloured = await drillbook(line, { ...played(passing), isTTY: true });
  const strip = (text: string): string => text.replaceAll(/\u001b\[\d+m/g, '');
  expect(coloured.stdout).not.toBe(plain.stdout);
  expect([strip(coloured.stdout), strip(coloured.stderr)]).toEqual([plain.stdout, plain.stderr]);
  expect((await drillbook(line, { ...played(passing), isTTY: true, env: { NO_COLOR: '1' } })).stderr).toBe(
    plain.stderr,
  );
});
