import { steppedClock } from '../../simulator/clock.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { type Baseline, takeBaseline } from '../../zerto/effects/baseline.ts';
import { type EffectKind, effectKinds } from '../../zerto/effects/kinds.ts';
import { type Effect, sendOnce, type SendOptions } from '../../zerto/effects/send-once.ts';
import { settle } from '../../zerto/effects/settle.ts';
import { signInAgain, stateOf } from '../simulator/stage.ts';
import { effectCases, type EffectCase, type KindName } from './effect-cases.ts';
import { type Mishap, simulated } from './simulated.ts';

const vpgName = 'payments-db';
/** Longer than any task of the simulator. */
const taskMs = 20_000;

/** A VPG to which an effect can be done, with its baseline, on a clock that stands still. All counting is the simulator's. */
export async function stageFor(name: KindName, choices: Scenario['choices'] = {}, more: Partial<EffectCase> = {}) {
  const { path, method = 'POST', first = [], act, ...rest } = { ...effectCases[name], ...more };
  const kind: EffectKind = effectKinds[name];
  const scenario = withStranger({ ...healthy(), choices });
  const { zvm, simulator, meet, another } = await simulated(scenario, { clock: steppedClock(), tasks: each => each });
  const { clock } = simulator;
  const now = () => clock.now();
  const begun = now();
  const inTime = () => ({ notAfter: now() + 60_000 });
  const observer = await signInAgain(simulator, 'site-b');
  const vpgId = await observer.vpg(vpgName);
  for (const step of first) {
    await step(zvm, vpgId, inTime());
    clock.advance(taskMs);
  }
  const baseline = await takeBaseline(zvm, kind, vpgId);
  const own = `/v1/vpgs/${vpgId}${path === '' ? '' : `/${path}`}`;
  const arrived = () =>
    simulator.requests.filter(each => each.method === method && each.path.toLowerCase() === own).length;
  const before = { arrived: arrived(), tasks: new Set(await taskIds()) };

  async function taskIds(): Promise<string[]> {
    const types = [kind.task, ...(kind.otherTasks ?? [])];
    const tasks = (await observer.get('tasks')).items();
    return tasks.filter(task => types.includes(task.at('Type').word())).map(task => task.at('TaskIdentifier').word());
  }
  const effect = (since: Baseline = baseline, send: Effect['send'] = call => act(zvm, vpgId, call)): Effect => ({
    kind,
    vpgId,
    baseline: since,
    send,
  });
  return {
    ...rest,
    zvm,
    clock,
    simulator,
    kind,
    vpgId,
    baseline,
    /** Somebody else does the same: another account, or ours from elsewhere. */
    stranger: (account: 'anna' | 'ours') => act(account === 'anna' ? another('anna') : another(), vpgId, inTime()),
    /** What befalls the next request for the effect. */
    meet: (mishap: Mishap) => {
      meet(method, new RegExp(`^${own.replace('/v1/', '')}$`), mishap);
    },
    /** Requests for the effect that reached the ZVM since the baseline, whoever sent them. */
    arrived: () => arrived() - before.arrived,
    /** Ids of tasks of the effect since the baseline. */
    tasks: async () => (await taskIds()).filter(id => !before.tasks.has(id)),
    send: (options: Partial<SendOptions> = {}, of: Effect = effect()) =>
      sendOnce(zvm, of, { ...inTime(), attempted: false, lookEveryMs: 1, looks: 2, ...options }),
    settle: (lateUntil: number) => settle(zvm, effect(), { lateUntil, clock: now, lookEveryMs: 1 }),
    /** With a baseline of now. */
    renewed: async () => effect(await takeBaseline(zvm, kind, vpgId)),
    /** The call, and then so much time that its task ends before its answer is known. */
    slowly: () => effect(baseline, call => act(zvm, vpgId, call).finally(pass)),
    pass,
    state,
  };

  /** What the VPG shows, and what there is of it. */
  async function state(): Promise<string> {
    if ((await observer.get(`vpgs/${vpgId}`)).status === 404) return 'gone';
    const since = new Date(begun).toISOString();
    const newest = (await observer.get(`vpgs/${vpgId}/checkpoints?startDate=${since}`)).items();
    const tags = newest.filter(each => each.at('Tag').json === 'drill').length;
    const clones = simulator.vms('site-b').filter(vm => /^payments-db - \d/.test(vm.name)).length;
    const inTest = simulator.testsRunning().includes(vpgName) ? ' in test' : '';
    return `${await stateOf(observer, vpgId)}${inTest}${' tagged'.repeat(tags)}${' cloned'.repeat(clones)}`;
  }

  function pass(): void {
    clock.advance(taskMs);
  }
}

function withStranger(scenario: Scenario): Scenario {
  const accounts = [{ username: 'anna' }];
  return { ...scenario, sites: scenario.sites.map(site => (site.name === 'site-b' ? { ...site, accounts } : site)) };
}
