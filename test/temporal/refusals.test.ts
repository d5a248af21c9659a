import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drillbook, type Ended } from './command.ts';
import { type Harness, type HarnessOptions, startHarness, until } from './harness.ts';

const oneTest = (vpg: string) => `
apiVersion: drillbook/v1
name: one
site: site-b
modes: [drill]
preflight:
  - { id: ready, uses: zerto/check-vpgs, with: { vpgs: [${vpg}] } }
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: ${vpg} }, timeout: 2m }
`;

async function run(harness: Harness, text: string): Promise<Ended> {
  const file = join(harness.dir, 'runbook.yaml');
  writeFileSync(file, text);
  const ended = await drillbook(['run', file, '--mode', 'drill', '--config', harness.configPath], {
    env: { TEMPORAL_ADDRESS: harness.server.address },
  });
  // One clear sentence, never a stack trace.
  expect(ended.stdout + ended.stderr).not.toMatch(/^\s+at .+:\d+:\d+/m);
  return ended;
}

/** Exit code 5, the sentence among the reasons, and nothing was opened. */
async function refused(harness: Harness, sentence: RegExp, vpg = 'payments-db'): Promise<Ended> {
  const before = harness.simulator.testsStarted(vpg);
  const ended = await run(harness, oneTest(vpg));
  const { code, stdout } = ended;
  expect(stdout).toMatch(sentence);
  expect(stdout).toMatch(/INCONCLUSIVE/i);
  expect(code).toBe(5);
  expect(harness.simulator.testsStarted(vpg)).toBe(before);
  expect(harness.simulator.openSettings()).toBe(0);
  return ended;
}

/** Begun first, looked at last: it is tried for a while, and the others run meanwhile. */
let down: { readonly harness: Harness; readonly ended: Promise<Ended> };
beforeAll(async () => {
  const harness = await startHarness({
    configure: text => text.replaceAll(/url: https:.*/g, 'url: https://127.0.0.1:1'),
  });
  const ended = refused(harness, /127\.0\.0\.1:1|site-b/);
  // It is awaited by its own test.
  ended.catch(() => undefined);
  down = { harness, ended };
});
afterAll(() => down.harness.close());

describe('with a healthy site', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  it('an unknown VPG is named, with the nearest', async () => {
    await refused(harness, /payment-db.*payments-db/s, 'payment-db');
  });

  it('a VPG that recovers the other way is told', async () => {
    await refused(harness, /files recovers to site-a/, 'files');
  });

  it('a broken YAML is shown with its place and exit code 1', async () => {
    const { code, stderr } = await run(harness, oneTest('payments-db').replace('modes: [drill]', 'modes: [drill'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/runbook\.yaml:\d+:\d+ error DB1\d\d\d/);
  });

  it('a mode whose actions are not built is refused with its own diagnostic and exit code 1', async () => {
    const text = `${oneTest('payments-db').trimEnd()}\n  - { id: name, uses: check/dns, with: { name: x.example.com } }\n`;
    const { code, stderr } = await run(harness, text);
    expect(stderr).toMatch(/runbook\.yaml:\d+:\d+ error DB5003/);
    expect(code).toBe(1);
  });

  it('a live mode that nobody has to approve is refused where the policy wants it, with exit code 1', async () => {
    const live = oneTest('payments-db')
      .replace('modes: [drill]', 'modes: [failover]')
      .replace('zerto/failover-test', 'zerto/recover');
    const file = join(harness.dir, 'live.yaml');
    writeFileSync(file, live);
    const flags = ['--reason', 'a test', '--confirm', 'one', '--config', harness.configPath];
    const ended = await drillbook(['run', file, '--mode', 'failover', ...flags]);
    expect(ended.stderr).toMatch(/approval/);
    expect(ended.code).toBe(1);
    expect(harness.simulator.requests.some(({ path }) => /\/failover$/i.test(path))).toBe(false);
  });

  it('a second drill of the same VPG is told who holds it', async () => {
    const first = await harness.start(harness.plan(oneTest('payments-db'), 'drill'));
    await until('the first holds the lock', () => harness.simulator.testsRunning().length > 0);
    const { code, stdout } = await run(harness, oneTest('payments-db'));
    expect(code).toBe(5);
    expect(stdout).toContain(first);
    expect((await harness.result(first)).verdict).toBe('passed');
  });

  it('a Temporal that does not answer is named with the mend and exit code 1', async () => {
    const { code, stderr } = await drillbook(
      ['run', join(harness.dir, 'runbook.yaml'), '--mode', 'drill', '--config', harness.configPath],
      {
        env: { TEMPORAL_ADDRESS: '127.0.0.1:1' },
      },
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/Temporal does not answer at 127\.0\.0\.1:1.*Set TEMPORAL_ADDRESS/s);
  });
});

const sentenceOf = 'ends the run with a sentence, exit code 5 and nothing open';

describe.each<[string, HarnessOptions['configure'], RegExp]>([
  ['a wrong password', text => text.replaceAll('username: ', 'username: not-'), /password|account/i],
  [
    'an untrusted certificate',
    text => text.replaceAll(/ca: .*/g, `fingerprint: "sha256:${'0'.repeat(64)}"`),
    /certificate/i,
  ],
  [
    'the wrong ZVM at the address',
    text => text.replace('zerto-name: Slough', 'zerto-name: Reading'),
    /Slough.*Reading/,
  ],
])('%s', (_name, configure, sentence) => {
  it(sentenceOf, async () => {
    const harness = await startHarness(configure === undefined ? {} : { configure });
    try {
      await refused(harness, sentence);
    } finally {
      await harness.close();
    }
  });
});

describe('a ZVM that is down', () => {
  it(sentenceOf, async () => {
    const { stderr } = await down.ended;
    expect(stderr).toMatch(/retrying: since .*, attempt \d+, gives up at/);
  });
});
