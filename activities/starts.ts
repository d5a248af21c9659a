import { Context as Activity } from '@temporalio/activity';
import type { EntitlementQuestion } from '../engine/entitlement.ts';
import { entitle, type ReadPeople } from './people.ts';
import { tellTemporal } from './runs.ts';
import { perform } from './wrap.ts';

/** An execution of a workflow, as Temporal names it. */
type Execution = { readonly workflowId: string; readonly runId: string };

/** What is known of a start: why it must not be carried out; or what an approver must have lifted. */
interface Judged {
  readonly refused?: string;
  readonly unpublished?: { readonly why: string; readonly question?: EntitlementQuestion };
}

/** What worker.ts hands in; each throws when Temporal does not answer. */
export interface Starts {
  /** Whether this execution may be carried out as it was started. */
  judge(execution: Execution): Promise<Judged>;
  /** Whether a run may still set its verdict as a search attribute. */
  isSearchable(): Promise<boolean>;
}

/** `lifted`: who has let it start unpublished, and why. */
interface Answer {
  readonly refused?: string;
  readonly lifted?: string;
}

/** What a run asks about its own start. A refusal is an answer. */
export function startActivities(starts: Starts, people: ReadPeople, clock: () => number) {
  return {
    'people/check-start': (): Promise<Answer> =>
      perform(async () => {
        const { workflowExecution } = Activity.current().info;
        if (workflowExecution === undefined) return { refused: 'no workflow asks' };
        const { refused, unpublished } = await tellTemporal(starts.judge(workflowExecution));
        if (refused !== undefined) return { refused };
        return unpublished === undefined ? {} : answerUnpublished(unpublished, await people(), clock());
      }),
    'people/is-searchable': (): Promise<boolean> => perform(() => tellTemporal(starts.isSearchable())),
  };
}

/** Two people: whoever asks for a run does not lift what keeps it from starting. `now`: ms since 1970. */
export function answerUnpublished(
  { why, question }: NonNullable<Judged['unpublished']>,
  people: Awaited<ReturnType<ReadPeople>>,
  now: number,
): Answer {
  if (question === undefined) return { refused: why };
  const { by, refused } = entitle(question, people, now);
  if (refused !== undefined) return { refused: `${why}. It was not lifted: ${refused}` };
  if (by === question.requester)
    return { refused: `${why}. It was not lifted: ${by} asked for this run, and another person lifts it` };
  return { lifted: `${by}: ${question.reason ?? ''}` };
}
