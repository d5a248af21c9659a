import { findAction } from '../../actions/index.ts';
import type { Assembled } from './assemble.ts';
import { type Diagnostic, phrase } from '../diagnostics.ts';
import type { Plan, PlanStep } from '../plan.ts';
import { Problems } from '../problems.ts';
import { rawOf } from './templates.ts';

/** What of a step this version cannot run: for people. */
function unbuilt({ uses, with: given }: PlanStep): string | undefined {
  const contract = findAction(uses);
  if (contract?.built !== true) return uses;
  const part = contract.notBuilt?.(rawOf(given) as Readonly<Record<string, unknown>>);
  return part === undefined ? undefined : `${part} of ${uses}`;
}

/** Steps that have a contract but cannot run in this version, each at its `uses`. */
export function findNotBuilt({ plan, origins }: Assembled): readonly Diagnostic[] {
  const problems = new Problems();
  for (const [place, step] of plan.steps.entries()) {
    const what = unbuilt(step);
    const origin = origins.get(step.closes ?? place);
    if (what === undefined || origin === undefined) continue;
    problems.of(origin.source).report('DB5003', origin.draft.uses.at, { id: step.id, what, mode: plan.mode });
  }
  return problems.diagnostics();
}

/** The same for a Plan whose file is not at hand: the place is the start of the file. */
export function notBuilt(plan: Plan): readonly Diagnostic[] {
  const start = { line: 1, column: 1 };
  return plan.steps.flatMap(step => {
    const what = unbuilt(step);
    if (what === undefined) return [];
    return [
      {
        code: 'DB5003' as const,
        ...phrase('DB5003', { id: step.id, what, mode: plan.mode }),
        file: plan.source.file,
        range: { start, end: start },
      },
    ];
  });
}
