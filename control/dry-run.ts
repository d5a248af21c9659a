import type { Plan, PlanStep } from '../compiler/plan.ts';
import type { RunInfo } from '../engine/types.ts';
import type { Control } from './connection.ts';
import { readJournal } from './journal.ts';
import { startRun } from './runs.ts';
import { watchRun } from './watch.ts';

/** What `drillbook plan` finds. */
export interface DryRun {
  /** Nothing contradicts the runbook. */
  readonly fits: boolean;
  /** What a run would do, in order. */
  readonly steps: readonly PlannedStep[];
  /** What no longer fits, one sentence a step. */
  readonly findings: readonly { readonly step: string; readonly sentence: string }[];
  /** Facts that do not stop a run. */
  readonly told: readonly string[];
}

export interface PlannedStep {
  readonly key: string;
  readonly phase: PlanStep['phase'];
  readonly uses: string;
  readonly effect: PlanStep['effect'];
  readonly what: string;
  readonly timeoutMs: number;
  readonly closes?: string;
}

/**
 * Signs in and makes the preflight's checks against the live sites, with reads only: a run of the same Plan without its
 * steps. Nothing is locked, nothing is opened, nothing is told to anybody.
 */
export async function dryRun(control: Control, plan: Plan, info: Omit<RunInfo, 'id'>): Promise<DryRun> {
  const id = await startRun(control, readOnly(plan), { ...info, dry: true });
  let lost: string | undefined;
  for await (const seen of watchRun(control, id)) if (seen.kind === 'lost') lost = seen.status;
  const journal = await readJournal(control, id, '');
  const findings = journal.steps
    .filter(step => step.error !== '')
    .map(step => ({ step: step.key, sentence: step.error }));
  if (lost !== undefined) findings.push({ step: '', sentence: `the look was ${lost.toLowerCase()} before it ended` });
  return {
    fits: findings.length === 0,
    steps: plan.steps.map(step => describe(plan, step)),
    findings,
    told: journal.steps.flatMap(step => step.told),
  };
}

/**
 * The same Plan up to its preflight, and of its steps those that can look without touching: settings are resolved by name
 * and compared, not changed. It locks nothing.
 */
function readOnly(plan: Plan): Plan {
  const steps = plan.steps.filter(step => step.phase === 'sign-in' || step.phase === 'preflight' || canLook(step));
  return { ...plan, name: `plan-${plan.name}`, steps: steps.map(asLook) };
}

/** What it names must be known now, not from steps that a look does not make. */
function canLook(step: PlanStep): boolean {
  const known = !JSON.stringify([step.with, step.if ?? '', step.forEach ?? '']).includes('steps.');
  return step.phase === 'main' && step.uses === 'zerto/edit-vpg' && known;
}

function asLook(planned: PlanStep): PlanStep {
  const step = Object.fromEntries(Object.entries(planned).filter(([key]) => key !== 'locks')) as unknown as PlanStep;
  const main = step.phase === 'main';
  return { ...step, onFailure: 'continue', ...(main ? { after: 'above', needs: [], effect: 'read' } : {}) };
}

function describe(plan: Plan, step: PlanStep): PlannedStep {
  const opening = step.closes === undefined ? undefined : plan.steps[step.closes];
  return {
    key: step.id,
    phase: step.phase,
    uses: step.written ?? step.uses,
    effect: step.effect,
    what: step.name ?? step.summary,
    timeoutMs: step.timeoutMs,
    ...(opening === undefined ? {} : { closes: opening.id }),
  };
}
