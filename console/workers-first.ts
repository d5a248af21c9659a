import { isLiveMode } from '../actions/modes.ts';
import type { Plan } from '../compiler/plan.ts';
import type { Config } from '../control/config/config.ts';
import type { Control } from '../control/connection.ts';
import { refuseOtherConfig, WorkersUnready } from '../control/other-config.ts';
import { pollingWorkers } from '../control/runs.ts';

/**
 * Before a start: whether the workers read the drillbook.yaml that it was checked with. Of a machine's live start, which nobody watches,
 * also whether there is a worker: its sender tries again, as long as nothing was started. Throws WorkersUnready.
 */
export async function refuseUnready(
  control: Control,
  plan: Plan,
  config: Config | undefined,
  trigger: 'console' | 'api' | 'webhook',
): Promise<void> {
  await refuseOtherConfig(control, plan, config);
  if (trigger !== 'webhook' || !isLiveMode(plan.mode)) return;
  // Where Temporal does not tell, the start itself will.
  if ((await pollingWorkers(control).catch(() => 1)) > 0) return;
  throw new WorkersUnready(
    'No worker serves this Temporal, so nothing was started: a run would wait, and nobody be told. Start one ("drillbook worker") and send it again.',
  );
}
