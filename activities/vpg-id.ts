import type { ActionCall } from '../actions/call.ts';
import { StepErrored } from './outcome.ts';

/** The VpgIdentifier that sign-in found for a name. */
export function vpgId(call: Pick<ActionCall, 'vpgs'>, name: string): string {
  const id = Object.hasOwn(call.vpgs, name) ? call.vpgs[name] : undefined;
  if (id === undefined) throw new StepErrored(`${name} was not looked up at sign-in`);
  return id;
}
