import { isLiveMode } from '../actions/modes.ts';
import type { Plan } from '../compiler/plan.ts';
import { formatDuration } from '../report/times.ts';
import { searchAttributes } from '../workflows/names.ts';
import type { Config } from './config/config.ts';
import type { Control } from './connection.ts';

/**
 * What whoever starts a live run should know where its runbook has no passed drill within `policy.live-needs.drilled-within`, by
 * Temporal's own lists; undefined: it has one, or nobody can say. `now`: ms since 1970.
 */
export async function drilledWarning(
  control: Pick<Control, 'client'>,
  { name, mode }: Pick<Plan, 'name' | 'mode'>,
  config: Pick<Config, 'policy'> | undefined,
  now: number,
): Promise<string | undefined> {
  const withinMs = config?.policy['live-needs']['drilled-within'];
  if (withinMs === undefined || !isLiveMode(mode)) return undefined;
  try {
    const last = await lastPassedDrill(control, name);
    const wanted = `policy.live-needs.drilled-within of drillbook.yaml asks for one within ${formatDuration(withinMs)}`;
    if (last === undefined) return `Temporal knows no passed drill of ${name}: ${wanted}.`;
    if (last >= now - withinMs) return undefined;
    return `The last passed drill of ${name} was on ${new Date(last).toISOString().slice(0, 10)}: ${wanted}.`;
  } catch {
    // A namespace without the search attributes: that is told where runs start.
    return undefined;
  }
}

/** When it ended, ms since 1970; undefined: Temporal knows none. */
export async function lastPassedDrill({ client }: Pick<Control, 'client'>, name: string): Promise<number | undefined> {
  const { runbook, mode, verdict } = searchAttributes;
  const query = `WorkflowType = 'runbook' AND ${runbook} = '${name.replaceAll("'", "''")}' AND ${mode} = 'drill' AND ${verdict} = 'passed'`;
  let last: number | undefined;
  for await (const { closeTime } of client.workflow.list({ query }))
    last = Math.max(last ?? 0, closeTime?.getTime() ?? 0);
  return last;
}
