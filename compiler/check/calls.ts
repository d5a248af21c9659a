import { type Contract, type Effect, higher, type Mode } from '../../actions/contract.ts';
import { checkCallInputs } from './call-inputs.ts';
import { closings } from '../plan/closing.ts';
import { declaredBy } from './declared.ts';
import type { ConfigNames } from './names.ts';
import type { Reporter } from '../reporter.ts';
import { effectOf } from './effect.ts';
import type { Call, ModeStep, Summary, View } from './view.ts';

/** Steps in all, those of all sub-runbooks counted wherever they are called. */
const maxSteps = 20_000;

/** What a step that calls a sub-runbook gives it, and whether that may stand where it stands. */
export function checkCalls(view: View, reporter: Reporter): void {
  for (const step of view.steps) {
    if (step.call === undefined) continue;
    const { draft, call } = step;
    const given = draft.with?.kind === 'map' ? draft.with.entries.get('inputs') : undefined;
    checkCallInputs(call, given?.at ?? draft.withAt, reporter);
    checkPlace(step, call, reporter);
    reportDeadLimits(call, reporter);
  }
}

/** Locks, the window and how much may be open are the whole run's. */
function reportDeadLimits({ sub, at }: Call, reporter: Reporter): void {
  const { onLocked, lockWait, maxOpen, preemptWait, maxHold, window } = sub.view.limits;
  const dead = Object.entries({
    window,
    'max-open': maxOpen,
    'on-locked': onLocked,
    'lock-wait': lockWait,
    'preempt-wait': preemptWait,
    'max-hold': maxHold,
  }).filter(([, value]) => value !== undefined);
  const keys = dead.map(([key]) => `\`limits.${key}\``).join(', ');
  if (dead.length > 0) reporter.report('DB7014', at, { file: sub.source.file, keys });
}

function checkPlace({ draft }: ModeStep, { sub, at }: Call, reporter: Reporter): void {
  const { effect, asks, opens, wall, approval } = sub.summary;
  const { file } = sub.source;
  const refuse = (what: string, where: string, place = at): void => {
    reporter.report('DB4034', place, { file, what, where });
  };
  if (draft.phase === 'preflight' && effect !== 'read')
    reporter.report('DB4007', draft.uses.at, { action: `the sub-runbook ${file}`, effect });
  if (asks !== undefined && draft.forEach !== undefined) refuse(`asks people (step "${asks}")`, 'in a for-each');
  if (asks !== undefined && draft.phase !== 'main') refuse(`asks people (step "${asks}")`, `in \`${draft.phase}\``);
  const wallIn = `has a wall in it (step "${wall ?? ''}")`;
  if (wall !== undefined && draft.forEach !== undefined) refuse(wallIn, 'in a for-each');
  if (wall !== undefined && draft.phase !== 'main') refuse(wallIn, `in \`${draft.phase}\``);
  const approvalIn = `has an approval in it (step "${approval ?? ''}")`;
  if (approval !== undefined && draft.if !== undefined) refuse(approvalIn, 'behind an `if`', draft.if.node);
  if (approval !== undefined && draft.onFailure?.value === 'continue')
    refuse(approvalIn, 'with `on-failure: continue`', draft.onFailure.at);
  // The locks are let go before `finally`.
  if (opens !== undefined && draft.phase === 'finally') refuse(`opens something (step "${opens}")`, 'in `finally`');
}

/** What the caller of a mode must know of it; too many steps are reported at the call that makes them too many. */
export function summarise(view: View, names: ConfigNames | undefined, reporter: Reporter): Summary {
  const declared = declaredBy(names);
  let depth = 0;
  let steps = view.steps.length + closings(view).length;
  let effect: Effect = 'read';
  let asks: string | undefined;
  let opens: string | undefined;
  let wall: string | undefined;
  let approval: string | undefined;
  for (const step of view.steps) {
    const { draft, contract, call } = step;
    if (contract === undefined) continue;
    effect = higher(effect, effectOf(contract, draft.with, declared));
    if (contract.people === true) asks ??= draft.id;
    if (opensSomething(contract)) opens ??= draft.id;
    if (contract.wall === true) wall ??= draft.id;
    if (contract.name === 'approval') approval ??= draft.id;
    if (call === undefined) continue;
    const { summary } = call.sub;
    depth = Math.max(depth, summary.depth + 1);
    effect = higher(effect, summary.effect);
    if (summary.asks !== undefined) asks ??= `${draft.id}/${summary.asks}`;
    if (summary.opens !== undefined) opens ??= `${draft.id}/${summary.opens}`;
    if (summary.wall !== undefined) wall ??= `${draft.id}/${summary.wall}`;
    if (summary.approval !== undefined) approval ??= `${draft.id}/${summary.approval}`;
    if (steps <= maxSteps && steps + summary.steps > maxSteps)
      reporter.report('DB4025', call.at, { limit: maxSteps.toLocaleString('en') });
    steps += summary.steps;
  }
  return {
    depth,
    steps,
    effect,
    ...(asks !== undefined && { asks }),
    ...(opens !== undefined && { opens }),
    ...(wall !== undefined && { wall }),
    ...(approval !== undefined && { approval }),
  };
}

export const opensSomething = (contract: Contract): boolean =>
  contract.opens !== undefined || contract.closedBy !== undefined;

/** A mode may call itself or a drill (docs/language.md, rule 16). */
export const mayCall = (caller: Mode, mode: Mode): boolean => mode === caller || mode === 'drill';
