import type { Journal, JournalDecision, JournalEntry, JournalOpening, JournalStep } from './journal.ts';
import { formatDuration } from './times.ts';
import { type Look, lookOfOpening, lookOfStatus } from './words.ts';

/** One thing that happened, in words. `at`: ms since 1970; `step`: empty where it is of the run itself. */
export interface LogLine {
  readonly at: number;
  readonly step: string;
  readonly tone: Look['tone'];
  readonly text: string;
}

/**
 * What happened, in order of time, as somebody reads it who waits for the run: the calls and messages by which the engine
 * did it stand in the journal's entries.
 */
export function tellLog(journal: Journal): LogLine[] {
  return [
    ...journal.entries.flatMap(tellEntry),
    ...journal.steps.flatMap(tellStep),
    ...journal.openings.flatMap(tellOpening),
    ...journal.decisions.map(tellDecision),
  ].sort((a, b) => a.at - b.at);
}

function tellEntry({ at, from, kind, step, about, text }: JournalEntry): LogLine[] {
  const line = (tone: Look['tone']): LogLine[] => [
    { at, step, tone, text: about === undefined || about === '' ? text : `${about}: ${text}` },
  ];
  switch (kind) {
    case 'begin':
    case 'end':
      return line('info');
    case 'again':
      return line('warn');
    case 'lost':
      return line('bad');
    case 'call':
    case 'done':
    case 'message':
    case 'person':
    case 'heard':
    case 'cancelled':
      return [];
    // However else a call ended: what it cost the step stands in the step's own line, what it cost the guard nowhere else.
    default:
      return from === 'guard' && text !== '' ? line('warn') : [];
  }
}

function tellStep(step: JournalStep): LogLine[] {
  const { key, name, summary, startedAt, endedAt, status, error, attempts, told } = step;
  if (startedAt === undefined) return [];
  const what = name === '' || name === key || key.startsWith(`${name}[`) ? summary : name;
  const lines: LogLine[] = [
    { at: startedAt, step: key, tone: 'info', text: what === '' ? 'begins' : `begins: ${what}` },
  ];
  for (const attempt of attempts)
    if (!attempt.ok)
      lines.push({ at: attempt.at, step: key, tone: 'warn', text: `try ${attempt.n} did not hold: ${attempt.saw}` });
  if (endedAt === undefined) return lines;
  const { word, tone } = lookOfStatus(status);
  const took = endedAt === startedAt ? '' : ` after ${formatDuration(endedAt - startedAt)}`;
  lines.push({ at: endedAt, step: key, tone, text: `${word}${took}${error === '' ? '' : `: ${error}`}` });
  for (const text of told) lines.push({ at: endedAt, step: key, tone: step.live === true ? 'warn' : 'info', text });
  return lines;
}

function tellOpening({
  step,
  vpg,
  site,
  action,
  openedAt,
  closedAt,
  state,
  closedWhy,
  checkpointTime,
}: JournalOpening): LogLine[] {
  const lines: LogLine[] = [];
  const from = checkpointTime === '' ? '' : `, from the checkpoint of ${checkpointTime}`;
  if (openedAt !== undefined)
    lines.push({ at: openedAt, step, tone: 'warn', text: `${nameOf(action)} of ${vpg} is open at ${site}${from}` });
  if (closedAt === undefined) return lines;
  const { word, tone } = lookOfOpening(state);
  const why = closedWhy === undefined || closedWhy === '' ? '' : `: ${closedWhy}`;
  lines.push({ at: closedAt, step, tone, text: `${nameOf(action)} of ${vpg} ${word}${why}` });
  return lines;
}

function tellDecision({ at, step, by, word, reason, counted, text, verified }: JournalDecision): LogLine {
  const who = `${by}${verified === true ? '' : ' (unverified name)'}`;
  const said = `${who}: ${word}${reason === '' ? '' : `, “${reason}”`}`;
  return {
    at,
    step,
    tone: counted ? 'info' : 'bad',
    text: text === '' ? said : `${said}: ${counted ? '' : 'not counted, '}${text}`,
  };
}

/** `zerto/failover-test`: failover test. */
const nameOf = (action: string): string => action.replace(/^zerto\//, '').replaceAll('-', ' ');
