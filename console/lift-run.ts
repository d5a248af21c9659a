import { type Mode, modes } from '../actions/contract.ts';
import { isLiveMode } from '../actions/modes.ts';
import { encodeLift, makeLift } from '../control/library/lift.ts';
import { needsPublished } from '../control/library/published.ts';
import { libraryOf, readPublications } from '../control/library/store.ts';
import { newRunId } from '../control/runs.ts';
import {
  knownNameOf,
  type Place,
  prepareUnpublished,
  refuseChanged,
  type StartAsked,
  StartRefused,
} from './start-run.ts';

/** What an approver lets start though it is not published. */
export type LiftAsked = Pick<StartAsked, 'runbook' | 'mode' | 'inputs' | 'plan'> & { readonly reason: string };

export interface Lifted {
  /** The one run that it is of. */
  readonly run: string;
  readonly runbook: string;
  readonly mode: Mode;
  /** The hash of its plan. */
  readonly plan: string;
  /** One word, for whoever starts the run. */
  readonly lift: string;
}

/**
 * An approver's word that one live run of exactly this may start of a file that is not published, as `drillbook lift` gives it; the worker
 * asks again who that was as the run begins. Throws StartRefused, PlanChanged, or what `check` does.
 */
export async function liftByConsole({ who, check, ...place }: Place, asked: LiftAsked): Promise<Lifted> {
  // Whoever may not learns nothing of what it compiles to.
  const wanted = modes.find(each => each === asked.mode);
  await check('start unpublished', { mode: wanted });
  await check('start unpublished', { runbook: await knownNameOf(place.project, asked.runbook), mode: wanted });
  const { plan, config, unpublished } = await prepareUnpublished(place, asked);
  const { name: runbook, mode, hash } = plan;
  const sign = await check('start unpublished', { runbook, mode });
  if (!isLiveMode(mode)) throw new StartRefused(`Mode ${mode} runs any file: there is nothing to lift.`);
  if (config !== undefined && !needsPublished(config))
    throw new StartRefused('Here a live run needs nothing published (policy.live-needs): there is nothing to lift.');
  if (config !== undefined && unpublished === undefined && (await readPublications(libraryOf(config))).exists)
    throw new StartRefused(`${runbook} as it stands is published: there is nothing to lift.`);
  const reason = asked.reason.trim();
  if (reason === '') throw new StartRefused('A lift needs a reason, for the report.');
  refuseChanged(asked, plan);
  const run = newRunId(plan, new Date());
  const { person, name } = who.caller;
  const lift = encodeLift(makeLift(run, plan, { by: person ?? name, reason }, sign));
  return { run, runbook, mode, plan: hash, lift };
}
