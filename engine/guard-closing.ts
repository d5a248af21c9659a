import { answer } from './guard-answer.ts';
import { noBaseline } from './guard-effect.ts';
import type { Opening } from './guard-state.ts';
import type { GuardActivities } from './guard-activities.ts';
import type { Closing, GuardCommand } from './guard-types.ts';

/** Closing of one opening: asked once, tried until it is read back, however long that takes. */
export function askToClose(opening: Opening, closing: Closing, at: number, out: GuardCommand[]): void {
  if (opening.stage === 'ended') {
    const told = opening.told?.kind === 'closed' ? opening.told : ({ kind: 'closed', outputs: {} } as const);
    out.push({ do: 'tell', message: { ...told, key: opening.key } });
    return;
  }
  if (opening.closing !== undefined) return;
  opening.closing = closing;
  const { key, summary } = opening;
  out.push({ do: 'timer', id: `stuck:${key}`, at: closing.deadline, summary: `${summary}: must be closed by now` });
  switch (opening.stage) {
    case 'baseline':
    case 'waiting':
      // Its end (cancelled, or done after all) brings the closing on.
      out.push({ do: 'cancel-work', key });
      return;
    case 'open':
      resumeClosing(opening, at, out);
      return;
    case 'pausing':
    case 'starting':
    case 'settling':
    case 'stopping':
    case 'reading-back':
    case 'backing-off':
    case 'offered':
      // A call in flight is never cut off: what it did must be known before it can be undone.
      return;
  }
}

export function resumeClosing(opening: Opening, at: number, out: GuardCommand[]): void {
  const { closing, key, call } = opening;
  if (closing === undefined) return;
  if (at < (opening.quietUntil ?? at)) {
    waitToClose(opening, opening.quietUntil ?? at, 'an earlier guard may be closing it', out);
    return;
  }
  opening.stage = 'stopping';
  const { success, summary } = closing;
  const { baseline = noBaseline, sent, lateUntil } = opening;
  const input = {
    call,
    baseline,
    success,
    summary,
    ...(sent === undefined ? {} : { sent }),
    ...(lateUntil === undefined ? {} : { lateUntil }),
  };
  const until = Math.max(closing.deadline, at + 5 * 60_000);
  out.push({ do: 'work', work: 'stop', key, summary: `${closing.step}: stop`, input, until });
}

export function onStopped(
  opening: Opening,
  result: GuardActivities['stop']['result'],
  at: number,
  out: GuardCommand[],
): void {
  opening.stage = 'reading-back';
  const { key, call, closing, baseline = noBaseline, sent } = opening;
  const until = Math.max(closing?.deadline ?? at, at + 5 * 60_000);
  const input = { call, baseline, ...(sent === undefined ? {} : { sent }), ...result };
  out.push({ do: 'work', work: 'readBack', key, summary: `${closing?.step ?? key}: read back`, input, until });
}

export function onReadBack(
  opening: Opening,
  { outputs, others }: GuardActivities['readBack']['result'],
  out: GuardCommand[],
): void {
  opening.stage = 'ended';
  answer(opening, { kind: 'closed', outputs, ...(others === undefined ? {} : { others }) }, out);
}

const firstPauseMs = 5_000;
const longestPauseMs = 60_000;
/** After an hour of trying, so that the history of a guard lasts for weeks. */
const patientPauseMs = 5 * 60_000;
const patientAfter = 60;

/** A closing that failed is tried again, for ever; past its deadline the run is told once that it is stuck. */
export function backOff(opening: Opening, error: string, at: number, out: GuardCommand[]): void {
  const pause = Math.min(
    firstPauseMs * 2 ** Math.min(opening.closeTries, 10),
    opening.closeTries < patientAfter ? longestPauseMs : patientPauseMs,
  );
  opening.closeTries++;
  opening.trouble = error;
  if (opening.closing !== undefined && at >= opening.closing.deadline) tellStuck(opening, error, out);
  waitToClose(opening, at + pause, error, out);
}

function waitToClose(opening: Opening, at: number, why: string, out: GuardCommand[]): void {
  opening.stage = 'backing-off';
  const summary = `${opening.summary}: close again (${why})`.slice(0, 180);
  out.push({ do: 'timer', id: `stop:${opening.key}`, at, summary });
}

export function tellStuck(opening: Opening, error: string, out: GuardCommand[]): void {
  if (opening.stuck === true) return;
  opening.stuck = true;
  out.push({ do: 'tell', message: { kind: 'stuck', key: opening.key, error } });
}
