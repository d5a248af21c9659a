import type { JsonMap } from '../actions/json.ts';
import { formatDuration } from '../expressions/duration.ts';
import { deadlineOf } from './call.ts';
import { findEntry, frameOf } from './frames.ts';
import { expiryTimer, leavePeople, startPaging } from './pages.ts';
import { note, noteRun } from './progress.ts';
import { namesIn } from './scope.ts';
import { type Entry, hasEnded } from './entry.ts';
import { lookUp, type Report } from './state.ts';
import { markRunning, settle, setTimer, stepAt, type Turn } from './turn.ts';
import type { EngineEvent } from './types.ts';

/** A manual step whose turn it is: somebody is told what to do, and must tell what came of it. */
export function askForReport(turn: Turn, entry: Entry, given: JsonMap): void {
  const { state, at } = turn;
  const expiresAt = deadlineOf(turn, frameOf(turn, entry), stepAt(turn, entry.place));
  const { instructions, assignee } = given;
  if (typeof instructions !== 'string') {
    settle(turn, entry, { status: 'errored', text: `"with.instructions" of "${entry.key}" is no text` });
    return;
  }
  state.reports[entry.key] = {
    instructions,
    assignees: namesIn(assignee),
    evidence: evidenceOf(given.evidence),
    since: at,
    expiresAt,
  };
  markRunning(turn, entry, 'people', instructions);
  const summary = `${entry.key}: must be told within ${formatDuration(expiresAt - at)}`;
  setTimer(turn, expiryTimer(entry), { for: 'expiry', key: entry.key }, expiresAt, summary);
  startPaging(turn, entry.key);
}

function evidenceOf(evidence: JsonMap[string] | undefined): Report['evidence'] {
  return evidence === 'required' || evidence === 'optional' ? evidence : 'none';
}

type Reported = Extract<EngineEvent, { kind: 'reported' }>;

/** Ends the step, or is recorded as refused with the reason and changes nothing. */
export function onReported(turn: Turn, event: Reported): void {
  const { plan, state } = turn;
  const { key, outcome, by, note: evidence } = event;
  const entry = findEntry(plan, state, key);
  const report = lookUp(state.reports, key);
  if (entry === undefined || report === undefined) {
    refuse(turn, entry, event, whyNotOpen(turn, entry, key));
    return;
  }
  if (report.evidence === 'required' && evidence.trim() === '') {
    refuse(turn, entry, event, 'evidence is required: say what was done and seen');
    return;
  }
  const told = evidence.trim() === '' ? '' : `: ${evidence}`;
  closeReport(turn, entry);
  const outputs = { by, at: new Date(turn.at).toISOString(), note: evidence };
  switch (outcome) {
    case 'done':
      settle(turn, entry, {
        status: 'succeeded',
        text: `done by ${by}${told}`,
        outputs: { outcome: 'done', ...outputs },
      });
      return;
    case 'failed':
      settle(turn, entry, { status: 'failed', text: `told by ${by}${told}` });
      return;
    case 'not-applicable': {
      const text = `not applicable, says ${by}${told}`;
      state.overridden.push(`"${key}" was ${text}`);
      settle(turn, entry, { status: 'succeeded', text, outputs: { outcome: 'not_applicable', ...outputs } });
      return;
    }
  }
}

function whyNotOpen(turn: Turn, entry: Entry | undefined, key: string): string {
  if (entry === undefined || stepAt(turn, entry.place).uses !== 'manual') return `there is no manual step "${key}"`;
  return hasEnded(entry) || entry.status === 'asking'
    ? 'it came too late: the step has ended'
    : 'its turn has not come';
}

function refuse(turn: Turn, entry: Entry | undefined, { by, outcome, key }: Reported, why: string): void {
  const { state, at } = turn;
  if (entry === undefined) noteRun(state, at, 'running', `outcome ${outcome} of ${by} at "${key}" refused: ${why}`);
  else note(state, at, entry, `outcome ${outcome} of ${by} refused: ${why}`);
}

/** Nobody told in time. */
export function expireReport(turn: Turn, entry: Entry): void {
  const report = lookUp(turn.state.reports, entry.key);
  if (report === undefined) return;
  closeReport(turn, entry);
  const text = `nobody told what came of it within ${formatDuration(report.expiresAt - report.since)}`;
  settle(turn, entry, { status: 'timed_out', text });
}

export function closeReport(turn: Turn, entry: Entry): void {
  Reflect.deleteProperty(turn.state.reports, entry.key);
  leavePeople(turn, entry);
}
