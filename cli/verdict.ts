import type { Watched } from '../control/watch.ts';
import { describeObjective } from '../report/objective.ts';
import { formatDuration } from '../report/times.ts';
import { toOneLine } from '../report/visible.ts';
import { lookOfVerdict } from '../report/words.ts';
import { paint } from './paint.ts';
import type { Colours } from './terminal.ts';

export type RunResult = Extract<Watched, { kind: 'ended' }>['result'];

/** The end of a run in a few lines: verdict, RTO and RPO against the objectives, and why it did not simply pass. */
export function describeEnd(run: string, result: RunResult, colours: Colours): string {
  const { word, tone } = lookOfVerdict(result.verdict);
  const verdict = paint(colours, tone, colours.bold(word.toUpperCase()));
  const waits = result.humanMs === undefined ? '' : `, ${formatDuration(result.humanMs)} of it waiting for people`;
  return [
    `${verdict}  ${run} in ${formatDuration(result.endedAt - result.startedAt)}${waits}`,
    ...judge('RTO', result.rto),
    ...judge('RPO', result.rpo),
    ...result.reasons.map(reason => `  ${toOneLine(reason)}`),
  ].join('\n');
}

/** Nothing where there is nothing to tell: a change has neither. */
function judge(name: string, measured: RunResult['rto']): readonly string[] {
  const { value, objective, state, note } = describeObjective(measured);
  if (measured.ms === undefined && objective === undefined && (measured.note ?? '') === '') return [];
  const against = objective === undefined ? 'no objective' : `objective ${objective}`;
  if (measured.ms === undefined) return [`${name} ${toOneLine(note)}, ${against}`];
  const judged = objective === undefined ? '' : `: ${state}`;
  return [`${name} ${value}, ${against}${judged}${note === '' ? '' : ` (${toOneLine(note)})`}`];
}

/** For a run that left no verdict. */
export function describeLoss(run: string, status: string): string {
  return `${run} was ${status.toLowerCase()} from outside and gave no verdict. What it had open, its guard closes.`;
}
