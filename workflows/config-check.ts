import { setWorkflowOptions } from '@temporalio/workflow';
import type { ConfigFinding } from '../engine/config-finding.ts';
import { callActivity, soon } from './activity-options.ts';

/** Who does not answer is given up sooner by each channel and site, ms. */
const budgetMs = 3 * 60_000;

/** `drillbook config check --live`: only a worker reads secrets and reaches sites. */
export async function configCheck(): Promise<readonly ConfigFinding[]> {
  const options = { id: 'config/check', summary: 'tries what drillbook.yaml names', budgetMs, transport: soon };
  return (await callActivity('config/check', {}, options)) as readonly ConfigFinding[];
}

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, configCheck);
