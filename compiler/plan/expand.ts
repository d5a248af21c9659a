import type { Json, JsonMap } from '../../actions/json.ts';
import { fillInputs } from './fill-inputs.ts';
import { Filler, isLiteral } from './fill.ts';
import type { Frame } from './frame.ts';
import type { Known } from './known.ts';
import { limitsOf } from './limits.ts';
import type { StepDraft } from '../model.ts';
import type { ConfigNames } from '../check/names.ts';
import type { PlanScope, PlanStep, Template } from '../plan.ts';
import type { Problems } from '../problems.ts';
import type { SignIns } from './sign-ins.ts';
import type { Source } from '../yaml/source.ts';
import { StepWriter } from './step-writer.ts';
import type { CheckedMode, ModeStep, View } from '../check/view.ts';

/** Where a step of a Plan comes from. */
export interface Origin {
  readonly source: Source;
  readonly draft: StepDraft;
  readonly step: ModeStep;
  /** Of its scope. */
  readonly view: View;
}

/** The steps of a runbook and of all sub-runbooks in it, in the order of the Plan. */
export class Expansion {
  readonly steps: PlanStep[];
  /** By place in the Plan: of steps that have an author. */
  readonly origins = new Map<number, Origin>();
  readonly scopes: PlanScope[] = [];
  private readonly signIns: SignIns;
  private readonly problems: Problems;
  private readonly names: ConfigNames | undefined;

  constructor(signIns: SignIns, problems: Problems, names: ConfigNames | undefined) {
    this.steps = [...signIns.steps];
    this.signIns = signIns;
    this.problems = problems;
    this.names = names;
  }

  /** Gives the scope's outputs. */
  add(frame: Frame): Readonly<Record<string, Template>> {
    const { layout, known } = frame;
    const { view, resolved, source } = layout.checked;
    const reporter = this.problems.of(source);
    const filler = new Filler(known, resolved, reporter);
    const writer = new StepWriter(frame, this.signIns, filler, reporter, this.names);
    for (const step of view.steps) if (step.draft.phase !== 'finally') this.put(frame, writer, filler, step);
    for (const closing of layout.closings) this.steps.push(writer.closing(closing));
    for (const step of view.steps) if (step.draft.phase === 'finally') this.put(frame, writer, filler, step);
    return Object.fromEntries([...view.runbook.outputs].map(([name, draft]) => [name, filler.fill(draft)]));
  }

  private put(frame: Frame, writer: StepWriter, filler: Filler, step: ModeStep): void {
    const { layout, known, prefix } = frame;
    const { source } = layout.checked;
    const place = this.steps.length;
    const written = writer.step(step);
    this.steps.push(written);
    this.origins.set(place, { source, draft: step.draft, step, view: layout.checked.view });
    const inner = layout.calls.get(step.place);
    if (inner?.scope === undefined || step.call === undefined) return;
    const inputs = fillInputs(step.call, written.forEach, filler, known, this.problems.of(source));
    const site = siteOf(inner.checked, frame.site);
    // Its number is taken before the scopes in it.
    this.scopes[inner.scope] = scopeOf(inner.checked, place, site, inputs, {});
    const outputs = this.add({
      layout: inner,
      known: knownIn(inner.checked, inputs, site),
      prefix: `${prefix}${step.draft.id}/`,
      site,
    });
    this.scopes[inner.scope] = scopeOf(inner.checked, place, site, inputs, outputs);
  }
}

/** Without its folders: no path of a machine stands in a Plan. */
export const baseName = (file: string): string => file.replace(/^.*[\\/]/, '');

const siteOf = ({ view }: CheckedMode, callers: string): string => view.site?.value ?? callers;

function scopeOf(
  { view, source, sha256 }: CheckedMode,
  call: number,
  site: string,
  inputs: PlanScope['inputs'],
  outputs: PlanScope['outputs'],
): PlanScope {
  const { closingMs, askMs } = limitsOf(view);
  return {
    call,
    name: view.runbook.name,
    mode: view.mode,
    site,
    inputs,
    vars: varsOf(view),
    outputs,
    limits: { closingMs, askMs },
    source: { file: baseName(source.file), sha256 },
  };
}

/** What is known of a scope before the run starts. */
export function knownIn({ view }: CheckedMode, inputs: Readonly<Record<string, Template>>, site: string): Known {
  const given = Object.entries(inputs);
  const literals = given.flatMap(([name, value]): [string, Json][] => (isLiteral(value) ? [[name, value.lit]] : []));
  return {
    values: {
      inputs: Object.fromEntries(literals),
      vars: varsOf(view),
      run: { name: view.runbook.name, mode: view.mode, site },
    },
    late: new Set(given.flatMap(([name, value]) => (isLiteral(value) ? [] : [name]))),
  };
}

export function varsOf({ vars }: CheckedMode['view']): JsonMap {
  return Object.fromEntries([...vars].map(([name, { value }]) => [name, value]));
}
