import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { sha256Hex } from '../compiler/hash.ts';
import type { PageInput } from '../engine/page.ts';
import type { TellStart } from '../workflows/messages.ts';
import { type Control, taskQueue } from './connection.ts';

/** A delivery that would have started something, and did not. */
export interface RefusedDelivery {
  /** The entry of `triggers`. */
  readonly from: string;
  readonly runbook: string;
  /** `RUNBOOK/NAME`. */
  readonly webhook: string;
  readonly mode: string;
  /** For people, without a word of the payload. */
  readonly why: string;
}

/** The same of one trigger is told once in such a span, ms. */
const spanMs = 10 * 60_000;
/** It waits so long for a worker that tells it. */
const waits = '12 hours';

/**
 * Tells people, by a worker and whom drillbook.yaml names for `refused-trigger`: the sender may never try again. Gives at once; `now`: ms
 * since 1970. Throws where Temporal does not answer.
 */
export async function tellRefused({ client }: Control, refused: RefusedDelivery, now: number): Promise<void> {
  const { from, runbook, webhook, mode, why } = refused;
  const span = Math.floor(now / spanMs);
  const input: PageInput = {
    ...{ runbook, mode, event: 'refused-trigger', at: now, about: webhook },
    text: `a delivery of the trigger ${from} started nothing (webhook ${webhook}): ${why.replace(/\.$/, '')}`,
  };
  const start: TellStart = { input, waits: true };
  try {
    await client.workflow.start('tell', {
      // Its name is what bounds it, whatever console it came to.
      workflowId: `tell/refused/${from}/${sha256Hex(JSON.stringify([webhook, why])).slice(0, 16)}/${span}`,
      taskQueue,
      args: [start],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowExecutionTimeout: waits,
      staticSummary: 'tells people: refused-trigger',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
