import { Context as Activity } from '@temporalio/activity';
import { tellTemporal } from './runs.ts';
import { perform } from './wrap.ts';

/** An execution of a workflow, as Temporal names it. */
type Execution = { readonly workflowId: string; readonly runId: string };

/** What worker.ts hands in; each throws when Temporal does not answer. */
export interface Starts {
  /** Why this execution must not be carried out as it was started; undefined: it may. */
  whyNotCarriedOut(execution: Execution): Promise<string | undefined>;
  /** Whether a run may still set its verdict as a search attribute. */
  isSearchable(): Promise<boolean>;
}

/** What a run asks about its own start. A refusal is an answer. */
export function startActivities(starts: Starts) {
  return {
    'people/check-start': (): Promise<{ readonly refused?: string }> =>
      perform(async () => {
        const { workflowExecution } = Activity.current().info;
        if (workflowExecution === undefined) return { refused: 'no workflow asks' };
        const refused = await tellTemporal(starts.whyNotCarriedOut(workflowExecution));
        return refused === undefined ? {} : { refused };
      }),
    'people/is-searchable': (): Promise<boolean> => perform(() => tellTemporal(starts.isSearchable())),
  };
}
