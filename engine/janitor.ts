import { judge } from './janitor-written.ts';
import type {
  JanitorDecision,
  JanitorReport,
  LostGuard,
  SeenOpen,
  SiteSeen,
  Stranger,
  TemporalSeen,
} from './janitor-types.ts';
import { ownerOf } from './lock-owner.ts';
import type { WrittenOpening } from './written.ts';

/** A guard looks every 15 s whether its run lives: one that has not seen it for so long has lost its watch, ms. */
const noticesWithinMs = 60_000;

/**
 * Compares what the sites show with the guards that live and decides what is to be done. Pure. Only what is proved to be ours
 * is taken over: by the history of a lost guard, or by a write-ahead file. Of everything else it only tells.
 */
export function decide(sites: readonly SiteSeen[], temporal: TemporalSeen, at: number): JanitorReport {
  const decisions: JanitorDecision[] = [];
  const left: string[] = sites.flatMap(({ site, error }) =>
    error === undefined ? [] : [`${site} could not be looked at: ${error}`],
  );
  const taken = new Set<string>();
  wakeGuards(temporal, decisions);
  takeOverLost(temporal, at, { decisions, left, taken });
  const written = takeOverWritten(sites, temporal, at, { decisions, left, taken });
  const strangers = findStrangers(sites, temporal, taken);
  releaseLost(sites, temporal, { taken, written, strangers, decisions, left });
  return { at, strangers, decisions, left };
}

interface Out {
  readonly decisions: JanitorDecision[];
  readonly left: string[];
  /** VpgIdentifiers of what somebody takes care of. */
  readonly taken: Set<string>;
}

function wakeGuards({ running }: TemporalSeen, decisions: JanitorDecision[]): void {
  for (const { id, run, runGoneMs = 0 } of running)
    if (runGoneMs > noticesWithinMs) decisions.push({ do: 'wake-guard', id, why: `its run ${run} has ended` });
}

/** A run that lives starts the next guard itself; past its deadline nobody waits for that. */
function takeOverLost({ lost }: TemporalSeen, at: number, { decisions, left, taken }: Out): void {
  for (const guard of lost) {
    const { id, next, start, runGone } = guard;
    for (const opening of guard.left) for (const vpgId of Object.values(opening.call.vpgs)) taken.add(vpgId);
    if (guard.left.length === 0) continue;
    const late = start.deadline !== undefined && at > start.deadline;
    if (!runGone && !late) {
      left.push(`${id} was lost and left something open; its run ${start.run.id} lives and goes on with it`);
      continue;
    }
    const why = `${id} was lost and left open: ${guard.left.map(({ summary }) => summary).join(', ')}`;
    decisions.push({ do: 'start-guard', id: next, start: successorOf(guard), why });
  }
}

function successorOf({
  start,
  left,
  holds,
  generation,
}: LostGuard): Extract<JanitorDecision, { do: 'start-guard' }>['start'] {
  return { ...start, generation: generation + 1, handed: left, holds, orphan: true, lasts: true };
}

/** Gives what the files tell and is not over. */
function takeOverWritten(
  sites: readonly SiteSeen[],
  temporal: TemporalSeen,
  at: number,
  { decisions, left, taken }: Out,
): readonly WrittenOpening[] {
  return sites.flatMap(seen =>
    seen.written.filter(written => {
      const { site, id, vpg, vpgId, guard } = written;
      if (written.temporal !== temporal.temporal) return true;
      if (taken.has(vpgId) || isHeld(vpgId, temporal) || temporal.guards[guard] === 'running') return true;
      const judged = seen.error === undefined ? judge(written, seen.open, at) : { is: 'unseen' as const };
      switch (judged.is) {
        case 'ours':
          taken.add(vpgId);
          if (temporal.running.some(({ id: there }) => there === judged.guard || there.startsWith(`${judged.guard}/`)))
            return true;
          decisions.push({ do: 'start-guard', id: judged.guard, start: judged.start, why: judged.why });
          return true;
        case 'over':
          decisions.push({ do: 'forget', site, id, why: judged.why });
          return false;
        case 'doubtful':
          left.push(`${vpg} at ${site}: ${judged.why}`);
          return true;
        case 'wait':
        case 'unseen':
          return true;
      }
    }),
  );
}

/** A guard that lives has it open, or holds its lease. */
const isHeld = (vpgId: string, { running, leases }: TemporalSeen): boolean =>
  running.some(({ open }) => open?.includes(vpgId) === true) ||
  leases.some(({ id, found }) => id === vpgId && found === 'running');

/** A guard that does not answer may have it open, if it holds the lease or has written it down. */
function isOpenedByUs(vpgId: string, { running, leases }: TemporalSeen, written: readonly WrittenOpening[]): boolean {
  if (running.some(({ open }) => open?.includes(vpgId) === true)) return true;
  const silent = running.filter(({ open }) => open === undefined);
  return (
    leases.some(({ id, found, guard }) => id === vpgId && found === 'running' && !isAnswered(guard, running)) ||
    written.some(line => line.vpgId === vpgId && silent.some(({ run }) => run === line.opening.call.run.id))
  );
}

const isAnswered = (guard: string, running: TemporalSeen['running']): boolean =>
  running.some(({ id, open }) => id === guard && open !== undefined);

function findStrangers(sites: readonly SiteSeen[], temporal: TemporalSeen, taken: ReadonlySet<string>): Stranger[] {
  const told = new Set<string>();
  return sites.flatMap(seen =>
    seen.open.flatMap(open => {
      const key = `${open.kind} ${open.vpgId}`;
      if (taken.has(open.vpgId) || isOpenedByUs(open.vpgId, temporal, seen.written) || told.has(key)) return [];
      told.add(key);
      return [strangerOf(seen, open, temporal)];
    }),
  );
}

function strangerOf(
  { site, written }: SiteSeen,
  { kind, vpg, vpgId, stage, tasks }: SeenOpen,
  { temporal }: TemporalSeen,
): Stranger {
  const newest = tasks.at(-1);
  const known = written.find(each => each.vpgId === vpgId);
  const note =
    known === undefined
      ? undefined
      : known.temporal === temporal
        ? `${known.opening.call.run.id} may have begun it, and that cannot be told for certain`
        : `${known.opening.call.run.id} began it, a run of another Temporal (${known.temporal})`;
  return {
    site,
    kind,
    vpg,
    vpgId,
    stage,
    taskId: newest?.id ?? '',
    by: newest?.initiatedBy ?? '',
    since: newest?.started ?? '',
    ...(note === undefined ? {} : { note }),
  };
}

const ownerOfLease = ({ owner, token = '' }: TemporalSeen['leases'][number]): string => owner ?? ownerOf(token);

/** The leases of a guard that is no more, once it is certain that it left nothing open. */
function releaseLost(
  sites: readonly SiteSeen[],
  { leases, lost }: TemporalSeen,
  found: Out & { readonly written: readonly WrittenOpening[]; readonly strangers: readonly Stranger[] },
): void {
  const { decisions, left, taken, written, strangers } = found;
  const owners = new Set(leases.filter(lease => lease.found !== 'running').map(ownerOfLease));
  for (const owner of owners) {
    const own = leases.filter(lease => ownerOfLease(lease) === owner);
    const [first] = own;
    if (first === undefined || own.some(lease => lease.found === 'running')) continue;
    const ids = own.map(({ id }) => id);
    if (
      ids.some(id => taken.has(id)) ||
      written.some(each => ownerOf(each.token) === owner || ids.includes(each.vpgId))
    )
      continue;
    const history = lost.find(({ start }) => ownerOf(start.token) === owner);
    const who = `${first.guard} of ${first.run}`;
    if (history !== undefined && history.left.length > 0) continue;
    if (history === undefined && first.found !== 'ended') {
      const blind = sites.filter(({ error }) => error !== undefined).map(({ site }) => site);
      const open = strangers.filter(({ vpgId }) => ids.includes(vpgId)).map(({ vpg }) => vpg);
      if (blind.length > 0 || open.length > 0) {
        const why =
          open.length > 0 ? `${open.join(', ')}: something is open` : `${blind.join(', ')} cannot be looked at`;
        left.push(`${who} is lost, and what it left is not known: ${why}`);
        continue;
      }
    }
    decisions.push({ do: 'release', owner, why: `${who} is no more and left nothing open` });
  }
}
