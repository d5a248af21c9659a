import type { Caller } from '../control/access/caller.ts';
import { type DryRun, dryRun } from '../control/dry-run.ts';
import { queuesOf } from '../control/queues.ts';
import type { ConsoleDeps } from './deps.ts';
import { mustSee } from './may-see.ts';
import { prepareRunbook } from './start-run.ts';

/** What a run would do, by a look at the live sites. Throws NotAllowed or StartRefused. */
export async function lookAhead(
  deps: ConsoleDeps,
  caller: Caller,
  asked: { readonly runbook: string; readonly mode: string; readonly inputs?: Readonly<Record<string, unknown>> },
): Promise<DryRun> {
  await mustSee(deps, caller);
  const { plan, config, configSha256, unpublished } = await prepareRunbook(deps, asked);
  await mustSee(deps, caller, { runbook: plan.name, mode: plan.mode });
  const info = {
    trigger: 'console',
    requester: caller.person ?? caller.name,
    verified: false,
    reason: '',
    url: '',
  } as const;
  const look = await dryRun(deps.control, plan, { ...info, configSha256 }, queuesOf(config));
  return unpublished === undefined ? look : { ...look, told: [...look.told, unpublished] };
}
