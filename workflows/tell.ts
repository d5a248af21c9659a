import { CancellationScope, isCancellation, setHandler, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import type { PageInput, Told } from '../engine/page.ts';
import { callActivity } from './activity-options.ts';
import { endingOf } from './ending.ts';
import { tellSignal, type TellStart } from './messages.ts';
import { waitsQueue } from './names.ts';

/** Who is down is tried so long: it may be mended, or restarted. */
const budgetMs = 10 * 60_000;
const transport = { initialMs: 1_000, coefficient: 2, maximumMs: 30_000 };

/**
 * Tells people of one thing, beside its run and beyond its end: a receiver that is down is waited for here, and by nobody else.
 * What is newer of the same thing takes the place of what was not told yet, so that an incident is never opened after its end.
 * It is then told at once, whatever the `repeat` of a notification says: nobody has heard of it so far.
 */
export async function tell({ input, waits }: TellStart): Promise<Told> {
  const queue = [input];
  let telling: CancellationScope | undefined;
  setHandler(tellSignal, next => {
    queue.push(next);
    telling?.cancel();
  });
  let told: Told = { told: [], untold: [] };
  let owed: { readonly input: PageInput; readonly since: number } | undefined;
  for (let n = 1; queue.length > 0; n++) {
    const [newest] = queue.splice(0).slice(-1);
    if (newest === undefined) break;
    telling = new CancellationScope();
    const begun = Date.now();
    const input: PageInput =
      owed === undefined || newest.over === true ? newest : { ...newest, owed: true, owedSince: owed.since };
    const outcome = await telling
      .run(() => page(input, n, waits === true))
      .catch((error: unknown) => (isCancellation(error) ? undefined : { told: [], untold: [notTold(newest, error)] }));
    if (outcome === undefined) {
      owed ??= { input: newest, since: begun };
      continue;
    }
    const missed = owed === undefined || newest.over !== true ? [] : [notTold(owed.input, undefined)];
    told = { told: outcome.told, untold: [...missed, ...(outcome.untold ?? [])] };
    owed = undefined;
  }
  return told;
}

// It lives minutes: a change of its commands is gated with `patched` all the same.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, tell);

async function page(input: PageInput, n: number, waits: boolean): Promise<Told> {
  const { event, text, over } = input;
  return (await callActivity('people/page', input, {
    id: `page:${n}`,
    summary: `${over === true ? 'over: ' : ''}${event}: ${text}`,
    budgetMs,
    transport,
    // A receiver that does not answer must not take the place of a run's call.
    ...(waits ? { queue: waitsQueue(workflowInfo().taskQueue) } : {}),
  })) as Told;
}

function notTold({ event, run, runbook, text }: PageInput, error: unknown): string {
  const why = error === undefined ? 'it was over before a receiver had answered' : endingOf(error).error;
  return `nobody was told that ${run ?? runbook} is ${event}: ${text} (${why})`;
}
