import { findAction } from '../../actions/index.ts';
import type { Json } from '../../actions/json.ts';
import { baseName, Expansion, knownIn, type Origin, varsOf } from './expand.ts';
import { Filler } from './fill.ts';
import { canonical, sha256Hex } from '../hash.ts';
import { takeInputs } from '../inputs/inputs.ts';
import { layOut } from './layout.ts';
import { limitsOf, windowOf } from './limits.ts';
import { maxInstances, walkInstances } from './instances.ts';
import { NamedVpgs } from './named-vpgs.ts';
import { Recheck } from './recheck.ts';
import { RecheckLive } from './recheck-live.ts';
import type { ConfigNames } from '../check/names.ts';
import { type CallPolicy, type Plan, planFormat, type PlanStep } from '../plan.ts';
import type { Problems } from '../problems.ts';
import { SignIns } from './sign-ins.ts';
import type { CheckedMode } from '../check/view.ts';

export interface Assembled {
  readonly plan: Plan;
  /** By place: where a step that has an author comes from. */
  readonly origins: ReadonlyMap<number, Origin>;
}

/** A mode and its inputs to a Plan; undefined when an input was refused, which is reported. */
export function assemble(
  checked: CheckedMode,
  given: Readonly<Record<string, unknown>>,
  problems: Problems,
  names: ConfigNames | undefined,
): Assembled | undefined {
  const { view, source, sha256 } = checked;
  const reporter = problems.of(source);
  const inputs = takeInputs(view, given, reporter);
  if (problems.hasErrors()) return undefined;
  const { runbook, mode } = view;
  const site = view.site?.value ?? '';
  const known = knownIn(
    checked,
    Object.fromEntries(Object.entries(inputs).map(([name, lit]) => [name, { lit }])),
    site,
  );
  const signIns = new SignIns(checked);
  const layout = layOut(checked, signIns.steps.length);
  const expansion = new Expansion(signIns, problems, names);
  const outputs = expansion.add({ layout, known, prefix: '', site });
  const { origins, scopes } = expansion;
  const named = new NamedVpgs();
  const recheck = new Recheck(origins, names, problems);
  const live = new RecheckLive();
  const overfull = walkInstances(expansion.steps, scopes, known, (place, step, inside, items) => {
    live.take(place, step, inside, items);
    return named.take(step, inside, items) + recheck.look(place, step, inside, items);
  });
  live.report(origins, problems);
  const tooMany = overfull === undefined ? undefined : origins.get(overfull);
  if (tooMany !== undefined)
    problems.of(tooMany.source).report('DB4035', tooMany.draft.forEach?.at ?? tooMany.draft.uses.at, {
      limit: maxInstances.toLocaleString('en'),
    });
  const window = windowOf(view, new Filler(known, checked.resolved, reporter), reporter);
  if (problems.hasErrors()) return undefined;
  const steps = recheck
    .withEffects(expansion.steps, scopes)
    .map(step => (step.phase === 'sign-in' ? withNames(step, named) : step));
  const plan: Omit<Plan, 'hash'> = {
    format: planFormat,
    name: runbook.name,
    ...(runbook.description !== undefined && { description: runbook.description }),
    ...(runbook.owner !== undefined && { owner: runbook.owner }),
    mode,
    site,
    objectives: view.objectives,
    inputs,
    vars: varsOf(view),
    limits: { ...limitsOf(view), ...window },
    source: { file: baseName(source.file), sha256 },
    policies: policiesOf(steps),
    ...(runbook.outputs.size > 0 && { outputs }),
    ...(scopes.length > 0 && { scopes }),
    steps,
  };
  const hash = sha256Hex(canonical(plan as unknown as Json));
  return { plan: { ...plan, hash }, origins };
}

const withNames = (step: PlanStep, named: NamedVpgs): PlanStep => ({
  ...step,
  with: { lit: { vpgs: named.at(step.site) } },
});

function policiesOf(steps: readonly PlanStep[]): Readonly<Record<string, CallPolicy>> {
  const policies = new Map<string, CallPolicy>();
  for (const { uses } of steps) {
    const contract = findAction(uses);
    if (contract === undefined) continue;
    const { performer, transport, waits } = contract;
    policies.set(uses, { performer, transport, ...(waits !== undefined && { waits }) });
  }
  return Object.fromEntries(policies);
}
