import type { JsonMap } from '../actions/json.ts';
import type { Plan, PlanStep } from '../compiler/plan.ts';
import type { RunResult, StepRecord } from '../engine/types.ts';
import type { Journal, JournalDecision, JournalObjective, JournalStep } from '../report/journal.ts';
import type { RunStart } from '../workflows/messages.ts';
import type { Control } from './connection.ts';
import { type HistoryEvent, readChain } from './history.ts';
import { withoutJoints } from './history-joints.ts';
import { RunNotFound } from './runs.ts';
import { type Calls, readCalls } from './journal-calls.ts';
import { admissionOf, foldDecisions, isStartSigned, outputsOfPeople } from './journal-decisions.ts';
import { foldEntries } from './journal-entries.ts';
import { evidenceOf, foldObservations, foldZertoReports } from './journal-evidence.ts';
import { endOfLive, toldBy, vpgOf } from './journal-live.ts';
import { allOf, foldGuards, type GuardHistory, readGuards } from './journal-guards.ts';
import { foldOpenings, handedOver, isOfRun, toldStuck } from './journal-openings.ts';
import { readRecovered } from './journal-recovered.ts';
import { readUntold } from './journal-untold.ts';

/** What Temporal keeps of a run: how it was started, its events, and its guards'. */
export interface RunHistory {
  readonly start: RunStart;
  readonly events: readonly HistoryEvent[];
  readonly guards: readonly GuardHistory[];
  /** Whom nobody could tell, and why. */
  readonly untold: readonly string[];
}

/**
 * The journal of a run, folded out of its history and its guard's; of a run that Temporal has lost, out of what was recovered.
 * Throws RunNotFound.
 * `organisation`: of drillbook.yaml, for the head of the report.
 */
export async function readJournal(control: Control, runId: string, organisation: string): Promise<Journal> {
  const history = await findRunHistory(control, runId);
  if (history === undefined) {
    const recovered = await readRecovered(control, runId, organisation);
    if (recovered !== undefined) return recovered;
    throw new RunNotFound(runId);
  }
  const { start, events, guards, untold } = history;
  return foldJournal(start, events, guards, organisation, untold);
}

/** All that its journal is made of. Throws RunNotFound. */
export async function readRunHistory(control: Control, runId: string): Promise<RunHistory> {
  const history = await findRunHistory(control, runId);
  if (history === undefined) throw new RunNotFound(runId);
  return history;
}

/** Undefined: Temporal knows no workflow of this id. Throws RunNotFound where that is no run. */
async function findRunHistory(control: Control, runId: string): Promise<RunHistory | undefined> {
  const chain = await readChain(control, runId);
  if (chain === undefined) return undefined;
  const events = withoutJoints(chain);
  const begun = events.find(event => event.kind === 'started');
  if (begun === undefined || !isRunStart(begun.input)) throw new RunNotFound(runId);
  const description = await control.client.workflow.getHandle(runId).describe();
  const guards = await readGuards(control, description.raw.workflowExecutionInfo?.firstRunId ?? description.runId);
  const untold = await readUntold(
    control,
    events,
    guards.map(guard => guard.events),
  );
  return { start: withItsId(begun.input, runId), events, guards, untold };
}

function isRunStart(input: unknown): input is RunStart {
  return typeof input === 'object' && input !== null && 'plan' in input && 'run' in input;
}

/** A schedule does not know its runs' ids. */
function withItsId(start: RunStart, id: string): RunStart {
  return start.schedule === undefined || start.run.id !== '' ? start : { ...start, run: { ...start.run, id } };
}

/** Pure: the same histories give the same journal. */
export function foldJournal(
  start: RunStart,
  run: readonly HistoryEvent[],
  guards: readonly GuardHistory[],
  organisation: string,
  untold: readonly string[] = [],
): Journal {
  const { plan } = start;
  const admission = admissionOf(run);
  const info = { ...start.run, ...(admission && { configSha256: admission.configSha256 }) };
  const result = run.find(event => event.kind === 'completed')?.result as RunResult | undefined;
  const lost = run.find(event => event.kind === 'ended');
  const decisions = foldDecisions(plan, run);
  const calls = readCalls(run, 'run');
  const { events: guardEvents, guardOf } = allOf(guards);
  const allGuardCalls = readCalls(guardEvents, 'guard');
  // A test that was taken over of a drill is that one's opening, though it is closed here.
  const guardCalls = allGuardCalls.filter(call => isOfRun(call, info.id));
  const startedAt = run[0]?.at ?? 0;
  const endedAt = result?.endedAt ?? lost?.at;
  return {
    format: 1,
    run: {
      id: info.id,
      name: plan.name,
      description: plan.description ?? '',
      owner: plan.owner ?? '',
      mode: plan.mode,
      site: plan.site,
      requester: info.requester,
      verified: isStartSigned(run, info.id) || admission?.verified === true,
      trigger: info.trigger,
      reason: info.reason,
      organisation,
      ...(info.withoutLock === undefined ? {} : { withoutLock: info.withoutLock }),
      startedAt,
      ...(endedAt === undefined ? {} : { endedAt }),
      ...(result?.humanMs === undefined ? {} : { humanMs: result.humanMs }),
    },
    runbook: {
      file: plan.source.file,
      sha256: plan.source.sha256,
      planHash: plan.hash,
      configSha256: info.configSha256,
    },
    inputs: plan.inputs,
    verdict: result?.verdict ?? (lost === undefined ? 'running' : 'lost'),
    reasons: result?.reasons ?? (lost === undefined ? [] : [`the run was ${lost.how}: ${lost.why}`]),
    ...(result?.told === undefined ? {} : { told: result.told }),
    ...(untold.length === 0 ? {} : { untold }),
    recoveryVerdict: result?.recoveryVerdict ?? '',
    rto: result?.rto ?? unmeasured(plan.mode, plan.objectives.rtoMs, lost !== undefined),
    rpo: result?.rpo ?? unmeasured(plan.mode, plan.objectives.rpoMs, lost !== undefined),
    ...(result?.outputs === undefined ? {} : { outputs: result.outputs }),
    ...(result?.outputsError === undefined ? {} : { outputsError: result.outputsError }),
    steps: foldSteps(plan, result, { calls, guardCalls, decisions, approvals: result?.approvals ?? [] }),
    isolation: evidenceOf([...calls, ...guardCalls], 'isolation').map(({ at, step, evidence }) => ({
      at,
      step,
      vpg: evidence.vpg,
      facts: evidence.proof,
    })),
    openings: foldOpenings(guardCalls, guardOf, handedOver(guardEvents), toldStuck(run)),
    guards: foldGuards(guards),
    zertoReports: foldZertoReports(allGuardCalls),
    decisions,
    observations: foldObservations([...calls, ...guardCalls]),
    entries: foldEntries(run, guardEvents),
  };
}

/** Of a run without a result: its objective stands, and why there is no time. A change has neither. */
function unmeasured(mode: string, objectiveMs: number | undefined, isLost: boolean): JournalObjective {
  if (mode === 'change') return {};
  const note = isLost ? 'not measured: the run ended without a verdict' : 'not measured yet: the run goes on';
  return { ...(objectiveMs === undefined ? {} : { objectiveMs }), note };
}

interface Facts {
  readonly calls: Calls;
  readonly guardCalls: Calls;
  readonly decisions: readonly JournalDecision[];
  readonly approvals: NonNullable<RunResult['approvals']>;
}

function foldSteps(plan: Plan, result: RunResult | undefined, facts: Facts): JournalStep[] {
  const { calls, guardCalls } = facts;
  const records = result?.steps ?? recordsOf(plan, calls, guardCalls);
  return records.flatMap(record => {
    const step = plan.steps[record.place];
    if (step === undefined) return [];
    return [foldStep(step, record, callsOf(step, record.key, calls, guardCalls), facts)];
  });
}

/** A step's own activity, or what the guard did for it. */
function callsOf(step: PlanStep, key: string, calls: Calls, guardCalls: Calls): Calls {
  if (step.closes !== undefined) {
    const opening = key.replace(/^close-/, '');
    return guardCalls.filter(
      call => call.step === opening && (call.activity === 'guard/stop' || call.activity === 'guard/readBack'),
    );
  }
  const own = calls.filter(call => call.step === key);
  return own.length > 0
    ? own
    : guardCalls.filter(
        call => call.step === key && call.activity !== 'guard/stop' && call.activity !== 'guard/readBack',
      );
}

function foldStep(
  step: PlanStep,
  record: StepRecord,
  calls: Calls,
  said: Pick<Facts, 'decisions' | 'approvals'>,
): JournalStep {
  const facts = calls.map(call => call.record);
  return {
    key: record.key,
    name: step.name ?? step.id,
    phase: step.phase,
    uses: step.written ?? step.uses,
    effect: step.effect,
    summary: step.summary,
    status: record.status,
    required: step.phase === 'closing' || (step.onFailure !== 'continue' && record.excused !== true),
    ...(record.startedAt === undefined ? {} : { startedAt: record.startedAt }),
    ...(record.endedAt === undefined ? {} : { endedAt: record.endedAt }),
    activityAttempts: Math.max(0, ...calls.map(call => call.attempt)),
    tries: facts.reduce((sum, fact) => sum + (fact.tries ?? 0), 0),
    attempts: facts.flatMap(fact => fact.attempts ?? []),
    told: calls.flatMap(toldBy),
    ...(step.opens === 'live' || step.ends !== undefined ? { live: true as const } : {}),
    error: record.error ?? '',
    outputs: outputsOf(step, record, calls, said),
  };
}

function outputsOf(
  step: PlanStep,
  { key, status, endedAt }: StepRecord,
  calls: Calls,
  { decisions, approvals }: Pick<Facts, 'decisions' | 'approvals'>,
): JournalStep['outputs'] {
  if (step.ends !== undefined) return outputsOfEnding(step.ends, calls);
  if (status === 'succeeded' && endedAt !== undefined) {
    const told = approvals.findLast(approval => approval.key === key && approval.decision !== undefined)?.decision;
    // A run that is older than this, or has no result, does not tell: they are made again from what people said.
    const decided = told ?? outputsOfPeople(step, key, endedAt, decisions);
    if (decided !== undefined) return decided;
  }
  return calls.findLast(call => call.outputs !== undefined)?.outputs ?? {};
}

/** The guard ends each VPG by a call of its own; the step's outputs are of all of them. */
function outputsOfEnding(how: NonNullable<PlanStep['ends']>, calls: Calls): JsonMap {
  const done = calls.flatMap(call => {
    const ended = endOfLive(call);
    return ended === undefined
      ? []
      : [{ vpg: vpgOf(call), protectedBack: ended.outputs['reverse_protected'] === true }];
  });
  if (done.length === 0) return {};
  const vpgs = done.map(({ vpg }) => vpg);
  if (how === 'roll-back') return { vpgs };
  return { vpgs, reverse_protected: done.filter(({ protectedBack }) => protectedBack).map(({ vpg }) => vpg) };
}

/** For a run without a result (still going, or terminated): what its calls show. */
function recordsOf(plan: Plan, calls: Calls, guardCalls: Calls): StepRecord[] {
  return plan.steps.flatMap((step, place): StepRecord[] => {
    const keys = new Set(
      [...calls, ...guardCalls].map(call => call.step).filter(key => key === step.id || key.startsWith(`${step.id}[`)),
    );
    if (keys.size === 0) return [{ key: step.id, place, status: 'pending' }];
    return [...keys].map(key => {
      const own = callsOf(step, key, calls, guardCalls);
      const last = own.at(-1);
      const status = last === undefined ? 'pending' : (last.status as StepRecord['status']);
      const endedAt = last?.endedAt;
      return {
        key,
        place,
        status,
        ...(own[0] === undefined ? {} : { startedAt: own[0].at }),
        ...(endedAt === undefined ? {} : { endedAt }),
        ...(last?.error === undefined ? {} : { error: last.error }),
      };
    });
  });
}
