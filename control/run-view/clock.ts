import { isLiveMode } from '../../actions/modes.ts';
import type { JournalObjective } from '../../report/journal.ts';
import { whyUnmeasured } from '../../report/objective.ts';
import type { WatchedRun } from './facts.ts';

/** How long it has taken, machine and people apart, against the objective. Times: ms, ms since 1970. */
export interface ClockView {
  /** Where the RTO begins; absent: it has not. */
  readonly begunAt?: number;
  /** Absent, as is people's: not measured, or not yet; `note` says why. */
  readonly machineMs?: number;
  readonly humanMs?: number;
  /** Which of the two goes on counting at the moment of the view. */
  readonly counts: 'machine' | 'people' | 'neither';
  readonly objectiveMs?: number;
  /** Absent: not over. */
  readonly met?: boolean;
  readonly note: string;
}

export interface ClocksView {
  readonly rto: ClockView;
  readonly rpo: { readonly ms?: number; readonly objectiveMs?: number; readonly met?: boolean; readonly note: string };
}

/** @param at the moment of the view */
export function clocksOf(facts: WatchedRun, at: number): ClocksView {
  const { start, journal, clock } = facts;
  const { objectives, mode } = start.plan;
  const over = journal.run.endedAt !== undefined;
  const rto = over ? journal.rto : clock?.rto;
  const rpo = over ? journal.rpo : clock?.rpo;
  const objectiveMs = objectives.rtoMs;
  const objective = objectiveMs === undefined ? {} : { objectiveMs };
  // What is judged before the end stays so, also what was not measured.
  if (rto !== undefined)
    return { rto: stopped(rto, objective, mode), rpo: rpo === undefined ? rpoSoFar(facts) : judgedRpo(rpo, mode) };
  const live = isLiveMode(mode);
  const begunAt = clock === undefined ? (live ? journal.run.startedAt : firstOpen(facts)) : clock.begunAt;
  if (begunAt === undefined || mode === 'change') {
    const note = mode === 'change' ? noneOfChange.rto : 'Begins with the first recovery call.';
    return { rto: { counts: 'neither', ...objective, note }, rpo: rpoSoFar(facts) };
  }
  const people = clock?.humanSince;
  const stands = facts.silentSince === undefined && !over;
  const humanNow = people === undefined ? 0 : Math.max(0, at - Math.max(people, begunAt));
  const humanMs = (clock?.humanMs ?? 0) + humanNow;
  const machineMs = Math.max(0, at - begunAt - humanMs);
  const note = [
    clock === undefined ? 'Time of people is not known yet: it is in the machine’s.' : '',
    stands ? '' : 'No worker answers: it counts on.',
  ];
  return {
    rto: {
      begunAt,
      machineMs,
      humanMs,
      counts: people === undefined ? 'machine' : 'people',
      ...objective,
      note: note.filter(text => text !== '').join(' '),
    },
    rpo: rpoSoFar(facts),
  };
}

const noneOfChange = { rto: 'A change has no recovery time.', rpo: 'A change has no recovery point.' };

function stopped(rto: JournalObjective, objective: { readonly objectiveMs?: number }, mode: string): ClockView {
  const { ms, humanMs = 0, met, note = '' } = rto;
  if (ms === undefined)
    return { counts: 'neither', ...objective, note: mode === 'change' ? noneOfChange.rto : whyUnmeasured(note) };
  return { machineMs: ms, humanMs, counts: 'neither', ...objective, ...(met === undefined ? {} : { met }), note };
}

function judgedRpo({ ms, objectiveMs, met, note = '' }: JournalObjective, mode: string): ClocksView['rpo'] {
  const objective = objectiveMs === undefined ? {} : { objectiveMs };
  if (ms === undefined) return { ...objective, note: mode === 'change' ? noneOfChange.rpo : whyUnmeasured(note) };
  return { ms, ...objective, ...(met === undefined ? {} : { met }), note };
}

/** The beginning minus the oldest checkpoint in use. */
function rpoSoFar(facts: WatchedRun): ClocksView['rpo'] {
  const { rpoMs } = facts.start.plan.objectives;
  const objective = rpoMs === undefined ? {} : { objectiveMs: rpoMs };
  const begun = facts.clock?.begunAt ?? firstOpen(facts);
  const times = facts.journal.openings.map(({ checkpointTime }) => Date.parse(checkpointTime)).filter(Number.isFinite);
  if (begun === undefined || times.length === 0) return { ...objective, note: 'No checkpoint is in use yet.' };
  return { ms: Math.max(0, begun - Math.min(...times)), ...objective, note: 'So far; it is judged at the end.' };
}

function firstOpen({ journal }: WatchedRun): number | undefined {
  const times = journal.openings.flatMap(({ openedAt }) => (openedAt === undefined ? [] : [openedAt]));
  return times.length === 0 ? undefined : Math.min(...times);
}
