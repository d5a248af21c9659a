import { findAction } from '../../actions/index.ts';
import { type Contract, hour, minute } from '../../actions/contract.ts';
import type { Json } from '../../actions/json.ts';
import { isLiveMode } from '../../actions/modes.ts';
import type { Closing } from './closing.ts';
import { declaredBy } from '../check/declared.ts';
import { reportValue } from '../shape/draft-rules.ts';
import type { Frame } from './frame.ts';
import { usable } from '../check/expressions.ts';
import { inputShape } from '../shape/fields.ts';
import { type Filler, isLiteral } from './fill.ts';
import type { Layout } from './layout.ts';
import { limitsOf } from './limits.ts';
import type { Draft } from '../model.ts';
import type { ConfigNames } from '../check/names.ts';
import type { PlanStep, Template } from '../plan.ts';
import { isLiteral as isLiteralDraft } from '../shape/raw.ts';
import type { Reporter } from '../reporter.ts';
import { longerThan } from '../check/wait.ts';
import { effectOf } from '../check/effect.ts';
import type { SignIns } from './sign-ins.ts';
import { type Policies, writePolicies } from './step-policies.ts';
import { fieldOf, mapTemplate } from './templates.ts';
import { type ModeStep } from '../check/view.ts';

/** Where more steps than this end the preflight, the last of them waits for all: each step of `steps` would name them. */
const manyLast = 64;

/** Of a step in `finally`, where its author states none (docs/language.md, rule 19). */
const finallyTimeoutMs = 5 * minute;
/** Of a wait until a time, or for a span that only the run knows. */
const longWaitMs = 30 * 24 * hour;

/** Writes the steps of one scope. */
export class StepWriter {
  private readonly frame: Frame;
  private readonly layout: Layout;
  private readonly signIns: SignIns;
  private readonly filler: Filler;
  private readonly reporter: Reporter;
  private readonly names: ConfigNames | undefined;
  /** What its closing step needs of an opening, by the place in the view. */
  private readonly written = new Map<number, PlanStep>();
  /** Places in the Plan of the steps of the preflight that no other step of it waits for. */
  private readonly preflight: readonly number[];
  /** The place in the view of a step of the preflight that waits for all others. */
  private readonly gate: number | undefined;

  constructor(frame: Frame, signIns: SignIns, filler: Filler, reporter: Reporter, names: ConfigNames | undefined) {
    this.frame = frame;
    this.layout = frame.layout;
    this.signIns = signIns;
    this.filler = filler;
    this.reporter = reporter;
    this.names = names;
    const last = lastOf(this.layout.checked.view.steps.filter(step => step.draft.phase === 'preflight'));
    this.gate = last.length > manyLast ? last.at(-1) : undefined;
    this.preflight = (this.gate === undefined ? last : [this.gate]).map(place => this.placeOf(place));
  }

  step(step: ModeStep): PlanStep {
    const { draft, contract } = step;
    if (contract === undefined) throw new TypeError(`step ${draft.id} has no action in this mode`);
    const { checked, scope } = this.layout;
    const { fields, via } = this.fields(step, contract);
    this.checkWait(step, fields);
    const closedBy = this.layout.closingPlaces.get(step.place);
    const calls = this.layout.calls.get(step.place)?.scope;
    const site = draft.site?.value ?? this.frame.site;
    const policies = writePolicies(step, defaultTimeout(step, contract, fields), this.filler);
    const written: PlanStep = {
      id: this.frame.prefix + draft.id,
      ...(scope !== undefined && { scope }),
      ...(calls !== undefined && { calls }),
      ...(draft.name !== undefined && { name: draft.name }),
      phase: draft.phase,
      uses: contract.name,
      ...(contract !== draft.contract && draft.contract !== undefined && { written: draft.contract.name }),
      summary: contract.summary,
      effect: step.call?.sub.summary.effect ?? effectOf(contract, draft.with, declaredBy(this.names)),
      with: mapTemplate(fields),
      site,
      ...(via !== undefined && { via }),
      after: this.after(step),
      needs: step.needs.map(p => this.placeOf(p)),
      ...(draft.if !== undefined && { if: this.filler.source(draft.if) }),
      ...this.forEach(step, policies),
      ...policies,
      ...(step.wall === true && { wall: true as const }),
      ...(contract.opens !== undefined && { opens: contract.opens }),
      ...(contract.ends !== undefined && { ends: contract.ends }),
      ...(contract.opens === 'test' && draft.hold !== undefined && { holdMs: draft.hold.value }),
      ...this.signIns.stepAt(contract.name, site),
      ...((contract.finds === 'vpg' || checked.vpgs.found.has(step.place)) && { acquires: true as const }),
      ...(contract.locks !== undefined && { locks: contract.locks }),
      ...(contract.vpgs !== undefined && { vpgs: contract.vpgs }),
      ...(closedBy !== undefined && { closedBy }),
    };
    if (closedBy !== undefined) this.written.set(step.place, written);
    return written;
  }

  /** What inputs have made of a wait. */
  private checkWait({ draft, contract }: ModeStep, fields: ReadonlyMap<string, Template>): void {
    const span = contract?.name === 'wait' ? fields.get('for') : undefined;
    const { timeoutMs } = draft;
    if (timeoutMs === undefined || span === undefined || !isLiteral(span) || typeof span.lit !== 'number') return;
    if (span.lit > timeoutMs)
      this.reporter.report('DB6005', draft.with?.at ?? draft.at, { what: 'with.for', why: longerThan(timeoutMs) });
  }

  /** The step that ends what another one opens; that one was written before. */
  closing({ opening, after }: Closing): PlanStep {
    const { scope, closingPlaces } = this.layout;
    const opened = this.written.get(opening.place);
    const name = opening.contract?.closedBy ?? '';
    const contract = findAction(name);
    if (contract === undefined || opened === undefined) throw new TypeError(`nothing closes ${opening.draft.id}`);
    const field = contract.vpgs ?? 'vpg';
    const vpg = fieldOf(opened.with, field);
    return {
      id: `${this.frame.prefix}close-${opening.draft.id}`,
      ...(scope !== undefined && { scope }),
      phase: 'closing',
      uses: name,
      summary: contract.summary,
      effect: effectOf(contract, undefined),
      with: mapTemplate(new Map(vpg === undefined ? [] : [[field, vpg]])),
      site: opened.site,
      after: after.map(place => closingPlaces.get(place) ?? 0).sort((a, b) => a - b),
      needs: [],
      ...(opened.forEach !== undefined && {
        forEach: { items: opened.forEach.items, maxParallel: opened.forEach.maxParallel },
      }),
      timeoutMs: contract.timeoutMs,
      onFailure: 'continue',
      ...(opened.signIn !== undefined && { signIn: opened.signIn }),
      ...(contract.locks !== undefined && { locks: contract.locks }),
      ...(contract.vpgs !== undefined && { vpgs: contract.vpgs }),
      closes: this.placeOf(opening.place),
    };
  }

  private placeOf(place: number): number {
    return this.layout.places[place] ?? 0;
  }

  /** A list holds needs and walls, and the last steps that must have ended before its phase begins. */
  private after(step: ModeStep): PlanStep['after'] {
    if (step.after === 'above' || step.place === this.gate) return 'above';
    const early = step.draft.phase === 'main' ? this.preflight : [];
    const signIn = this.layout.scope === undefined ? this.signIns.own : undefined;
    const begin = early.length === 0 && signIn !== undefined ? [signIn] : early;
    const places = step.after.map(p => this.placeOf(p));
    return [...new Set([...begin, ...places])].sort((a, b) => a - b);
  }

  private forEach({ draft: { forEach } }: ModeStep, { onFailure, perItem }: Policies): Pick<PlanStep, 'forEach'> {
    if (forEach === undefined) return {};
    const { items, batch, maxParallel, maxFailures } = forEach;
    return {
      forEach: {
        items: this.filler.fill(items),
        // A batch starts whole where nothing else is said.
        maxParallel: Math.min(maxParallel ?? batch ?? 1, batch ?? Infinity),
        ...(batch !== undefined && { batch }),
        ...(onFailure === 'continue' && { maxFailures: maxFailures?.value ?? 0 }),
        // Where only the items know, nothing ends them but what their author says.
        ...(perItem?.onFailure !== undefined && maxFailures !== undefined && { maxFailures: maxFailures.value }),
      },
    };
  }

  private fields(step: ModeStep, contract: Contract): { fields: Map<string, Template>; via?: string } {
    const { view } = this.layout.checked;
    const { keys } = inputShape(contract);
    const draft = usable(step);
    const given: ReadonlyMap<string, Draft> = draft?.kind === 'map' ? draft.entries : new Map();
    const fields = new Map<string, Template>();
    const before = this.reporter.size;
    // What a sub-runbook is given stands in its scope.
    const own = [...given].filter(([name]) => step.call === undefined || name !== 'inputs');
    for (const [name, value] of own) fields.set(name, this.filler.fill(value));
    // An alias's own defaults are not all of the action's that runs.
    for (const [name, key] of keys)
      if (!fields.has(name) && key.default !== undefined) fields.set(name, { lit: key.default });
    this.addDefaults(step, contract, fields);
    const whole = mapTemplate(fields);
    if (draft !== undefined && !isLiteralDraft(draft) && isLiteral(whole) && this.reporter.size === before)
      reportValue(contract, whole.lit, draft, 'DB6005', this.reporter);
    const via = fields.get('via');
    // What each item has of its own stays in `with`, which is looked at first.
    if (via !== undefined && isLiteral(via)) fields.delete('via');
    const probe = via !== undefined && isLiteral(via) ? textOf(via.lit) : view.via?.value;
    return { fields, ...(probe !== undefined && keys.has('via') && { via: probe }) };
  }

  /** Defaults that depend on the runbook or the mode. */
  private addDefaults({ call }: ModeStep, contract: Contract, fields: Map<string, Template>): void {
    const { objectives, mode } = this.layout.checked.view;
    if (contract.name === 'zerto/check-vpgs' && objectives.rpoMs !== undefined && !fields.has('max-rpo'))
      fields.set('max-rpo', { lit: objectives.rpoMs });
    if (contract.name === 'approval' && !fields.has('not-requester'))
      fields.set('not-requester', { lit: isLiveMode(mode) });
    if (call !== undefined) fields.set('mode', { lit: call.sub.view.mode });
  }
}

/** Places of steps that no other one of them waits for. */
function lastOf(steps: readonly ModeStep[]): readonly number[] {
  const above = steps.findLast(step => step.after === 'above')?.place ?? 0;
  const awaited = new Set(steps.flatMap(step => (step.after === 'above' ? [] : step.after)));
  return steps.map(step => step.place).filter(place => place >= above && !awaited.has(place));
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function defaultTimeout({ draft, call }: ModeStep, contract: Contract, fields: ReadonlyMap<string, Template>): number {
  const usual = draft.phase === 'finally' ? finallyTimeoutMs : contract.timeoutMs;
  if (contract.name === 'wait') return Math.max(usual, waitMs(fields));
  return call === undefined || draft.phase === 'finally' ? usual : limitsOf(call.sub.view).timeoutMs;
}

/** A stated wait is not cut short by a time-out that nobody stated; how long is perhaps known only later. */
function waitMs(fields: ReadonlyMap<string, Template>): number {
  const span = fields.get('for');
  return span !== undefined && isLiteral(span) && typeof span.lit === 'number' ? span.lit + minute : longWaitMs;
}
