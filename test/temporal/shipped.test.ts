import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Mode } from '../../actions/contract.ts';
import { outside } from '../../cli/outside.ts';
import { compile } from '../../compiler/compile.ts';
import { configNames } from '../../control/config/config.ts';
import { dryRun } from '../../control/dry-run.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { drillbook } from '../cli/command-line.ts';
import { type Harness, shipped, startHarness } from './harness.ts';
import { quick } from './live.ts';

/** What is shipped, under the drillbook.yaml of `demo` and `dev` and on the simulator's default scenario. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ scenario: quick(healthy()) });
});
afterAll(() => harness.close());

const files = readdirSync(new URL('../../runbooks/', import.meta.url)).filter(file => file.endsWith('.yaml'));
const texts = Object.fromEntries(files.map(file => [file, shipped(file)]));
interface Case {
  readonly file: string;
  readonly mode: Mode;
  readonly inputs?: Record<string, unknown>;
}
const cases: readonly Case[] = [
  { file: 'payments.yaml', mode: 'drill' },
  { file: 'payments.yaml', mode: 'failover' },
  { file: 'move.yaml', mode: 'move' },
  { file: 'estate-monthly.yaml', mode: 'drill' },
  { file: 'one-vpg.yaml', mode: 'drill', inputs: { vpg: 'crm' } },
  { file: 'vpg-networks.yaml', mode: 'change' },
  { file: 'create-vpg.yaml', mode: 'change' },
  // Its own VPG is there when create-vpg.yaml has made it, and drilled it: create-vpg.test.ts.
  { file: 'drill-shop.yaml', mode: 'drill', inputs: { vpg: 'crm' } },
];
const look = (file: string, mode: Mode, inputs: Record<string, unknown> = {}) =>
  dryRun(harness.control, harness.plan(shipped(file), mode, inputs, texts), {
    trigger: 'cli',
    requester: 'ana',
    verified: false,
    reason: 'a look',
    url: '',
    configSha256: harness.config.pinnedSha256,
  });

it.each(files)('%s has no mistake and no warning', file => {
  const load = (name: string) => ({ file: name, text: texts[name] ?? '' });
  const { diagnostics } = compile({ file, text: shipped(file) }, { names: configNames(harness.config), load });
  expect(diagnostics).toEqual([]);
});

it.each(cases)(
  'plan of $file in mode $mode: all of it fits, and nothing is touched',
  async ({ file, mode, inputs }) => {
    expect(await look(file, mode, inputs)).toMatchObject({ fits: true, findings: [] });
    const touched = harness.simulator.requests.filter(({ method, path }) => method !== 'GET' && /\/vpgs\//i.test(path));
    expect(touched).toEqual([]);
  },
);

it('plan of failback.yaml says that the VPGs are not at site B', async () => {
  const { fits, findings } = await look('failback.yaml', 'move');
  expect(fits).toBe(false);
  expect(findings.map(finding => finding.sentence).join()).toMatch(/payments-db recovers to site-b/);
});

it('estate-monthly.yaml tests all that recovers to site B, and not what recovers to site A', async () => {
  const id = await harness.start(harness.plan(shipped('estate-monthly.yaml'), 'drill', {}, texts));
  const result = await harness.result(id);
  expect(result.reasons).toEqual([]);
  expect(result.outputs).toEqual({ tested: 4, failed: 0 });
  expect(harness.simulator.testsStarted('crm')).toBe(1);
  expect(harness.simulator.testsStarted('files')).toBe(0);
  expect(harness.simulator.testsRunning()).toEqual([]);
});

it('its drills are scheduled by one command, which a second time changes nothing', async () => {
  const env = { DRILLBOOK_CONFIG: harness.configPath };
  const schedule = (...args: string[]) =>
    drillbook(['schedule', ...args], { cwd: fileURLToPath(new URL('../..', import.meta.url)), env, outside });
  expect(await schedule('apply', 'runbooks/')).toMatchObject({
    code: 0,
    stdout: [
      'drill-shop/weekly (runbooks/drill-shop',
      'estate-monthly/monthly (runbooks/estate-monthly',
      'payments/quarterly (runbooks/payments',
    ]
      .map(each => `+ ${each}.yaml): made\n`)
      .join(''),
  });
  expect(await schedule('diff', 'runbooks/')).toMatchObject({ code: 0, stdout: '' });
  const shown = await schedule('preview', 'runbooks/drill-shop.yaml', '--count', '60', '--json');
  const [{ times }] = JSON.parse(shown.stdout) as [{ times: { local: string; blackout?: { calendar: string } }[] }];
  const frozen = times.filter(({ blackout }) => blackout?.calendar === 'year-end-freeze').map(({ local }) => local);
  expect(frozen.length).toBeGreaterThan(1);
  expect(frozen.filter(day => !/-12-(1[5-9]|2\d|3[01])T|-01-0[1-5]T/.test(day))).toEqual([]);
  const listed = await schedule('list');
  expect(listed.stdout).toMatch(
    /^drill-shop\/weekly 30 3 \* \* 6 \(Europe\/London\)\n {2}next: .* or within 2h after\n/m,
  );
});
