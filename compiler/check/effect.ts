import { type Contract, type Declared, effects, type Effect } from '../../actions/contract.ts';
import { declaredBy } from './declared.ts';
import type { Draft } from '../model.ts';
import { rawWith } from '../shape/raw.ts';

const nothingDeclared = declaredBy(undefined);

/** The effect of a step as it is written; `declared`: what drillbook.yaml says of endpoints and commands. */
export function effectOf(contract: Contract, draft: Draft | undefined, declared: Declared = nothingDeclared): Effect {
  return typeof contract.effect === 'string' ? contract.effect : contract.effect(rawWith(draft), declared);
}

export const isBeyond = (effect: Effect, limit: Effect): boolean => effects.indexOf(effect) > effects.indexOf(limit);
