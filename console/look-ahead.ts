import { modes } from '../actions/contract.ts';
import type { AuditLine } from '../control/audit.ts';
import { type DryRun, dryRun, withoutLook } from '../control/dry-run.ts';
import { queuesOf } from '../control/queues.ts';
import { spellUnserved, unservedQueues } from '../control/unserved-queues.ts';
import { asAway } from '../control/temporal-away.ts';
import { mustAnswer } from './answers.ts';
import type { Who } from './deeds-place.ts';
import type { ConsoleDeps } from './deps.ts';
import { mustSee } from './may-see.ts';
import { knownNameOf, prepareRunbook } from './start-run.ts';
import { refuseUnready } from './workers-first.ts';

interface LookAsked {
  readonly runbook: string;
  readonly mode: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** The audit line of a plan. */
export const lineOfPlan = (
  { caller, address }: Who,
  { runbook, mode }: LookAsked,
  came: Pick<AuditLine, 'counted' | 'text'>,
): AuditLine => ({
  ...{ person: caller.person ?? caller.name, how: caller.how, call: 'plan', step: runbook, choice: mode, ...came },
  address,
});

/** With the hash of the plan that was looked at, and its site. */
export type LookedAhead = DryRun & { readonly plan: string; readonly site: string };

/**
 * What a run would do, by a look at the live sites; leaves an audit line. `prepare`: of what is published, or of the file. Throws NotAllowed,
 * TooManyLooks or StartRefused.
 */
export async function lookAhead(
  deps: ConsoleDeps,
  who: Who,
  asked: LookAsked,
  prepare: typeof prepareRunbook = prepareRunbook,
): Promise<LookedAhead> {
  try {
    const look = await deps.looks.run(who.caller, () => lookNow(deps, who, asked, prepare));
    const text = look.fits ? 'looked: it fits' : 'looked: something no longer fits';
    await deps.audit(lineOfPlan(who, asked, { counted: true, text }));
    return look;
  } catch (thrown) {
    const error = asAway(thrown, 'not sent') ?? thrown;
    const text = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : '';
    await deps.audit(lineOfPlan(who, asked, { counted: false, text }));
    throw error;
  }
}

async function lookNow(
  deps: ConsoleDeps,
  { caller }: Who,
  asked: LookAsked,
  prepare: typeof prepareRunbook,
): Promise<LookedAhead> {
  const mode = modes.find(each => each === asked.mode);
  // Before anything is compiled; once more when it is known whose plan it is.
  await mustSee(deps, caller, { mode });
  await mustSee(deps, caller, { runbook: await knownNameOf(deps.project, asked.runbook), mode });
  const { plan, config, configSha256, unpublished } = await prepare(deps, asked);
  await mustAnswer(deps.control);
  await mustSee(deps, caller, { runbook: plan.name, mode: plan.mode });
  await refuseUnready(deps.control, plan, config, 'console');
  const info = {
    trigger: 'console',
    requester: caller.person ?? caller.name,
    verified: false,
    reason: '',
    url: '',
  } as const;
  const queues = queuesOf(config);
  const away = (await unservedQueues(deps.control, plan, queues)).filter(({ what }) => what === 'site');
  const look = {
    // A look at a site that no worker of its own serves would last until the sign-in's time-out.
    ...(away.length > 0
      ? withoutLook(plan, away.map(spellUnserved))
      : await dryRun(deps.control, plan, { ...info, configSha256 }, queues)),
    plan: plan.hash,
    site: plan.site,
  };
  return unpublished === undefined ? look : { ...look, told: [...look.told, unpublished] };
}
