import type { Checkpoint as Wanted } from '../actions/checkpoint.ts';
import type { Zvm } from '../zerto/zvm.ts';
import type { Checkpoint } from '../zerto/vpgs.ts';
import { StepFailed } from './outcome.ts';
import { spellDuration, spellList } from './spell.ts';

/** The checkpoint that a call will name. `wasLatest`: it counts for the RPO as `latest` does (rule 19). */
export interface Chosen {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly wasLatest: boolean;
}

/** The entry of this VPG where `zerto/choose-checkpoints` gave a map, else the checkpoint itself. */
export function checkpointOf(field: Wanted | Readonly<Record<string, Wanted>>, vpg: string): Wanted {
  if (isOne(field)) return field;
  const entry = field[vpg];
  if (entry === undefined) {
    throw new StepFailed(`no checkpoint was chosen for ${vpg}: only for ${spellList(Object.keys(field))}`);
  }
  return entry;
}

/** `by` cannot be a VPG of a map: its value there would be a map too. */
function isOne(field: Wanted | Readonly<Record<string, Wanted>>): field is Wanted {
  return typeof field['by' as keyof typeof field] === 'string';
}

/**
 * Chooses one checkpoint of a VPG's journal.
 * @param journal the VPG's checkpoints in any order
 * @param now ms since 1970, for `max-age`
 * @throws StepFailed with the candidates, where none or more than one fits
 */
export function chooseCheckpoint(journal: readonly Checkpoint[], wanted: Wanted, vpg: string, now: number): Chosen {
  const byTime = sortByTime(journal);
  const newest = byTime.at(-1);
  if (newest === undefined) throw new StepFailed(`${vpg} has no checkpoint`);
  if (wanted.by !== 'id' && wanted.kind === 'app-consistent') {
    // The API numbers a checkpoint's type 0 to 2 and no source names the numbers, so nothing vouches for this kind.
    throw new StepFailed(
      `Zerto does not state which checkpoints of ${vpg} are application-consistent; choose one by its id: ${candidates(byTime)}`,
    );
  }
  const found = find(byTime, newest, wanted, vpg);
  if (wanted.by !== 'id' && wanted.maxAgeMs !== undefined) {
    const age = now - Date.parse(found.time);
    if (age > wanted.maxAgeMs) {
      throw new StepFailed(
        `the checkpoint ${describe(found)} of ${vpg} is ${spellDuration(age)} old, more than max-age ${spellDuration(wanted.maxAgeMs)}`,
      );
    }
  }
  return {
    id: found.id,
    time: found.time,
    wasLatest: wanted.by === 'latest' || (wanted.by === 'id' && wanted.wasLatest === true),
  };
}

export function newestOf(journal: readonly Checkpoint[]): Checkpoint | undefined {
  return sortByTime(journal).at(-1);
}

function sortByTime(journal: readonly Checkpoint[]): Checkpoint[] {
  return [...journal].sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
}

const recentMs = 60 * 60_000;

/** The last hour of a journal, which may hold one checkpoint every five seconds for thirty days; all of it where that is empty. */
export async function readRecent(zvm: Zvm, vpgId: string, now: number, signal: AbortSignal): Promise<Checkpoint[]> {
  const recent = await zvm.vpgs.checkpoints(vpgId, { from: new Date(now - recentMs).toISOString(), signal });
  return recent.length > 0 ? recent : zvm.vpgs.checkpoints(vpgId, { signal });
}

function find(byTime: readonly Checkpoint[], newest: Checkpoint, wanted: Wanted, vpg: string): Checkpoint {
  switch (wanted.by) {
    case 'latest':
      return newest;
    case 'id': {
      const found = byTime.find(c => c.id === wanted.id);
      if (found === undefined) {
        throw new StepFailed(`${vpg} has no checkpoint ${wanted.id} (any more): ${candidates(byTime)}`);
      }
      return found;
    }
    case 'tag': {
      const tagged = byTime.filter(c => c.tag === wanted.tag);
      const [found, second] = tagged;
      if (found === undefined) {
        const some = byTime.filter(c => c.tag !== undefined);
        throw new StepFailed(
          `${vpg} has no checkpoint with the tag "${wanted.tag}"; ${some.length === 0 ? 'none has a tag' : `tagged are ${candidates(some)}`}`,
        );
      }
      if (second !== undefined) {
        throw new StepFailed(
          `${vpg} has ${tagged.length} checkpoints with the tag "${wanted.tag}"; choose one by its id: ${candidates(tagged)}`,
        );
      }
      return found;
    }
    case 'before': {
      const found = byTime.findLast(c => Date.parse(c.time) < Date.parse(wanted.before));
      if (found === undefined) {
        throw new StepFailed(
          `${vpg} has no checkpoint before ${wanted.before}: the journal begins with ${candidates(byTime.slice(0, 1))}`,
        );
      }
      return found;
    }
  }
}

/** The newest five, newest first. */
function candidates(list: readonly Checkpoint[]): string {
  return spellList(list.slice(-5).reverse().map(describe));
}

function describe(c: Checkpoint): string {
  return c.tag === undefined ? `${c.id} (${c.time})` : `${c.id} (${c.time}, "${c.tag}")`;
}
