import type { ActionCall } from '../actions/call.ts';
import type { JournalOpening } from '../report/journal.ts';
import type { Call, Calls } from './journal-calls.ts';
import { endingOf, endOfLive, isOpenedLive, openedBy, toldBy } from './journal-live.ts';

/** What the guard opened, and how each ended. */
export function foldOpenings(guardCalls: Calls): JournalOpening[] {
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
    const proof = (sent?.['sent'] ?? sent ?? {}) as { checkpoint?: string; checkpointTime?: string };
    return [
      {
        step: key,
        vpg: call.with.vpg ?? '',
        site: call.site,
        action: call.action,
        openedAt: started.at,
        ...(end?.endedAt === undefined ? {} : { closedAt: end.endedAt }),
        state: stateOf(own, { started, sent, closed, ended }),
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
  return nothing && started.status !== 'running' ? 'did-not-happen' : 'open';
}
