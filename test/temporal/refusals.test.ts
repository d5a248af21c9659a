import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Harness, type HarnessOptions, startHarness } from './harness.ts';

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

/** The run ends inconclusive with one sentence, and nothing was opened. */
async function refused(harness: Harness, vpg = 'payments-db'): Promise<string> {
  const { result } = await harness.run(oneTest(vpg), 'drill');
  expect(result.verdict).toBe('inconclusive');
  expect(result.ended).toBe('stopped');
  expect(harness.simulator.testsRunning()).toEqual([]);
  expect(harness.simulator.testsStarted(vpg)).toBe(0);
  expect(harness.simulator.openSettings()).toBe(0);
  return result.reasons.join('\n');
}

describe('with a healthy site', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  it('an unknown VPG is named, with the nearest', async () => {
    expect(await refused(harness, 'payment-db')).toContain('payments-db');
  });

  it('a VPG that recovers the other way is told', async () => {
    expect(await refused(harness, 'files')).toMatch(/files recovers to site-a/);
  });
});

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
  it('stops the run before anything is opened', async () => {
    const harness = await startHarness(configure === undefined ? {} : { configure });
    try {
      expect(await refused(harness)).toMatch(sentence);
    } finally {
      await harness.close();
    }
  });
});
