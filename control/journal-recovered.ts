import type { GuardStart, HandedOver } from '../engine/guard-types.ts';
import type { Journal } from '../report/journal.ts';
import { recoveredPrefix } from '../engine/guard-id.ts';
import type { Control } from './connection.ts';
import { readChain } from './history.ts';
import { type Call, readCalls } from './journal-calls.ts';
import { foldEntries } from './journal-entries.ts';
import { foldObservations, foldZertoReports } from './journal-evidence.ts';
import { allOf, foldGuards, type GuardHistory } from './journal-guards.ts';
import { foldOpenings } from './journal-openings.ts';

/**
 * The journal of a run that Temporal knows nothing of any more: its database was lost, and the janitor has started guards
 * by what the workers had written down. It has what was open and how that ended, no steps. Undefined: nothing of it was recovered.
 */
export async function readRecovered(
  control: Control,
  runId: string,
  organisation: string,
): Promise<Journal | undefined> {
  const guards: GuardHistory[] = [];
  const query = `WorkflowType = 'guard' AND WorkflowId STARTS_WITH '${recoveredPrefix}'`;
  for await (const { workflowId } of control.client.workflow.list({ query })) {
    if (guards.some(({ id }) => id === workflowId)) continue;
    const events = await readChain(control, workflowId);
    if (events !== undefined && startOf(events)?.run.id === runId) guards.push({ id: workflowId, events });
  }
  return guards.length === 0 ? undefined : foldRecovered(guards, organisation);
}

/** Pure: the same histories give the same journal. At least one guard, all of one run. */
function foldRecovered(guards: readonly GuardHistory[], organisation: string): Journal {
  const inOrder = [...guards].sort((a, b) => (a.events[0]?.at ?? 0) - (b.events[0]?.at ?? 0));
  const starts = inOrder.flatMap(({ events }) => startOf(events) ?? []);
  const [{ run, site } = { run: { id: '', name: '', mode: 'drill', requester: '' }, site: '' }] = starts;
  const { events, guardOf } = allOf(inOrder);
  const calls = readCalls(events, 'guard');
  const written = starts.flatMap(({ handed = [] }) => handed);
  const begun = Math.min(...written.flatMap(({ since }) => since ?? []), events[0]?.at ?? 0);
  const known = [...new Map(written.map(opening => [opening.key, opening])).values()];
  return {
    format: 1,
    run: {
      id: run.id,
      name: run.name,
      description: '',
      owner: '',
      mode: run.mode,
      site,
      requester: run.requester,
      verified: false,
      trigger: '',
      reason: '',
      organisation,
      startedAt: begun,
    },
    runbook: { file: '', sha256: '', planHash: '', configSha256: run.configSha256 ?? '' },
    inputs: {},
    verdict: 'lost',
    reasons: [
      'Temporal has lost this run and all that it knew of it; what stands here was written down by the workers before each opening, and done since by guards that took over',
    ],
    recoveryVerdict: '',
    rto: { note: 'not measured: Temporal has lost this run' },
    rpo: { note: 'not measured: Temporal has lost this run' },
    steps: [],
    isolation: [],
    openings: foldOpenings([...known.map(asSent), ...calls], guardOf),
    guards: foldGuards(inOrder),
    zertoReports: foldZertoReports(calls),
    decisions: [],
    observations: foldObservations(calls),
    entries: foldEntries([], events),
  };
}

const startOf = ([first]: GuardHistory['events']): GuardStart | undefined =>
  first?.kind === 'started' ? (first.input as GuardStart) : undefined;

/** The call that opened it, as far as it was written down: the history that it stood in is gone. */
function asSent({ key, call, since = 0, sent }: HandedOver): Call {
  const common = { id: 0, activity: 'guard/start', step: key, at: since, attempt: 1, input: { call }, record: {} };
  return sent === undefined
    ? { ...common, status: 'running' }
    : { ...common, status: 'succeeded', result: { ...sent } };
}
