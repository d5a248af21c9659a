import type { ConfigFinding } from '../engine/config-finding.ts';
import { endingOf, isExpected, StepErrored } from './outcome.ts';
import type { Target } from '../actions/target.ts';
import type { SiteDirectory } from './surroundings.ts';
import { tellOnce } from './tell/channel.ts';
import { hashOf, type Message } from './tell/message.ts';
import { perform } from './wrap.ts';

/** What drillbook.yaml names as it stands now, to be tried. */
export interface ConfigPlaces {
  /** `apart`: a task queue of its own, whose workers alone reach it. */
  readonly sites: readonly { readonly name: string; readonly apart: boolean }[];
  /** Each reads all values of one, or throws StepErrored. `what`: `secret smtp`, with whoever needs it where that is no worker. */
  readonly secrets: readonly { readonly what: string; readonly read: () => Promise<unknown> }[];
  readonly targets: readonly { readonly name: string; readonly target: Target }[];
}

/** Throws StepErrored where drillbook.yaml cannot be read. */
export type ReadPlaces = () => Promise<ConfigPlaces>;

/** Each schedule in Temporal, and why its drills do not start, or soon will not. Throws when Temporal does not answer. */
export type ReadEnding = () => Promise<readonly { readonly name: string; readonly wrong?: string }[]>;

/** Tries what only a worker can: signs in, reads secrets, tells each target that this is a test. Nothing else is changed. */
export function configActivities(read: ReadPlaces, ending: ReadEnding, sites: SiteDirectory, clock: () => number) {
  return {
    'config/check': (): Promise<readonly ConfigFinding[]> =>
      perform(async signal => {
        const places = await read();
        const schedules = schedulesTried(ending);
        const rest = await Promise.all([
          ...places.secrets.map(({ what, read: value }) => tried(what, 'can be read', value)),
          ...places.sites.map(({ name, apart }) =>
            apart
              ? { what: `site ${name}`, ok: true, found: 'not tried: its own workers alone reach it' }
              : tried(`site ${name}`, 'signed in', () => sites.zvm(name, 'plan')),
          ),
          ...places.targets.map(({ name, target }) =>
            tried(`target ${name}`, 'was sent a test', async () => {
              const problem = await tellOnce(target, testMessage(name, clock()), signal, clock());
              if (problem !== undefined) throw new StepErrored(problem.why);
            }),
          ),
        ]);
        return [...rest, ...(await schedules)];
      }),
  };
}

/** Nobody stands at a schedule to see that its key has ended. */
async function schedulesTried(ending: ReadEnding): Promise<readonly ConfigFinding[]> {
  try {
    return (await ending()).map(({ name, wrong }) => ({
      ...{ what: `schedule ${name}`, ok: wrong === undefined, found: wrong ?? 'whoever applied it may' },
    }));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ what: 'schedules', ok: false, found: `Temporal did not say: ${why}` }];
  }
}

async function tried(what: string, fine: string, does: () => Promise<unknown>): Promise<ConfigFinding> {
  try {
    await does();
    return { what, ok: true, found: fine };
  } catch (error) {
    if (!isExpected(error)) throw error;
    return { what, ok: false, found: endingOf(error).message };
  }
}

function testMessage(name: string, at: number): Message {
  return {
    ...{ id: hashOf(['test', name, String(at)]), topic: `test/${name}`, thread: 'test', at, event: 'test' },
    ...{ runbook: '', mode: '', text: `Somebody tries whether the target ${name} can be told. Nothing is wrong.` },
    ...{ choices: [], from: [] },
  };
}
