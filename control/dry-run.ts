import type { Plan, PlanStep } from '../compiler/plan.ts';
import type { Queues } from '../engine/queues.ts';
import type { RunInfo } from '../engine/types.ts';
import type { Control } from './connection.ts';
import { readJournal } from './journal.ts';
import { WorkersUnready } from './other-config.ts';
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
  /** Nobody has looked: there was no worker that could. */
  readonly unseen?: true;
}

export interface PlannedStep {
  readonly key: string;
  readonly phase: PlanStep['phase'];
  readonly uses: string;
  readonly effect: PlanStep['effect'];
  readonly what: string;
  readonly timeoutMs: number;
  /** An expression gives each item its own: nobody knows it yet. */
  readonly timeoutByItem?: true;
  readonly closes?: string;
}

/**
 * Signs in and makes the preflight's checks against the live sites, with reads only: a run of the same Plan without its
 * steps. Nothing is locked, nothing is opened, nothing is told to anybody.
 */
export async function dryRun(
  control: Control,
  plan: Plan,
  info: Omit<RunInfo, 'id'>,
  queues?: Queues,
): Promise<DryRun> {
  const id = await startRun(control, readOnly(plan), { ...info, dry: true }, queues);
  const lost = await endOfLook(control, id);
  const journal = await readJournal(control, id, '');
  const findings = journal.steps
    .filter(step => step.error !== '' && step.status !== 'skipped')
    .map(step => ({ step: step.key, sentence: step.error }));
  if (lost !== undefined) findings.push({ step: '', sentence: `the look was ${lost.toLowerCase()} before it ended` });
  return {
    fits: findings.length === 0,
    steps: plan.steps.map(step => describe(plan, step)),
    findings,
    told: journal.steps.flatMap(step => step.told),
  };
}

/** With no worker, a look would last for ever: so long without a word of one, and it is given up, ms. */
const silentWithinMs = 20_000;

/** How a look was lost; undefined: it came to its end. Throws WorkersUnready where no worker makes it. */
async function endOfLook(control: Control, id: string): Promise<string | undefined> {
  const over = new AbortController();
  let patience: NodeJS.Timeout | undefined;
  let lost: string | undefined;
  for await (const seen of watchRun(control, id, over.signal)) {
    clearTimeout(patience);
    if (seen.kind === 'lost') lost = seen.status;
    if (seen.kind !== 'silent') continue;
    const giveUp = (): void => {
      over.abort();
    };
    if (await isUntaken(control, id)) giveUp();
    else patience = setTimeout(giveUp, silentWithinMs);
  }
  if (!over.signal.aborted) return lost;
  await control.client.workflow.getHandle(id).terminate('no worker made the look');
  throw new WorkersUnready(
    'No worker has made the look at the sites: nothing answers for it. Start one ("drillbook worker"), or see why it ended.',
  );
}

/** Started, and its first task in the queue: no worker has ever had it. */
const eventsUntaken = 2;

async function isUntaken({ client }: Control, id: string): Promise<boolean> {
  return (await client.workflow.getHandle(id).describe()).historyLength <= eventsUntaken;
}

/** What a run would do, where nobody can look first; `why`: a sentence each. */
export function withoutLook(plan: Plan, why: readonly string[]): DryRun {
  const findings = why.map(sentence => ({ step: '', sentence }));
  return { fits: false, steps: plan.steps.map(step => describe(plan, step)), findings, told: [], unseen: true };
}

/**
 * The same Plan with all steps left out but those that can look without touching: sign-ins, every preflight (of
 * sub-runbooks too, where their inputs are known), and changes of settings, which are resolved by name and compared. It
 * locks nothing.
 */
function readOnly({ outputs, ...plan }: Plan): Plan {
  const scopes = plan.scopes?.map(scope => ({ ...scope, outputs: {} }));
  return {
    ...plan,
    name: `plan-${plan.name}`,
    ...(scopes !== undefined && { scopes }),
    steps: plan.steps.map(step => (canLook(plan, step) ? asLook(step) : leftOut(step))),
  };
}

/** Changes that can be looked at before they are made. */
const looksFirst = new Set(['zerto/create-vpg', 'zerto/edit-vpg', 'zerto/delete-vpg']);

function canLook(plan: Plan, step: PlanStep): boolean {
  if (step.phase === 'sign-in' || step.phase === 'preflight') return true;
  if (step.phase !== 'main') return false;
  const scope = step.calls === undefined ? undefined : plan.scopes?.[step.calls];
  if (scope === undefined && !looksFirst.has(step.uses)) return false;
  // What it names must be known now, not from steps that a look does not make.
  return !JSON.stringify([step.with, step.if ?? '', step.forEach ?? '', scope?.inputs ?? '']).includes('steps.');
}

function asLook({ locks, perItem, ...step }: PlanStep): PlanStep {
  const { onFailure, ...own } = perItem ?? {};
  const main = step.phase === 'main';
  return {
    ...step,
    ...(perItem !== undefined && { perItem: own }),
    onFailure: 'continue',
    ...(main && { after: 'above', needs: [], effect: 'read' }),
  };
}

/** Its place stays, for the places of the others. */
function leftOut({ id, phase, uses, summary, site, after, scope, closes, timeoutMs }: PlanStep): PlanStep {
  return {
    ...{ id, phase, uses, summary, site, after, timeoutMs, effect: 'read', with: { lit: {} }, needs: [] },
    if: 'false',
    onFailure: 'continue',
    ...(scope !== undefined && { scope }),
    ...(closes !== undefined && { closes }),
  };
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
    ...(step.perItem?.timeout === undefined ? {} : { timeoutByItem: true as const }),
    ...(opening === undefined ? {} : { closes: opening.id }),
  };
}
