import type { Pending } from '../control/pending.ts';
import { formatTime } from '../report/times.ts';
import { toOneLine } from '../report/visible.ts';

/** What waits for people in a run, and what to type: some lines, the first without an indent. */
export function describeWait(run: string, waits: Pending): readonly string[] {
  const { key, kind, message, since, expiresAt } = waits;
  const until = expiresAt === undefined ? '' : `, until ${formatTime(expiresAt)}`;
  const who = key === '' ? 'the run' : key;
  return [
    `${who}  ${words[kind]} since ${formatTime(since)}${until}`,
    `  ${toOneLine(message)}`,
    ...(waits.open ?? []).map(open => `  ${toOneLine(describeOpen(open))}`),
    ...describeVotes(waits),
    ...commandsFor(run, waits).map(command => `  ${command}`),
  ];
}

/** What a held run has open, and who may end it. */
function describeOpen({ vpg, site, what, live, since, until }: NonNullable<Pending['open']>[number]): string {
  const from = since === undefined ? '' : ` since ${formatTime(since)}`;
  const closed = until === undefined ? 'closed with the run' : `closed at the latest ${formatTime(until)}`;
  return `open: ${vpg} at ${site}, ${what}${from}; ${live ? 'no deadline: a person commits it or rolls it back' : closed}`;
}

const words: Readonly<Record<Pending['kind'], string>> = {
  approval: 'waits for votes',
  manual: 'waits for word of what was done',
  question: 'asks what to do',
  held: 'is held',
  paused: 'is paused',
};

/** Whom it asks and how far it is. */
function describeVotes({ kind, from, votes, choices, count = 1 }: Pending): readonly string[] {
  const commits = kind === 'held' && choices.includes('commit');
  if (kind !== 'approval' && !commits) return [];
  const cast = votes
    .map(({ by, choice, verified }) => `${by}: ${choice}${verified === true ? ' (signed)' : ''}`)
    .join(', ');
  const so = `so far ${cast === '' ? 'none' : cast}`;
  const whom = from.length === 0 ? '' : ` of ${from.join(', ')}`;
  if (commits) return count === 1 ? [] : [`  ${toOneLine(`to commit: ${votes.length} of ${count}${whom}; ${so}`)}`];
  const wanted = `${count} ${count === 1 ? 'vote' : 'votes'}${whom}`;
  return [`  ${toOneLine(`wanted: ${wanted}; ${so}`)}`];
}

/** Each way on, as it is typed. */
function commandsFor(run: string, { key, kind, choices }: Pending): readonly string[] {
  const step = quote(key);
  switch (kind) {
    case 'approval': {
      const own = choices.filter(choice => choice !== 'reject');
      const votes = own.map(choice => `drillbook approve ${run} ${step}${own.length > 1 ? ` --choice ${choice}` : ''}`);
      return [...votes, `drillbook reject ${run} ${step}`];
    }
    case 'manual':
      return [`drillbook answer ${run} ${step} --outcome ${choices.join('|')}`];
    case 'question':
      return choices.map(choice =>
        choice === 'abort'
          ? `drillbook abort ${run} --reason TEXT`
          : `drillbook ${choice} ${run} ${step}${choice === 'retry' ? '' : ' --reason TEXT'}`,
      );
    case 'paused':
      return [`drillbook resume ${run}`];
    case 'held':
      return choices.map(choice => `drillbook ${choice === 'go-on' ? 'resume' : choice} ${run} --reason TEXT`);
  }
}

/** A key of a for-each's item has brackets, which a shell reads as a pattern. */
function quote(key: string): string {
  return /^[\w./:-]+$/.test(key) ? key : `'${key.replaceAll("'", `'\\''`)}'`;
}
