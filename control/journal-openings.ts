import type { ActionCall } from '../actions/call.ts';
import type { FromGuard } from '../engine/guard-messages.ts';
import type { JournalOpening } from '../report/journal.ts';
import type { HistoryEvent } from './history.ts';
import type { Call, Calls } from './journal-calls.ts';
import { endingOf, endOfLive, isOpenedLive, openedBy, toldBy } from './journal-live.ts';

/** VpgIdentifiers of tests that a live run has taken over open → when. */
export type HandedOver = ReadonlyMap<string, number>;

/** What the locks told a drill's guard of what it had offered. */
export function handedOver(guard: readonly HistoryEvent[]): HandedOver {
  return new Map(
    guard.flatMap(event => {
      if (event.kind !== 'signalled' || event.signal !== 'handed') return [];
      const { ids = [], taken } = (event.input[0] ?? {}) as { ids?: readonly string[]; taken?: boolean };
      return taken === true ? ids.map(id => [id, event.at] as const) : [];
    }),
  );
}

/** Keys of what the guard has told its run that it could not close in time. */
export function toldStuck(run: readonly HistoryEvent[]): ReadonlySet<string> {
  return new Set(
    run.flatMap(event => {
      if (event.kind !== 'signalled' || event.signal !== 'from-guard') return [];
      const [, messages = []] = event.input as [string, (readonly FromGuard[])?];
      return messages.flatMap(message => (message.kind === 'stuck' ? [message.key] : []));
    }),
  );
}

/** Whether a guard's call is about what this run itself has opened. */
export function isOfRun({ input }: Call, runId: string): boolean {
  const call = input?.['call'] as Partial<ActionCall> | undefined;
  return call?.run === undefined || call.run.id === runId;
}

/**
 * What the guards opened, and how each ended. `guardOf`: in whose history a call stands; `stuck`: of which steps the run was
 * told so.
 */
export function foldOpenings(
  guardCalls: Calls,
  guardOf: (eventId: number) => string,
  handed: HandedOver = new Map(),
  stuck: ReadonlySet<string> = new Set(),
): JournalOpening[] {
  const opening = guardCalls.filter(call => openedBy(call) === undefined);
  const keys = [...new Set(opening.filter(call => call.activity === 'guard/start').map(call => call.step))];
  return keys.flatMap(key => {
    const own = opening.filter(call => call.step === key);
    const started = own.find(call => call.activity === 'guard/start');
    const call = started?.input?.['call'] as ActionCall<{ vpg?: string }> | undefined;
    if (started === undefined || call === undefined) return [];
    const sent = own.findLast(
      c => (c.activity === 'guard/start' || c.activity === 'guard/settle') && c.status === 'succeeded',
    )?.result;
    const closed = own.findLast(c => c.activity === 'guard/readBack' && c.status === 'succeeded');
    const ending = guardCalls.filter(c => openedBy(c) === key);
    const ended = ending.findLast(c => endOfLive(c) !== undefined);
    const end = closed ?? ended;
    const takenAt = end === undefined ? Object.values(call.vpgs).map(id => handed.get(id))[0] : undefined;
    const closedAt = end?.endedAt ?? takenAt;
    const stop = closed === undefined ? undefined : own.findLast(c => c.activity === 'guard/stop');
    const why = stop?.input?.['summary'];
    const state = takenAt === undefined ? stateOf(own, { started, sent, closed, ended }) : 'taken-over';
    const proof = (sent?.['sent'] ?? sent ?? {}) as { checkpoint?: string; checkpointTime?: string };
    return [
      {
        step: key,
        vpg: call.with.vpg ?? '',
        site: call.site,
        action: call.action,
        openedAt: started.at,
        ...(closedAt === undefined ? {} : { closedAt }),
        ...(end === undefined ? {} : { closedBy: guardOf(end.id) }),
        ...(typeof why === 'string' ? { closedWhy: why } : {}),
        // A live change is no test that should be closed by now.
        state: state === 'open' && stuck.has(key) && !isOpenedLive(started) ? 'stuck' : state,
        checkpoint: proof.checkpoint ?? '',
        checkpointTime: proof.checkpointTime ?? '',
        ...(ended === undefined ? {} : { ending: endingOf(ended) }),
        warnings: isOpenedLive(started) ? [...new Set([...own, ...ending].flatMap(toldBy))] : [],
      },
    ];
  });
}

function stateOf(
  own: Calls,
  found: {
    readonly started: Call;
    readonly sent: Call['result'];
    readonly closed: Call | undefined;
    readonly ended: Call | undefined;
  },
): string {
  const { started, sent, closed, ended } = found;
  if (closed !== undefined) return 'closed';
  if (ended !== undefined) return endOfLive(ended)?.state ?? '';
  const nothing =
    sent === undefined ||
    ('sent' in sent && sent['sent'] === null) ||
    own.findLast(c => c.activity === 'guard/start' || c.activity === 'guard/wait')?.result?.['nothingOpen'] === true;
  // A guard that was lost with its call under way: what the next found counts.
  const known =
    started.status !== 'running' || own.some(c => c.activity === 'guard/settle' && c.status === 'succeeded');
  return nothing && known ? 'did-not-happen' : 'open';
}
