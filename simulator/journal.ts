/** A checkpoint as the journal has it. `time`: ms since 1970. */
export interface Checkpoint {
  readonly id: string;
  readonly time: number;
  readonly tag: string | undefined;
  readonly kind: CheckpointKind;
}

export type CheckpointKind = 'automatic' | 'tagged' | 'appConsistent';

/**
 * A day holds 17,280 automatic checkpoints, so they are a function of time and only what differs from it is stored:
 * tagged and inserted ones, and the times without any. Identifiers count hundredths of seconds since `since`, so they
 * rise with time.
 */
export interface Journal {
  readonly since: number;
  readonly firstId: number;
  readonly everyMs: number;
  /** Every so manyth automatic checkpoint is app-consistent; 0: none. */
  readonly appEvery: number;
  readonly marks: Map<
    number,
    { readonly time: number; readonly tag: string | undefined; readonly kind: CheckpointKind }
  >;
  /** When nothing was written: between both times, which are not part of it. */
  readonly breaks: { readonly from: number; readonly to: number }[];
  /** Since when nothing is written. */
  stopped: number | undefined;
}

const idMs = 10;
const defaultEveryMs = 5000;

/** A journal that is `filledMs` long at `now`. `phase` keeps VPGs from having their checkpoints at the same moment. */
export function createJournal(
  now: number,
  filledMs: number,
  phase: number,
  { everyMs = defaultEveryMs, appEvery = 0 }: { readonly everyMs?: number; readonly appEvery?: number } = {},
): Journal {
  const at = now - filledMs;
  const since = at - (at % everyMs) + (phase % everyMs);
  return { since, firstId: 100_000, everyMs, appEvery, marks: new Map(), breaks: [], stopped: undefined };
}

/** An empty journal in place of another one, that begins at `now`; no identifier comes twice. */
export function renewJournal(old: Journal, now: number): Journal {
  const since = Math.ceil(now / 1000) * 1000;
  const used = Math.max(idAt(old, now), ...old.marks.keys());
  const firstId = Math.ceil((used + 1) / 100_000) * 100_000;
  const { everyMs, appEvery } = old;
  return { since, firstId, everyMs, appEvery, marks: new Map(), breaks: [], stopped: undefined };
}

/** Nothing is written from `now` on; what is there does not grow old. */
export function stopGrowing(journal: Journal, now: number): void {
  // One that has not begun has no checkpoint, not even the first.
  journal.stopped ??= now <= journal.since ? journal.since - 1 : now;
}

export function growAgain(journal: Journal, now: number): void {
  if (journal.stopped !== undefined && now > journal.stopped) journal.breaks.push({ from: journal.stopped, to: now });
  journal.stopped = undefined;
}

/** Checkpoints between `from` and `to` (both included) that are still in a history of `historyMs`, oldest first. */
export function listCheckpoints(
  journal: Journal,
  now: number,
  historyMs: number,
  from = -Infinity,
  to = Infinity,
): Checkpoint[] {
  const end = endOf(journal, now);
  const first = Math.max(from, end - historyMs, journal.since);
  const last = Math.min(to, end);
  const found: Checkpoint[] = [];
  for (let n = Math.ceil((first - journal.since) / journal.everyMs); timeOf(journal, n) <= last; n++) {
    const checkpoint = automatic(journal, n);
    if (checkpoint !== undefined) found.push(checkpoint);
  }
  for (const [id, mark] of journal.marks) {
    if (mark.time >= first && mark.time <= last) found.push({ id: `${id}`, ...mark });
  }
  return found.sort((a, b) => a.time - b.time || Number(a.id) - Number(b.id));
}

export function latestCheckpoint(journal: Journal, now: number, historyMs: number): Checkpoint | undefined {
  const end = endOf(journal, now);
  const first = Math.max(end - historyMs, journal.since);
  let n = Math.floor((end - journal.since) / journal.everyMs);
  while (timeOf(journal, n) >= first) {
    const gap = gapAt(journal, timeOf(journal, n));
    if (gap === undefined) break;
    n = Math.min(n - 1, Math.floor((gap.from - journal.since) / journal.everyMs));
  }
  // Between this one and the end stand marks alone.
  return listCheckpoints(journal, now, historyMs, Math.max(first, timeOf(journal, n))).at(-1);
}

export function earliestCheckpoint(journal: Journal, now: number, historyMs: number): Checkpoint | undefined {
  const end = endOf(journal, now);
  let n = Math.ceil((Math.max(end - historyMs, journal.since) - journal.since) / journal.everyMs);
  while (timeOf(journal, n) <= end) {
    const gap = gapAt(journal, timeOf(journal, n));
    if (gap === undefined) break;
    n = Math.max(n + 1, Math.ceil((gap.to - journal.since) / journal.everyMs));
  }
  return listCheckpoints(journal, now, historyMs, -Infinity, timeOf(journal, n))[0];
}

/** Undefined when the journal does not hold it (any more). */
export function findCheckpoint(journal: Journal, now: number, historyMs: number, id: string): Checkpoint | undefined {
  if (!/^\d{1,15}$/.test(id)) return undefined;
  const time = journal.marks.get(Number(id))?.time ?? journal.since + (Number(id) - journal.firstId) * idMs;
  return listCheckpoints(journal, now, historyMs, time, time).find(checkpoint => checkpoint.id === id);
}

/** A checkpoint put in by hand. Checkpoints are told in whole seconds, so it is of the second's beginning. */
export function insertCheckpoint(journal: Journal, at: number, tag: string): Checkpoint {
  const time = at - (at % 1000);
  let id = journal.firstId + Math.ceil((time - journal.since) / idMs);
  while ((id - journal.firstId) % (journal.everyMs / idMs) === 0 || journal.marks.has(id)) id++;
  const mark = { time, tag, kind: 'tagged' } as const;
  journal.marks.set(id, mark);
  return { id: `${id}`, ...mark };
}

/** Tags a checkpoint in place of what tag it had. */
export function retag(journal: Journal, checkpoint: Checkpoint, tag: string): void {
  journal.marks.set(Number(checkpoint.id), { time: checkpoint.time, tag, kind: checkpoint.kind });
}

/** Since when the history counts: what is stopped does not grow old. */
const endOf = (journal: Journal, now: number): number => Math.min(now, journal.stopped ?? now);
const timeOf = (journal: Journal, n: number): number => journal.since + n * journal.everyMs;
const idAt = (journal: Journal, time: number): number =>
  journal.firstId + Math.ceil(Math.max(0, time - journal.since) / idMs);

function gapAt(journal: Journal, time: number) {
  return journal.breaks.find(({ from, to }) => time > from && time < to);
}

function automatic(journal: Journal, n: number): Checkpoint | undefined {
  const time = timeOf(journal, n);
  const id = journal.firstId + (n * journal.everyMs) / idMs;
  if (journal.marks.has(id) || gapAt(journal, time) !== undefined) return undefined;
  const kind = journal.appEvery > 0 && n % journal.appEvery === 0 ? 'appConsistent' : 'automatic';
  return { id: `${id}`, time, tag: undefined, kind };
}
