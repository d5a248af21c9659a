import { randomUUID } from 'node:crypto';
import { taskQueue } from '../../control/connection.ts';
import type { JanitorReport } from '../../engine/janitor-types.ts';
import { withSession } from '../../local/site-call.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { type Harness, until } from './harness.ts';

/** What a test of the janitor needs: a pass of it now, and somebody else who works at the ZVM. */

export async function janitorPass(
  harness: Harness,
  workflowId = `drillbook-janitor-${randomUUID()}`,
): Promise<JanitorReport> {
  return (await harness.control.client.workflow.execute('janitor', { workflowId, taskQueue })) as JanitorReport;
}

const stranger = { username: 'admin', password: 'other' };

export function withStranger(scenario: Scenario): Scenario {
  return {
    ...scenario,
    sites: scenario.sites.map(site => ({ ...site, accounts: [...(site.accounts ?? []), stranger] })),
  };
}

/** A test by hand, in Zerto's own user interface. */
export async function startByStranger(harness: Harness, vpg: string): Promise<void> {
  await byHand(harness, vpg, 'FailoverTest');
  await until(`${vpg} is in test`, () => harness.simulator.testsRunning().includes(vpg));
}

async function byHand(harness: Harness, vpg: string, action: string): Promise<void> {
  const site = harness.simulator.sites.find(({ name }) => name === 'site-b');
  if (site === undefined) throw new Error('no site-b');
  await withSession({ ...site, ...stranger }, async call => {
    const vpgs = (await call('GET', '/v1/vpgs')) as { VpgName: string; VpgIdentifier: string }[];
    const id = vpgs.find(({ VpgName }) => VpgName === vpg)?.VpgIdentifier ?? '';
    await call('POST', `/v1/vpgs/${id}/${action}`);
  });
}
