import type { Journal, JournalStep } from './journal.ts';
import { type Look, lookOfOpening, lookOfStatus } from './words.ts';

/** A run laid out in time: what the picture draws, without its measures. Times: ms since 1970. */
export interface Timeline {
  readonly from: number;
  readonly to: number;
  readonly groups: readonly TimelineGroup[];
}

interface TimelineGroup {
  readonly title: string;
  readonly rows: readonly TimelineRow[];
}

export interface TimelineRow {
  readonly label: string;
  /** Place of the (first) step in the journal; absent for an opening. */
  readonly place?: number;
  readonly bars: readonly TimelineBar[];
}

export interface TimelineBar {
  readonly key: string;
  readonly from: number;
  readonly to: number;
  /** It had not ended when the journal was made. */
  readonly running: boolean;
  readonly look: Look;
}

// Above this many steps the items of a for-each share one row.
const roomy = 60;

const phaseTitles: Readonly<Partial<Record<string, string>>> = {
  'sign-in': 'Sign-in',
  preflight: 'Preflight',
  main: 'Steps',
  closing: 'Closing',
  finally: 'Finally',
};

/** The heading of a phase. */
export function titleOfPhase(phase: string): string {
  return (Object.hasOwn(phaseTitles, phase) ? phaseTitles[phase] : undefined) ?? phase;
}

/** The steps by phase in the journal's order, each with its place in `journal.steps`. */
export function groupByPhase(
  steps: readonly JournalStep[],
): ReadonlyMap<string, readonly (readonly [number, JournalStep])[]> {
  const groups = new Map<string, (readonly [number, JournalStep])[]>();
  for (const [place, step] of steps.entries()) {
    const group = groups.get(step.phase);
    if (group === undefined) groups.set(step.phase, [[place, step]]);
    else group.push([place, step]);
  }
  return groups;
}

/** Lays out every step that started and every opening: from the run's start to the last thing that is known. */
export function layTimeline(journal: Journal): Timeline {
  const from = journal.run.startedAt;
  const to = Math.max(lastMoment(journal), from + 1);
  const together = journal.steps.length > roomy;
  const groups: TimelineGroup[] = [];
  for (const [phase, steps] of groupByPhase(journal.steps)) {
    const rows = layRows(steps, to, together);
    if (rows.length > 0) groups.push({ title: titleOfPhase(phase), rows });
  }
  const open = layOpenings(journal, to);
  if (open.length > 0) groups.push({ title: 'Open at the site', rows: open });
  return { from, to, groups };
}

/** The last moment that the journal knows, ms since 1970; the guard may close after the run's end. */
export function lastMoment(journal: Journal): number {
  let last = journal.run.endedAt ?? journal.run.startedAt;
  const see = (at: number | undefined) => {
    if (at !== undefined && at > last) last = at;
  };
  for (const step of journal.steps) {
    see(step.startedAt);
    see(step.endedAt);
  }
  for (const opening of journal.openings) {
    see(opening.openedAt);
    see(opening.closedAt);
  }
  if (journal.run.endedAt === undefined) for (const entry of journal.entries) see(entry.at);
  return last;
}

function layRows(
  steps: readonly (readonly [number, JournalStep])[],
  to: number,
  together: boolean,
): readonly TimelineRow[] {
  const rows = new Map<string, { place: number; bars: TimelineBar[] }>();
  for (const [place, step] of steps) {
    if (step.startedAt === undefined) continue;
    const bar = {
      key: step.key,
      from: step.startedAt,
      to: step.endedAt ?? to,
      running: step.endedAt === undefined,
      look: lookOfStatus(step.status),
    };
    const row = together ? step.key.replace(/\[[^[\]]*\]/g, '[…]') : `${place} ${step.key}`;
    const known = rows.get(row);
    if (known === undefined) rows.set(row, { place, bars: [bar] });
    else known.bars.push(bar);
  }
  return [...rows.entries()].map(([name, row]) => {
    const only = row.bars.length === 1 ? row.bars[0] : undefined;
    if (only !== undefined) return { label: only.key, ...row };
    return { label: `${name} × ${row.bars.length}`, place: row.place, bars: row.bars.sort(byWeight) };
  });
}

// Bars of one row may cover each other: what went wrong is drawn last.
const weights: Readonly<Record<Look['tone'], number>> = { good: 0, idle: 1, info: 2, warn: 3, bad: 4 };

function byWeight(a: TimelineBar, b: TimelineBar): number {
  return weights[a.look.tone] - weights[b.look.tone];
}

function layOpenings(journal: Journal, to: number): readonly TimelineRow[] {
  return journal.openings.flatMap(opening => {
    if (opening.openedAt === undefined || opening.state === 'did-not-happen') return [];
    const bar = {
      key: opening.step,
      from: opening.openedAt,
      to: opening.closedAt ?? to,
      running: opening.closedAt === undefined,
      look: lookOfOpen(opening.state),
    };
    return [{ label: opening.vpg, bars: [bar] }];
  });
}

/** What was closed has the calm colour here, so that the steps' own stand out. */
function lookOfOpen(state: string): Look {
  const look = lookOfOpening(state);
  return look.tone === 'good' ? { ...look, tone: 'info' } : look;
}
