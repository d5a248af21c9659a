import { isLiveMode } from '../actions/modes.ts';
import { withFoundIdentifiers } from './call.ts';
import { findEntry, frameOf, rootOf } from './frames.ts';
import type { PlanStep } from '../compiler/plan.ts';
import { keyBeforeItExists, locksNeeded, makesVpg } from './locks-needed.ts';
import { tellLockWait, tellOfRun } from './lock-waits.ts';
import { enter } from './next.ts';
import { note } from './progress.ts';
import { namesIn, render, scopeOfEntry, withField } from './scope.ts';
import type { Entry } from './entry.ts';
import { isOpen } from './still-open.ts';
import { stop } from './stopping.ts';
import { type Ending, settle, stepAt, type Turn } from './turn.ts';

/** After sign-in: all VPGs that the Plan changes are asked for at once, before anything judges their state. */
export function acquireLocks(turn: Turn): void {
  const needed = locksNeeded(turn);
  if (!needed.ok) {
    stop(turn, { reason: needed.error, by: 'machine', tell: true });
    return;
  }
  const root = rootOf(turn);
  if (Object.keys(needed.value).length === 0) {
    enter(turn, root, 'preflight');
    return;
  }
  root.stage = 'locks';
  const { withoutLock, requester } = turn.run;
  if (withoutLock !== undefined) {
    tellOfRun(turn, `without locks, at the word of ${requester}: ${withoutLock}`);
    turn.state.overridden.push(`the locks were not waited for, at the word of ${requester}: ${withoutLock}`);
  }
  askFor(turn, needed.value);
}

/** One question at a time: the guard's answers do not say to which. `key`: who waits; absent: the run itself. */
function askFor(turn: Turn, vpgs: Readonly<Record<string, string>>, key?: string): void {
  const { locks } = turn.state.waits;
  locks.push({ vpgs, ...(key === undefined ? {} : { key }) });
  if (locks.length === 1) send(turn, vpgs);
}

function send(turn: Turn, vpgs: Readonly<Record<string, string>>): void {
  const { plan, state, out, at } = turn;
  state.acquired = true;
  state.lockAskedAt = at;
  // Two runs that wait for each other's VPGs with tests open would wait for ever.
  const { onLocked, lockWaitMs } = Object.values(state.openings).some(isOpen)
    ? { onLocked: 'fail' as const, lockWaitMs: undefined }
    : lockLimits(turn);
  const { preemptWaitMs } = plan.limits;
  const until = onLocked === 'wait' && lockWaitMs !== undefined ? { until: at + lockWaitMs } : {};
  const preempts = isLiveMode(plan.mode) && preemptWaitMs !== undefined ? { preemptWaitMs } : {};
  out.push({ do: 'acquire', vpgs, onLocked, ...until, ...preempts });
}

/** Where its Plan would fail, a drill by schedule holds off as late as it might still begin. */
function lockLimits({ plan, run }: Turn): { readonly onLocked: 'wait' | 'fail'; readonly lockWaitMs?: number } {
  const { onLocked } = plan.limits;
  const { holdOffMs = 0 } = run;
  return onLocked === 'fail' && holdOffMs > 0 ? { onLocked: 'wait', lockWaitMs: holdOffMs } : plan.limits;
}

export function onGranted(turn: Turn): void {
  const answered = turn.state.waits.locks.shift();
  if (answered === undefined) return;
  tellLockWait(turn);
  for (const [name, id] of Object.entries(answered.vpgs)) turn.state.locked[id] = name;
  if (answered.key !== undefined) goOn(turn, waiting(turn, answered.key));
  else if (rootOf(turn).stage === 'locks') enter(turn, rootOf(turn), 'preflight');
  askNext(turn);
}

export function onNotGranted(turn: Turn, error: string): void {
  const answered = turn.state.waits.locks.shift();
  if (answered === undefined) return;
  tellLockWait(turn);
  if (answered.key !== undefined) {
    const entry = waiting(turn, answered.key);
    delete entry?.found;
    // Nothing was proved: a VPG that somebody else holds makes a run inconclusive (rule 19).
    if (entry !== undefined) settle(turn, entry, { status: 'errored', text: error });
  } else if (rootOf(turn).stage === 'locks') {
    const reason = turn.run.holdOffMs === undefined ? error : `held off: ${error}`;
    turn.state.notStarted = reason;
    stop(turn, { reason, by: 'machine', tell: true });
  }
  askNext(turn);
}

function askNext(turn: Turn): void {
  const { locks } = turn.state.waits;
  for (let next = locks[0]; next !== undefined; next = locks[0]) {
    if (next.key !== undefined && findEntry(turn.plan, turn.state, next.key)?.doing === 'lock') {
      send(turn, next.vpgs);
      return;
    }
    locks.shift();
  }
}

function waiting(turn: Turn, key: string): Entry | undefined {
  const entry = findEntry(turn.plan, turn.state, key);
  if (entry?.doing !== 'lock') return undefined;
  delete entry.doing;
  return entry;
}

function goOn(turn: Turn, entry: Entry | undefined): void {
  if (entry === undefined) return;
  const { found } = entry;
  delete entry.found;
  if (found === undefined) turn.agenda.push({ do: 'perform', entry });
  else settle(turn, entry, { status: 'succeeded', ...found });
}

/** A step has found or made VPGs that others below it change: it counts as ended when the run holds them. True: it waits. */
export function lockWhatWasFound(turn: Turn, entry: Entry, { text, outputs = {} }: Ending): boolean {
  const step = stepAt(turn, entry.place);
  const identifiers = withFoundIdentifiers(turn, step, outputs);
  const { stage } = frameOf(turn, entry);
  if (step.acquires !== true || (stage !== 'preflight' && stage !== 'main')) return false;
  const fresh = Object.entries(identifiers).filter(([, id]) => !Object.hasOwn(turn.state.locked, id));
  if (fresh.length === 0) return false;
  entry.doing = 'lock';
  entry.found = { outputs, ...(text === undefined ? {} : { text }) };
  const names = fresh.map(([name]) => name);
  note(
    turn.state,
    turn.at,
    entry,
    `waits for the locks of ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`,
  );
  askFor(turn, Object.fromEntries(fresh), entry.key);
  return true;
}

/** Whether the name of a VPG that the step makes is held; one that was not known at the start is asked for now. */
export function mayMake(turn: Turn, step: PlanStep, entry: Entry): boolean {
  const template = makesVpg(step) && turn.run.dry !== true ? withField(step, 'vpg') : undefined;
  if (template === undefined) return true;
  const value = render(turn, template, scopeOfEntry(turn, entry), `"with.vpg" of "${entry.key}"`);
  // An error is told by who renders the whole of it.
  const [name] = value.ok ? namesIn(value.value) : [];
  const key = name === undefined ? undefined : keyBeforeItExists(step.site, name);
  if (name === undefined || key === undefined || Object.hasOwn(turn.state.locked, key)) return true;
  entry.doing = 'lock';
  note(turn.state, turn.at, entry, `waits for the lock of ${name}`);
  askFor(turn, { [name]: key }, entry.key);
  return false;
}
