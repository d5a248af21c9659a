import type { GuardStart } from '../engine/guard-types.ts';
import type { JournalEntry } from '../report/journal.ts';
import type { Heard } from '../workflows/messages.ts';
import type { HistoryEvent } from './history.ts';
import { type Owner, stepOf } from './journal-calls.ts';

/** Everything, in order of time. */
export function foldEntries(run: readonly HistoryEvent[], guard: readonly HistoryEvent[]): JournalEntry[] {
  const lines = [...lineEvents(run, 'run'), ...lineEvents(guard, 'guard')].sort((a, b) => a.at - b.at);
  return lines.map((line, index) => ({ seq: index + 1, ...line }));
}

function guardBegins({ input, carried }: Extract<HistoryEvent, { kind: 'started' }>): string {
  const { generation = 1, orphan } = (input ?? {}) as Partial<GuardStart>;
  if (carried !== undefined) return 'its guard goes on with a new history';
  if (generation === 1) return 'its guard begins';
  const why = orphan === true ? 'the run and its guard were lost' : 'its guard was lost';
  return `${why}: guard ${generation} takes over`;
}

function lineEvents(events: readonly HistoryEvent[], from: Owner): Omit<JournalEntry, 'seq'>[] {
  const scheduled = new Map(events.flatMap(event => (event.kind === 'scheduled' ? [[event.id, event] as const] : [])));
  const placeOf = (of: number): Pick<JournalEntry, 'step' | 'about'> => {
    const call = scheduled.get(of);
    const step = call === undefined ? '' : stepOf(call, from);
    return step === undefined ? { step: '', about: call?.activityId ?? '' } : { step };
  };
  return events.flatMap((event): Omit<JournalEntry, 'seq'>[] => {
    const line = (kind: string, of: number | undefined, text: string) => [
      { at: event.at, from, kind, ...(of === undefined ? { step: '' } : placeOf(of)), text },
    ];
    switch (event.kind) {
      case 'started':
        return line('begin', undefined, from === 'run' ? 'the run begins' : guardBegins(event));
      case 'completed':
        return line('end', undefined, from === 'run' ? 'the run ends' : 'its guard ends: nothing is open');
      case 'continued':
        return [];
      case 'ended':
        return line('lost', undefined, `${event.how}${event.why === '' ? '' : `: ${event.why}`}`);
      case 'scheduled':
        return line('call', event.id, event.activity);
      case 'attempted':
        return event.attempt > 1 ? line('again', event.of, `attempt ${event.attempt}: ${event.lastFailure}`) : [];
      case 'succeeded':
        return line('done', event.of, '');
      case 'failed':
        return line(event.how, event.of, event.message);
      case 'child':
      case 'child-ended':
        return [];
      case 'signalled':
        return line('message', undefined, event.signal);
      case 'updated':
        return line('person', undefined, `${event.update} ${JSON.stringify(event.input[0] ?? '')}`);
      case 'answered': {
        const text = event.refusal ?? (event.result as Partial<Heard> | undefined)?.text ?? '';
        return text === '' ? [] : line('heard', undefined, text);
      }
    }
  });
}
