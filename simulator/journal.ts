/** A checkpoint as the journal has it. `time`: ms since 1970. */
export interface Checkpoint {
  readonly id: string;
  readonly time: number;
  readonly tag: string | undefined;
  readonly type: number;
}

/**
 * A day holds 17,280 automatic checkpoints, so they are a function of time and only what differs from it is stored:
 * tagged and inserted ones. Identifiers count hundredths of seconds since `since`, so they rise with time.
 */
export interface Journal {
  readonly since: number;
  readonly marks: Map<number, { readonly time: number; readonly tag: string; readonly type: number }>;
}

const everyMs = 5000;
const idMs = 10;
const firstId = 100_000;
// What the vendor's numbers 0–2 mean is not known; the example of a tagged checkpoint has 1.
const automatic = 0;
const inserted = 1;

/** A journal that is `filledMs` long at `now`. `phase` keeps VPGs from having their checkpoints at the same moment. */
export function createJournal(now: number, filledMs: number, phase: number): Journal {
  const at = now - filledMs;
  return { since: at - (at % everyMs) + (phase % everyMs), marks: new Map() };
}

/** Checkpoints between `from` and `to` (both included) that are still in a history of `historyMs`, oldest first. */
export function listCheckpoints(
  journal: Journal,
  now: number,
  historyMs: number,
  from = -Infinity,
  to = Infinity,
): Checkpoint[] {
  const first = Math.max(from, now - historyMs, journal.since);
  const last = Math.min(to, now);
  const found: Checkpoint[] = [];
  for (let n = Math.ceil((first - journal.since) / everyMs); journal.since + n * everyMs <= last; n++) {
    const id = firstId + (n * everyMs) / idMs;
    if (!journal.marks.has(id))
      found.push({ id: `${id}`, time: journal.since + n * everyMs, tag: undefined, type: automatic });
  }
  for (const [id, mark] of journal.marks) {
    if (mark.time >= first && mark.time <= last) found.push({ id: `${id}`, ...mark });
  }
  return found.sort((a, b) => a.time - b.time || Number(a.id) - Number(b.id));
}

export function latestCheckpoint(journal: Journal, now: number, historyMs: number): Checkpoint | undefined {
  return listCheckpoints(journal, now, historyMs, now - 2 * everyMs).at(-1);
}

export function earliestCheckpoint(journal: Journal, now: number, historyMs: number): Checkpoint | undefined {
  return listCheckpoints(journal, now, historyMs, -Infinity, Math.max(journal.since, now - historyMs) + 2 * everyMs)[0];
}

/** Undefined when the journal does not hold it (any more). */
export function findCheckpoint(journal: Journal, now: number, historyMs: number, id: string): Checkpoint | undefined {
  if (!/^\d{1,15}$/.test(id)) return undefined;
  const time = journal.marks.get(Number(id))?.time ?? journal.since + (Number(id) - firstId) * idMs;
  return listCheckpoints(journal, now, historyMs, time, time).find(checkpoint => checkpoint.id === id);
}

/** A checkpoint put in by hand. Checkpoints are told in whole seconds, so it is of the second's beginning. */
export function insertCheckpoint(journal: Journal, at: number, tag: string): Checkpoint {
  const time = at - (at % 1000);
  let id = firstId + Math.ceil((time - journal.since) / idMs);
  while (id % (everyMs / idMs) === 0 || journal.marks.has(id)) id++;
  journal.marks.set(id, { time, tag, type: inserted });
  return { id: `${id}`, time, tag, type: inserted };
}

/** Tags a checkpoint in place of what tag it had. */
export function retag(journal: Journal, checkpoint: Checkpoint, tag: string): void {
  journal.marks.set(Number(checkpoint.id), { time: checkpoint.time, tag, type: checkpoint.type });
}
