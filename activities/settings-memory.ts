import type { Json } from '../actions/json.ts';
import type { ApplyState } from '../zerto/settings/apply.ts';
import { boundDifference } from './settings-difference.ts';
import type { Memory } from './surroundings.ts';

/** Leaves for the next attempt what it needs to make sure of what this one did. */
export function keepSettings(memory: Memory, { planned, ...state }: ApplyState): void {
  memory.keep({ ...state, planned: boundDifference(planned) } as unknown as Json);
}

export function recallSettings({ recalled }: Memory): ApplyState | undefined {
  if (typeof recalled !== 'object' || recalled === null || !('settingsId' in recalled)) return undefined;
  return recalled as unknown as ApplyState;
}
