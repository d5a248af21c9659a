import { expect, it } from 'vitest';
import { createTerminal, wantsColour } from '../../cli/terminal.ts';
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

// An escape sequence as C0 and as C1, and a mark that turns the order of what is read.
const steering = ['\u001b]0;owned\u0007', '\u009b2J', '\u202e'];

it.each([
  ['validate', ...steering.map(s => `${s}.yaml`)],
  ['plan', 'small.yaml', '--mode', 'drill', '--input', `x:=${steering.join('')}`],
  ['plan', 'small.yaml', '--mode', steering.join('')],
  ['run', steering.join('')],
  [steering.join('')],
  ['plan', `--${steering.join('')}`],
])('an argument does not steer the terminal: %#', async (...line) => {
  for (const isTTY of [false, true]) {
    const { stderr, stdout, code } = await drillbook(line, { isTTY });
    expect(code).toBeGreaterThan(0);
    expect(stderr + stdout).toContain('\ufffd');
    expect(stderr + stdout).not.toMatch(/\u001b\]|[\u0007\u009b\u202e]/);
  }
});

it('what is said keeps its own colours, and only these', () => {
  const said: string[] = [];
  const stream = (isTTY: boolean) => ({ isTTY, write: (text: string) => said.push(text) });
  for (const isTTY of [true, false])
    createTerminal(stream(isTTY), stream(isTTY), {}).say('\u001b[31mred\u001b[39m\tx\r\n\u001b[2Jy');
  expect(said).toEqual(['\u001b[31mred\u001b[39m\tx\n\ufffd[2Jy\n', '\ufffd[31mred\ufffd[39m\tx\n\ufffd[2Jy\n']);
});
