import { time } from '../../actions/fields.ts';
import type { DraftReader } from './drafts.ts';
import { type KeySet, readKeys } from './keys.ts';
import type { Draft, Limits } from '../model.ts';
import type { Node } from '../yaml/nodes.ts';
import type { Reporter } from '../reporter.ts';
import { readCount, readDuration, readWord } from './scalars.ts';

export const limitKeys: KeySet = {
  where: 'limits',
  known: [...['timeout', 'closing', 'ask', 'window', 'max-open', 'on-locked', 'lock-wait', 'preempt-wait', 'max-hold']],
};

/** `limits`, at the top and under a mode. Durations come out as ms. */
export function readLimits(node: Node, reporter: Reporter, drafts: DraftReader): Limits {
  const keys = readKeys(node, limitKeys, reporter);
  const ms = (key: string): number | undefined => {
    const value = keys?.get(key)?.value;
    return value && readDuration(value, `limits.${key}`, reporter);
  };
  const [timeout, closing, ask, lockWait] = [ms('timeout'), ms('closing'), ms('ask'), ms('lock-wait')];
  const [preemptWait, maxHold] = [ms('preempt-wait'), ms('max-hold')];
  const lockedNode = keys?.get('on-locked')?.value;
  const onLocked = lockedNode && readWord(lockedNode, ['wait', 'fail'] as const, 'limits.on-locked', reporter);
  const openNode = keys?.get('max-open')?.value;
  const maxOpen = openNode && readCount(openNode, 'limits.max-open', reporter);
  const windowNode = keys?.get('window')?.value;
  const window = windowNode && readWindow(windowNode, reporter, drafts);
  return {
    ...(timeout !== undefined && { timeout }),
    ...(closing !== undefined && { closing }),
    ...(ask !== undefined && { ask }),
    ...(onLocked !== undefined && { onLocked }),
    ...(lockWait !== undefined && { lockWait }),
    ...(maxOpen !== undefined && { maxOpen }),
    ...(preemptWait !== undefined && { preemptWait }),
    ...(maxHold !== undefined && { maxHold }),
    ...(window !== undefined && { window }),
  };
}

/** Times, or expressions over what is known as the run starts (docs/language.md, rule 13). */
function readWindow(node: Node, reporter: Reporter, drafts: DraftReader): Limits['window'] {
  const keys = readKeys(node, { where: 'limits.window', known: ['opens', 'closes'] }, reporter);
  if (keys === undefined) return undefined;
  if (keys.size === 0) return reporter.refuse('DB2022', node, { what: 'limits.window' });
  const [opensNode, closesNode] = [keys.get('opens')?.value, keys.get('closes')?.value];
  const opens = opensNode && drafts.read(opensNode, { kind: 'time', schema: time() }, 'limits.window.opens');
  const closes = closesNode && drafts.read(closesNode, { kind: 'time', schema: time() }, 'limits.window.closes');
  const [from, to] = [timeOf(opens), timeOf(closes)];
  if (closes !== undefined && from !== undefined && to !== undefined && from >= to)
    reporter.report('DB2011', closes.at, { what: 'limits.window', why: 'it closes before it opens' });
  return { ...(opens !== undefined && { opens }), ...(closes !== undefined && { closes }) };
}

/** ms since 1970, of a time that stands in the file. */
function timeOf(draft: Draft | undefined): number | undefined {
  return draft?.kind === 'lit' && typeof draft.value === 'string' ? Date.parse(draft.value) : undefined;
}
