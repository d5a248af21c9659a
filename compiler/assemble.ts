import { findAction } from '../actions/index.ts';
import { type Contract, hour, minute } from '../actions/contract.ts';
import type { Json } from '../actions/json.ts';
import { renderTemplate } from '../expressions/evaluate.ts';
import { type Closing, closings } from './closing.ts';
import { type Resolved, usable } from './expressions.ts';
import { inputShape } from './fields.ts';
import { Filler, type Known } from './fill.ts';
import { canonical, sha256Hex } from './hash.ts';
import { takeInputs } from './inputs.ts';
import type { Draft } from './model.ts';
import { type CallPolicy, type Plan, planFormat, type PlanLimits, type PlanStep, type Template } from './plan.ts';
import type { Reporter } from './reporter.ts';
import { effectOf } from './rules.ts';
import { isLive, type ModeStep, type View } from './view.ts';

/** A mode and its inputs to a Plan; undefined when an input was refused, which is reported. */
export function assemble(
  view: View,
  resolved: Resolved,
  given: Readonly<Record<string, unknown>>,
  reporter: Reporter,
  sourceText: string,
): Plan | undefined {
  const inputs = takeInputs(view, given, reporter);
  if (reporter.hasErrors()) return undefined;
  const { runbook, mode } = view;
  const vars = Object.fromEntries([...view.vars].map(([name, { value }]) => [name, value]));
  const site = view.site?.value ?? '';
  const known: Known = { inputs, vars, run: { name: runbook.name, mode, site } };
  const steps = new Assembler(view, known, resolved, reporter).steps();
  if (reporter.hasErrors()) return undefined;
  const plan: Omit<Plan, 'hash'> = {
    format: planFormat,
    name: runbook.name,
    ...(runbook.description !== undefined && { description: runbook.description }),
    ...(runbook.owner !== undefined && { owner: runbook.owner }),
    mode,
    site,
    objectives: view.objectives,
    inputs,
    vars,
    limits: limitsOf(view),
    source: { file: reporter.source.file.replace(/^.*[\\/]/, ''), sha256: sha256Hex(sourceText) },
    policies: policiesOf(steps),
    steps,
  };
  return { ...plan, hash: sha256Hex(canonical(plan as unknown as Json)) };
}

function limitsOf({ limits, mode }: View): PlanLimits {
  return {
    timeoutMs: limits.timeout ?? 4 * hour,
    closingMs: limits.closing ?? hour,
    askMs: limits.ask ?? 30 * minute,
    onLocked: limits.onLocked ?? (isLive(mode) ? 'wait' : 'fail'),
    ...(limits.lockWait !== undefined && { lockWaitMs: limits.lockWait }),
  };
}

function policiesOf(steps: readonly PlanStep[]): Readonly<Record<string, CallPolicy>> {
  const policies = new Map<string, CallPolicy>();
  for (const { uses } of steps) {
    const contract = findAction(uses);
    if (contract !== undefined) policies.set(uses, { performer: contract.performer, transport: contract.transport });
  }
  return Object.fromEntries(policies);
}

/** Of a step in `finally`, where its author states none (docs/language.md, rule 19). */
const finallyTimeoutMs = 5 * minute;

class Assembler {
  private readonly view: View;
  private readonly known: Known;
  private readonly filler: Filler;
  private readonly signIn: boolean;
  private readonly closings: readonly Closing[];
  /** Place in the Plan by place in the view. */
  private readonly places: readonly number[];
  private readonly closingPlaces: ReadonlyMap<number, number>;
  /** Places of the view. */
  private readonly preflight: readonly number[];

  constructor(view: View, known: Known, resolved: Resolved, reporter: Reporter) {
    this.view = view;
    this.known = known;
    this.filler = new Filler(known, resolved, reporter);
    this.signIn = view.site !== undefined;
    this.closings = closings(view);
    this.preflight = view.steps.filter(s => s.draft.phase === 'preflight').map(s => s.place);
    const first = this.signIn ? 1 : 0;
    const before = view.steps.filter(s => s.draft.phase !== 'finally').length;
    this.places = view.steps.map(({ place }) => first + place + (place < before ? 0 : this.closings.length));
    this.closingPlaces = new Map(this.closings.map(({ opening }, i) => [opening.place, first + before + i]));
  }

  steps(): readonly PlanStep[] {
    const before: PlanStep[] = [];
    const after: PlanStep[] = [];
    for (const step of this.view.steps) {
      const made = step.contract === undefined ? undefined : this.step(step, step.contract);
      if (made !== undefined) (step.draft.phase === 'finally' ? after : before).push(made);
    }
    const byId = new Map(before.map(step => [step.id, step]));
    const closing = this.closings.map(c => this.closing(c, byId.get(c.opening.draft.id)));
    const authored = [...before, ...after];
    return [...(this.signIn ? [this.signInStep(authored)] : []), ...before, ...closing, ...after];
  }

  private step(step: ModeStep, contract: Contract): PlanStep {
    const { draft } = step;
    const { fields, via } = this.fields(step, contract);
    const closedBy = this.closingPlaces.get(step.place);
    return {
      id: draft.id,
      ...(draft.name !== undefined && { name: draft.name }),
      phase: draft.phase,
      uses: contract.name,
      ...(contract !== draft.contract && draft.contract !== undefined && { written: draft.contract.name }),
      summary: contract.summary,
      effect: effectOf(contract, draft.with),
      with: literalIfAll(fields),
      site: this.view.site?.value ?? '',
      ...(via !== undefined && { via }),
      after: this.after(step),
      needs: step.needs.map(p => this.placeOf(p)),
      ...(draft.if !== undefined && { if: this.filler.source(draft.if) }),
      ...this.forEach(step),
      timeoutMs: draft.timeoutMs ?? defaultTimeout(step, contract, fields),
      ...(draft.retry !== undefined && { until: draft.retry.value }),
      onFailure: step.onFailure,
      ...(contract.wall === true && { wall: true as const }),
      ...(contract.locks !== undefined && { locks: contract.locks }),
      ...(contract.vpgs !== undefined && { vpgs: contract.vpgs }),
      ...(closedBy !== undefined && { closedBy }),
    };
  }

  private placeOf(place: number): number {
    return this.places[place] ?? 0;
  }

  /** A list holds needs, walls and the whole preflight (for a step of the preflight: the sign-in). */
  private after(step: ModeStep): PlanStep['after'] {
    if (step.after === 'above') return 'above';
    const early = step.draft.phase === 'main' ? this.preflight : [];
    const signIn = this.signIn && early.length === 0 ? [0] : [];
    return [...new Set([...signIn, ...[...early, ...step.after].map(p => this.placeOf(p))])].sort((a, b) => a - b);
  }

  private forEach({ draft }: ModeStep): Pick<PlanStep, 'forEach'> {
    if (draft.forEach === undefined) return {};
    return { forEach: { items: this.filler.fill(draft.forEach.items), maxParallel: draft.forEach.maxParallel } };
  }

  private fields(step: ModeStep, contract: Contract): { fields: Map<string, Template>; via?: string } {
    const { keys } = inputShape(contract);
    const draft = usable(step);
    const given: ReadonlyMap<string, Draft> = draft?.kind === 'map' ? draft.entries : new Map();
    const fields = new Map<string, Template>();
    for (const [name, value] of given) fields.set(name, this.filler.fill(value));
    // An alias's own defaults are not all of the action's that runs.
    for (const [name, key] of keys)
      if (!fields.has(name) && key.default !== undefined) fields.set(name, { lit: key.default });
    this.addDefaults(contract, fields);
    const own = fields.get('via');
    fields.delete('via');
    const via = own !== undefined && 'lit' in own ? textOf(own.lit) : this.view.via?.value;
    return { fields, ...(via !== undefined && keys.has('via') && { via }) };
  }

  /** Defaults that depend on the runbook or the mode. */
  private addDefaults(contract: Contract, fields: Map<string, Template>): void {
    const { rpoMs } = this.view.objectives;
    if (contract.name === 'zerto/check-vpgs' && rpoMs !== undefined && !fields.has('max-rpo'))
      fields.set('max-rpo', { lit: rpoMs });
    if (contract.name === 'approval' && !fields.has('not-requester'))
      fields.set('not-requester', { lit: isLive(this.view.mode) });
  }

  private closing({ opening, after }: Closing, opened: PlanStep | undefined): PlanStep {
    const name = opening.contract?.closedBy ?? '';
    const contract = findAction(name);
    const vpg = opened === undefined ? undefined : fieldOf(opened.with, 'vpg');
    return {
      id: `close-${opening.draft.id}`,
      phase: 'closing',
      uses: name,
      summary: contract?.summary ?? name,
      effect: contract === undefined ? 'isolated' : effectOf(contract, undefined),
      with: literalIfAll(new Map(vpg === undefined ? [] : [['vpg', vpg]])),
      site: opened?.site ?? '',
      after: after.map(place => this.closingPlaces.get(place) ?? 0).sort((a, b) => a - b),
      needs: [],
      ...(opened?.forEach !== undefined && { forEach: opened.forEach }),
      timeoutMs: contract?.timeoutMs ?? hour,
      onFailure: 'continue',
      ...(contract?.locks !== undefined && { locks: contract.locks }),
      ...(contract?.vpgs !== undefined && { vpgs: contract.vpgs }),
      closes: this.placeOf(opening.place),
    };
  }

  private signInStep(authored: readonly PlanStep[]): PlanStep {
    const contract = findAction('zerto/sign-in');
    const vpgs = [...new Set(authored.flatMap(step => this.vpgsOf(step)))];
    return {
      id: 'sign-in',
      phase: 'sign-in',
      uses: 'zerto/sign-in',
      summary: contract?.summary ?? '',
      effect: 'read',
      with: { lit: { vpgs } },
      site: this.view.site?.value ?? '',
      after: [],
      needs: [],
      timeoutMs: contract?.timeoutMs ?? 2 * minute,
      onFailure: 'abort',
    };
  }

  /** Every VPG that a step names, item by item: all of it is known now (DB5004). */
  private vpgsOf(step: PlanStep): readonly string[] {
    const field = step.vpgs === undefined ? undefined : fieldOf(step.with, step.vpgs);
    if (field === undefined) return [];
    const items = step.forEach === undefined ? undefined : renderTemplate(step.forEach.items, this.known);
    if (items === undefined) return namesOf(field, this.known);
    if (!items.ok || !Array.isArray(items.value)) return [];
    return (items.value as readonly Json[]).flatMap((value, index) =>
      namesOf(field, { ...this.known, each: { value, index } }),
    );
  }
}

function namesOf(field: Template, known: Known): readonly string[] {
  const value = renderTemplate(field, known);
  if (!value.ok) return [];
  const names = Array.isArray(value.value) ? (value.value as readonly Json[]) : [value.value];
  return names.filter(name => typeof name === 'string');
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A `with` without any expression is one literal. */
function literalIfAll(fields: ReadonlyMap<string, Template>): Template {
  const entries = [...fields];
  if (entries.every((e): e is [string, { readonly lit: Json }] => 'lit' in e[1]))
    return { lit: Object.fromEntries(entries.map(([name, { lit }]) => [name, lit])) };
  return { map: Object.fromEntries(entries) };
}

function fieldOf(template: Template, name: string): Template | undefined {
  if ('map' in template) return template.map[name];
  if (!('lit' in template) || typeof template.lit !== 'object' || template.lit === null) return undefined;
  const value = (template.lit as Readonly<Record<string, Json>>)[name];
  return value === undefined ? undefined : { lit: value };
}

function defaultTimeout({ draft }: ModeStep, contract: Contract, fields: ReadonlyMap<string, Template>): number {
  if (draft.phase === 'finally') return finallyTimeoutMs;
  // A stated wait is not cut short by the time-out that nobody stated.
  const span = contract.name === 'wait' ? fields.get('for') : undefined;
  const ms = span !== undefined && 'lit' in span && typeof span.lit === 'number' ? span.lit + minute : 0;
  return Math.max(contract.timeoutMs, ms);
}
