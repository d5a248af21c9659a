import { allAbove } from './graph.ts';
import { shapeOf } from './frames.ts';
import { startItems } from './items.ts';
import type { Entry } from './entry.ts';
import type { Frame } from './state.ts';
import { entryAt, type Turn } from './turn.ts';

/** While the run was held or paused, nothing of this frame began: what could have starts now. Gives its steps that wait for people. */
export function thaw(turn: Turn, frame: Frame): readonly { readonly step: Entry; readonly asking: readonly Entry[] }[] {
  if (!isThawed(frame)) return [];
  const { stage } = frame;
  const waiting: { step: Entry; asking: Entry[] }[] = [];
  for (const [rank, place] of shapeOf(turn, frame).phases[stage].entries()) {
    const entry = entryAt(turn, frame, place);
    if (entry.status === 'pending') {
      const ready = entry.waits === 0 || (entry.waits === allAbove && rank === frame.through[stage]);
      if (ready && entry.doing === undefined) turn.agenda.push({ do: 'start', frame: frame.index, place });
    }
    const items = entry.items?.entries ?? [];
    for (const e of items) {
      if (e.status === 'pending' && e.slot === true && e.doing === undefined)
        turn.agenda.push({ do: 'admit', entry: e });
    }
    if (entry.status === 'running' && entry.items !== undefined) startItems(turn, entry);
    const asking = [entry, ...items].filter(e => e.status === 'asking');
    if (asking.length > 0 || entry.doing === 'people') waiting.push({ step: entry, asking });
  }
  return waiting;
}

/** Closing and `finally` were never kept from anything. */
export function isThawed<F extends Frame>(frame: F): frame is F & { readonly stage: 'sign-in' | 'preflight' | 'main' } {
  const { stage } = frame;
  return stage === 'sign-in' || stage === 'preflight' || stage === 'main';
}
