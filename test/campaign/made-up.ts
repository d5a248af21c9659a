import type { TaskSeen } from '../../simulator/server.ts';
import type { Journal, JournalOpening } from '../../report/journal.ts';
import { type Case, cases } from './cases.ts';
import { accounts, type RequestSeen, type RunFacts, type SeedFacts, type Seen, type Word } from './facts.ts';

/** Logs as a simulator would have them, for the invariants to be tried on. Times: ms from 0. */

const caseNamed = (name: string): Case => {
  const found = cases.find(each => each.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
};

export const task = (started: number, type: TaskSeen['type'], vpg: string, more: Partial<TaskSeen> = {}): TaskSeen => ({
  id: `${type}-${started}`,
  site: 'site-b',
  type,
  vpg,
  by: accounts.ours,
  started,
  ended: started + 300,
  state: 'completed',
  ...more,
});

export const request = (method: string, path: string, by: string, status = 200): RequestSeen => ({
  at: 1_000,
  site: 'site-b',
  method,
  path,
  status,
  by,
});

export const word = (at: number, step: string, by: string, said: string, more: Partial<Word> = {}): Word => ({
  at,
  step,
  by,
  word: said,
  reason: 'so it is',
  counted: 'yes',
  text: '',
  ...more,
});

export const opening = (vpg: string, state: string, more: Partial<JournalOpening> = {}): JournalOpening => ({
  step: vpg,
  vpg,
  site: 'site-b',
  action: 'zerto/failover-test',
  state,
  checkpoint: '',
  checkpointTime: '',
  warnings: [],
  ...more,
});

/** Only what the invariants read of it. */
export const journal = (verdict: string, openings: readonly JournalOpening[] = []): Journal =>
  ({ verdict, reasons: [], openings }) as unknown as Journal;

export function facts(
  name: string,
  given: {
    readonly seen?: Partial<Seen>;
    readonly run?: Partial<RunFacts>;
    readonly words?: readonly Word[];
    readonly deeds?: SeedFacts['deeds'];
    readonly calm?: boolean;
    readonly endedAt?: number;
  } = {},
): SeedFacts {
  return {
    seed: 1,
    run: {
      id: 'run-1',
      case: caseNamed(name),
      startedAt: 0,
      status: 'completed',
      guardStatus: 'completed',
      leases: [],
      guarded: [],
      closeBy: 60_000,
      ...given.run,
    },
    seen: { tasks: [], requests: [], vpgs: [], settings: [], ...given.seen },
    words: given.words ?? [],
    deeds: given.deeds ?? [],
    calm: given.calm ?? false,
    endedAt: given.endedAt ?? 30_000,
  };
}

/** A VPG that points to site B, with what is given at it now. */
export const vpg = (name: string, now: Partial<Seen['vpgs'][number]> = {}): Seen['vpgs'][number] => ({
  id: `id of ${name}`,
  name,
  from: 'site-a',
  to: 'site-b',
  ...now,
});
