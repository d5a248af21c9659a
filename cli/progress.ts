import type { Template } from '../compiler/plan.ts';
import type { Watched } from '../control/watch.ts';
import { formatDuration } from '../report/times.ts';
import { toOneLine } from '../report/visible.ts';
import { lookOfStatus } from '../report/words.ts';
import { paint } from './paint.ts';
import type { Colours } from './terminal.ts';
import { whatItTouches } from '../control/what.ts';

export type Progress = Extract<Watched, { kind: 'progress' }>['progress'];

/** What is known of the steps beforehand; a watcher of somebody else's run knows nothing. */
export interface KnownStep {
  readonly id: string;
  readonly name?: string;
  readonly summary: string;
  readonly with?: Template;
}

// Wide enough for most items of a for-each, whose names are not known beforehand.
const narrowest = 26;
const widest = 40;

/**
 * Gives a function that turns each change of a step into a line: time since the first one, mark, step, what happened.
 * Nothing for a step that only waits for its turn.
 */
export function progressWriter(
  steps: readonly KnownStep[],
  colours: Colours,
): (progress: Progress) => string | undefined {
  const width = Math.min(widest, Math.max(narrowest, ...steps.map(step => step.id.length)));
  const started = new Map<string, number>();
  let zero: number | undefined;
  let toldWhy = '';
  return progress => {
    zero ??= progress.at;
    const given = toOneLine(progress.text ?? '');
    // What stopped one step stops all behind it: it is told once.
    const text = progress.status === 'cancelled' && given === toldWhy ? '' : given;
    if (progress.status === 'cancelled') toldWhy = given;
    if (progress.status === 'pending' && text === '') return undefined;
    const line = (status: Progress['status'], name: string, words: string): string => {
      const { mark, tone } = lookOfStatus(status);
      const clock = `+${formatDuration(progress.at - (zero ?? progress.at))}`.padStart(8);
      return `${colours.dim(clock)}  ${paint(colours, tone, mark)} ${toOneLine(name).padEnd(width)}  ${words}`;
    };
    if (progress.key === '') return line(progress.status, 'the run', text);
    const began = started.get(progress.key);
    if (progress.status === 'running' && began === undefined) started.set(progress.key, progress.at);
    const { word } = lookOfStatus(progress.status);
    const took = began === undefined ? undefined : formatDuration(progress.at - began);
    const words = describeChange(progress.status, word, took, text, steps[progress.place]);
    return line(progress.status, progress.key, words);
  };
}

function describeStart(step: KnownStep | undefined, word: string): string {
  // Sign-in looks up every VPG of the run: a list of no use here.
  const touched = step?.id === 'sign-in' ? '' : whatItTouches(step?.with);
  return `${touched === '' ? '' : `${touched}: `}${step?.name ?? step?.summary ?? word}`;
}

function describeChange(
  status: Progress['status'],
  word: string,
  took: string | undefined,
  text: string,
  step: KnownStep | undefined,
): string {
  const why = text === '' ? '' : `: ${text}`;
  switch (status) {
    case 'running':
      return text === '' ? describeStart(step, word) : text;
    case 'pending':
      return text;
    case 'asking':
      // The ways on are told beside it: not every question offers all of them.
      return `asks${why}`;
    case 'retrying':
      return `${word}${why}`;
    case 'succeeded':
      return `${word}${took === undefined ? '' : ` in ${took}`}${why}`;
    case 'failed':
    case 'errored':
    case 'timed_out':
    case 'cancelled':
    case 'skipped':
      return `${word}${took === undefined ? '' : ` after ${took}`}${why}`;
  }
}
