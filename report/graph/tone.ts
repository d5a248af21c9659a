import type { GraphStep } from './model.ts';
import { lookOfStatus } from '../words.ts';

const effects = ['read', 'isolated', 'reversible', 'irreversible'] as const;
export type Tone = (typeof effects)[number] | ReturnType<typeof lookOfStatus>['tone'];

/** What colours a step: its state once there is one, else its effect. */
export function toneOf({ state, effect }: GraphStep): Tone {
  if (state !== undefined) return lookOfStatus(state).tone;
  return effects.find(known => known === effect) ?? 'idle';
}
