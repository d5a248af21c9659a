import { describe, expect, it } from 'vitest';
import { commandsNotBuilt } from '../../cli/not-built.ts';
import { drillbook, render } from './command-line.ts';

describe('what cannot be meant is refused with exit code 2', () => {
  const cases: readonly (readonly [line: string, says: string])[] = [
    ['runn', 'There is no command "runn": did you mean "runs"?'],
    ['xyzzy-frobnicate', 'There is no command "xyzzy-frobnicate". See "drillbook --help".'],
    ['--json', 'There is no flag --json here: the command comes first. See "drillbook --help".'],
    ['run', 'An argument is missing: FILE|NAME. See --help.'],
    ['run a.yaml b.yaml', '"b.yaml" is one argument too many. See --help.'],
    ['run a.yaml --moed drill', 'There is no flag --moed here: did you mean --mode?'],
    ['run a.yaml --dry-run', 'There is no flag --dry-run here. See --help.'],
    ['run a.yaml -q', 'There is no flag -q here. See --help.'],
    ['run a.yaml --mode', '--mode needs a value.'],
    ['run a.yaml --mode --json', '--mode needs a value, not --json.'],
    ['run a.yaml --mode dril', '"dril" does not fit --mode: it is drill, failover, move or change.'],
    ['run a.yaml --mode drill --mode change', '--mode stands twice: "drill" and "change".'],
    ['run a.yaml --wait 5', '"5" is no duration: durations are 90s, 15m, 1h30m, 2d; zero is none.'],
    ['run a.yaml --wait 0s', '"0s" is no duration: durations are 90s, 15m, 1h30m, 2d; zero is none.'],
    [
      'run a.yaml --loss-at 2026-11-21T02:10:00',
      '"2026-11-21T02:10:00" does not fit --loss-at: it is a time with its offset: 2026-11-21T02:10:00Z or 2026-11-21T03:10:00+01:00.',
    ],
    [
      'run a.yaml --mode drill --loss-at 2026-11-21T02:10:00Z',
      '--loss-at belongs to a live mode: mode drill has no loss.',
    ],
    ['run a.yaml --mode failover --confirm a', '--reason is needed in mode failover.'],
    [
      'run a.yaml --mode failover --reason x --loss-at 2026-11-21T02:30:01Z',
      '--loss-at is in the future: it is when the service was lost.',
    ],
    [
      'run a.yaml --loss-at 2026-02-31T10:00:00Z',
      '"2026-02-31T10:00:00Z" does not fit --loss-at: there is no such date or time.',
    ],
    [
      'run a.yaml --loss-at 2026-11-20T24:00:00Z',
      '"2026-11-20T24:00:00Z" does not fit --loss-at: there is no such date or time.',
    ],
    [
      'run a.yaml --loss-at 0000-00-00T00:00Z',
      '"0000-00-00T00:00Z" does not fit --loss-at: there is no such date or time.',
    ],
    [
      'run a.yaml --loss-at 2026-11-21T02:10:00+15:00',
      '"2026-11-21T02:10:00+15:00" does not fit --loss-at: it is a time with its offset: 2026-11-21T02:10:00Z or 2026-11-21T03:10:00+01:00.',
    ],
    [
      'run a.yaml --mode failover --reason x --loss-at 0001-01-01T00:00:00Z',
      '--loss-at is more than 30 days ago: it is when the service was lost.',
    ],
    [
      'run a.yaml --mode failover --reason x --loss-at 2026-10-22T02:29:59Z',
      '--loss-at is more than 30 days ago: it is when the service was lost.',
    ],
    ['approve r', 'An argument is missing: STEP. See --help.'],
    ['approve r go --break-glass', '--break-glass needs --reason.'],
    ['answer r switch --outcome maybe', '"maybe" does not fit --outcome: it is done, failed or not-applicable.'],
    ['answer r switch --outcome done --note a --reason b', '--note and --reason are the same: give one.'],
    ['run a.yaml --mode drill --input count', '"count" is no input: write --input name=value, or name:=JSON.'],
    ['run a.yaml --mode drill --input n:=[1', 'The value of --input n:= is not JSON: [1'],
    ['run a.yaml --mode drill --input n=1 --input n=2', '--input gives "n" twice. A list is written n=a,b.'],
    ['validate --x', '"--x" does not fit FILE: there is no such flag.'],
    ['validate --format xml', '"xml" does not fit --format: it is text, json, sarif or github.'],
    ['graph', 'An argument is missing: FILE. See --help.'],
    ['graph a.yaml --format png', '"png" does not fit --format: it is svg, mermaid or dot.'],
    ['compile a.yaml --json', 'There is no flag --json here. See --help.'],
    ['schema plan', '"plan" does not fit KIND: it is runbook or config.'],
    ['completion tcsh', '"tcsh" does not fit SHELL: it is bash, zsh or fish.'],
    ['init a b', '"b" is one argument too many. See --help.'],
    ['report r --format xml', '"xml" does not fit --format: it is html, json, md, junit or text.'],
    ['watch', 'An argument is missing: RUN. See --help.'],
    ['demo payments.yaml', '"payments.yaml" is one argument too many: this command takes none. See --help.'],
    ['demo --no-keep', 'There is no flag --no-keep here: did you mean --keep?'],
    ['dev --temporal-port 0', '"0" does not fit --temporal-port: a port is a number from 1 to 65535.'],
    ['simulator --port 70000', '"70000" does not fit --port: a port is a number from 1 to 65535.'],
    ['simulator --port 65535', '--port 65535 leaves no port for 2 sites.'],
    ['simulator --clock soon', '"soon" does not fit --clock: it is real, or a factor like 60×.'],
    ['simulator --clock 0×', '"0×" does not fit --clock: it is real, or a factor like 60×.'],
    ['simulator --generation cloud', '"cloud" does not fit --generation: it is windows or appliance.'],
    [
      'simulator --scenario broken',
      'There is no scenario broken: payments, hundred-vpgs, hyperv, vcd, site-lost, or a file like my.yaml.',
    ],
    ['simulator --config drillbook.yaml', '--config belongs to --from.'],
    [
      'simulator --from site-a --port 9669',
      '--from prints a scenario and starts nothing: beside it only --config has a meaning.',
    ],
  ];
  it.each(cases)('drillbook %s', async (line, says) => {
    expect(await drillbook(line.split(' '))).toEqual({ code: 2, stdout: '', stderr: `${says}\n` });
  });
});

describe('what is not built yet is not called unknown', () => {
  it.each(commandsNotBuilt)('drillbook %s', async command => {
    const stderr = `drillbook ${command} is not built yet.\n`;
    expect(await drillbook([command, 'x', '--json'])).toEqual({ code: 2, stdout: '', stderr });
  });

  it.each([
    ['demo --bundle out.zip', '--bundle'],
    ['demo --bundle', '--bundle'],
  ])('drillbook %s', async (line, what) => {
    const stderr = `${what} is not built yet.\n`;
    expect(await drillbook(line.split(' '))).toEqual({ code: 2, stdout: '', stderr });
  });
});

describe('help', () => {
  it('is the answer, and lists what is built', async () => {
    const { code, stdout, stderr } = await drillbook(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const command of [
      'demo',
      'dev',
      'init',
      'validate',
      'compile',
      'graph',
      'schema',
      'plan',
      'run',
      'watch',
      'report',
      'simulator',
      'worker',
      'doctor',
      'completion',
    ]) {
      expect(stdout).toContain(`\n  drillbook ${command}`);
    }
  });

  it('without a command is the same', async () => {
    expect(await drillbook([])).toEqual(await drillbook(['--help']));
  });

  it('of a command hides what is not built', async () => {
    const { stdout } = await drillbook(['demo', '--help']);
    expect(stdout).toContain('drillbook demo');
    expect(stdout).not.toContain('--bundle');
  });

  it.each(['init', 'validate', 'compile', 'graph', 'schema', 'completion'])('of %s has examples', async command => {
    const { stdout } = await drillbook([command, '--help']);
    expect(stdout).toMatch(new RegExp(`EXAMPLES\\n {2}(eval "\\$\\()?drillbook ${command}`));
  });

  it('has no colours off a terminal, nor under NO_COLOR', async () => {
    expect((await drillbook(['--help'], { isTTY: true })).stdout).toContain('\u001b');
    expect((await drillbook(['--help'])).stdout).not.toContain('\u001b');
    expect((await drillbook(['--help'], { isTTY: true, env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001b');
  });
});

it('--version is that of the package', async () => {
  expect(render(await drillbook(['--version']))).toMatch(/^out: \d+\.\d+\.\d+\nexit 0$/);
});
