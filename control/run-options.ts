import { hashOfDeeds } from '../compiler/deeds.ts';
import type { Plan } from '../compiler/plan.ts';
import type { RunInfo } from '../engine/types.ts';
import { attributesOf } from './search-attributes.ts';

/**
 * How a run is found and shown in Temporal, whoever starts it. `id`: absent where Temporal names it; `schedule`: of a run that belongs
 * to one. Search attributes only where all of drillbook's are registered: a run that sets another one is wedged for ever.
 */
export function describeRun(
  plan: Plan,
  info: Omit<RunInfo, 'id'>,
  { id, schedule, searchable }: { readonly id?: string; readonly schedule?: string; readonly searchable: boolean },
) {
  const { name, mode, site } = plan;
  const { requester } = info;
  return {
    staticSummary: `${name}: ${mode} at ${site}`,
    staticDetails: describeStart(plan, info, id),
    memo: {
      ...{ plan: plan.hash, deeds: hashOfDeeds(plan), runbook: name, mode, site, requester },
      ...(info.dry === true && { dry: true }),
      ...(schedule !== undefined && { schedule }),
    },
    ...(searchable && { typedSearchAttributes: attributesOf({ name, mode, site, requester }) }),
  };
}

/** In Markdown, for the Temporal web page. */
function describeStart(plan: Plan, { requester, reason, verified }: Omit<RunInfo, 'id'>, id = 'RUN'): string {
  const lines = [
    `**${plan.name}**, ${plan.mode} at ${plan.site}`,
    `asked for by ${requester}${verified ? '' : ' (unverified name)'}${reason === '' ? '' : `: ${reason}`}`,
    `runbook ${plan.source.file}, ${plan.steps.length} steps, plan ${plan.hash.slice(0, 12)}`,
    `The report: \`drillbook report ${id}\``,
  ];
  return lines.join('\n\n');
}
