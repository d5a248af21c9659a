import { setTimeout as sleep } from 'node:timers/promises';
import type { Control } from '../../control/connection.ts';
import { newestGuard } from '../../control/guard-chain.ts';
import { cancelRun } from '../../control/runs.ts';
import type { Jumps } from './clock.ts';
import type { Done } from './facts.ts';
import type { People } from './people.ts';
import { resetRun } from '../temporal/reset-run.ts';
import type { Deed, Move, When } from './schedule-types.ts';
import type { SeedStage } from './stage.ts';
import { endAsStranger, testAsStranger } from './stranger.ts';

export interface Doer {
  readonly control: Control;
  readonly run: string;
  readonly guard: string;
  readonly stage: SeedStage;
  readonly people: People;
  readonly jumps: Jumps;
  readonly done: Done[];
  readonly startedAt: number;
  /** Nothing is begun any more. */
  readonly over: AbortSignal;
}

/** Does all that was drawn at its time, as far as that comes. Never throws. */
export async function doAll(doer: Doer, moves: readonly Move[]): Promise<void> {
  await Promise.all(moves.map(move => doOne(doer, move)));
}

async function doOne(doer: Doer, move: Move): Promise<void> {
  if (!(await isTime(doer, move.when))) return;
  const at = Date.now();
  const text = await perform(doer, move).catch((error: unknown) => `did not work: ${String(error).slice(0, 160)}`);
  doer.done.push({ at, what: move.do, text: `${JSON.stringify(move)} ${text ?? ''}`.trim() });
}

/** Waits for it; false: it does not come any more. */
export async function isTime(
  { stage, startedAt, over }: Pick<Doer, 'stage' | 'startedAt' | 'over'>,
  when: When,
): Promise<boolean> {
  const seen = (request: string): number => {
    const path = new RegExp(`/${request}$`, 'i');
    return stage.simulator.requests.filter(each => each.method === 'POST' && path.test(each.path)).length;
  };
  const wait = (ms: number): Promise<unknown> =>
    sleep(Math.max(0, ms), undefined, { signal: over }).catch(() => undefined);
  if ('afterMs' in when) await wait(startedAt + when.afterMs - Date.now());
  else {
    while (!over.aborted && seen(when.request) < when.nth) await wait(25);
    await wait(when.plusMs);
  }
  return !over.aborted;
}

async function perform(doer: Doer, deed: Deed): Promise<string | undefined> {
  const { control, run, stage, people, jumps, over } = doer;
  const { simulator } = stage;
  const handle = control.client.workflow.getHandle(run);
  switch (deed.do) {
    case 'cancel':
      await within(6_000, cancelRun(control, run, 'bo', 'a cancel of the campaign', deed.now));
      return undefined;
    case 'terminate':
      await within(6_000, handle.terminate('a termination of the campaign'));
      return undefined;
    case 'terminate-guard':
      return await within(6_000, terminateGuard(doer));
    case 'terminate-both':
      await within(6_000, handle.terminate('a termination of the campaign'));
      return await within(6_000, terminateGuard(doer));
    case 'pause':
      await people.pause(deed.forMs);
      return undefined;
    case 'extend':
      await people.extend(deed.byMs);
      return undefined;
    case 'abort':
      await people.abort();
      return undefined;
    case 'roll-back':
      await people.rollBack();
      return undefined;
    case 'reset':
      return await within(10_000, resetRun(control, run, deed.percent));
    case 'jump-clock':
      jumps.jump(deed.ms);
      return undefined;
    case 'end-sessions':
      simulator.endSessions();
      return undefined;
    case 'lose-settings':
      simulator.dropSettings();
      return undefined;
    case 'restart-zvm':
      simulator.restart(deed.site);
      simulator.silence(deed.site);
      await sleep(deed.forMs);
      simulator.wake(deed.site);
      return undefined;
    case 'silence':
      simulator.silence(deed.site);
      await sleep(deed.forMs);
      simulator.wake(deed.site);
      return undefined;
    case 'cut':
      simulator.cut('site-a', 'site-b');
      await sleep(deed.forMs);
      simulator.heal('site-a', 'site-b');
      return undefined;
    case 'stranger-tests':
      return await testAsStranger(stage, deed.vpg, deed.stopsAfterMs, over);
    case 'stranger-ends':
      return await endAsStranger(stage, deed.vpg, deed.how, over);
    case 'odd-word':
      await people.vote(deed.step, deed.by, deed.choice);
      return undefined;
  }
}

/** The newest of the run's guards. */
async function terminateGuard({ control, guard }: Doer): Promise<string> {
  const { id } = await newestGuard(control.client, guard);
  await control.client.workflow.getHandle(id).terminate('a termination of the campaign');
  return id;
}

/** What takes longer may still come about. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  const late = sleep(ms, undefined, { ref: false }).then(() => {
    throw new Error(`no answer in ${ms} ms`);
  });
  return await Promise.race([work, late]);
}
