import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ActionCall, FailureRecord } from '../../actions/call.ts';
import type { ActionName } from '../../actions/index.ts';
import { guardActivities } from '../../activities/guard-index.ts';
import type { Baseline, GuardActivities, GuardWork, LiveChange, Sent } from '../../engine/guard-activities.ts';
import { defaultDurations, type Scenario } from '../../simulator/scenario.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { basic, send, siteOf } from '../simulator/harness.ts';
import { hurry } from './hurry.ts';
import { callOf, setStage, type Stage } from './stage.ts';

export type Run = <W extends GuardWork>(
  work: W,
  input: GuardActivities[W]['input'],
  info?: { readonly attempt?: number },
) => Promise<GuardActivities[W]['result']>;

export interface GuardStage extends Stage {
  readonly run: Run;
  readonly call: (action: ActionName, given?: Record<string, unknown>, vpg?: string) => ActionCall;
  /** Baseline, start and wait, each of which succeeds. */
  open(
    call: ActionCall,
  ): Promise<LiveChange & { readonly sent: Sent; readonly wait: GuardActivities['wait']['result'] }>;
  /** Baseline, start and wait of a commit or roll-back. */
  end(call: ActionCall, live: LiveChange): Promise<GuardActivities['wait']['result']>;
  /** Sends as somebody else. Paths are those below the VPG. */
  byHand(action: string, body?: unknown, vpg?: string): Promise<void>;
  /** How often a path below the VPGs was posted. */
  posted(action: string): number;
  state(vpg?: string): Promise<string>;
}

export const noBaseline: Baseline = { tasks: [], reports: [] };
const stranger = { username: 'admin', password: 'other' };

/** Everything ends at once, and somebody else has an account too. */
function prompt(scenario: Scenario): Scenario {
  const durations = Object.fromEntries(Object.keys(defaultDurations).map(key => [key, 0]));
  const sites = scenario.sites.map(site => ({ ...site, accounts: [...(site.accounts ?? []), stranger] }));
  return { ...scenario, sites, durations: { ...durations, ...changed(scenario) } };
}

/** Durations that a test has chosen itself. */
function changed({ durations }: Scenario): Scenario['durations'] {
  return Object.fromEntries(
    Object.entries(durations).filter(([key, ms]) => ms !== defaultDurations[key as keyof typeof defaultDurations]),
  );
}

export async function setGuard(
  change: (scenario: Scenario) => Scenario = scenario => scenario,
  {
    name = 'payments',
    mode = 'failover',
  }: { name?: 'payments' | 'site-lost'; mode?: 'failover' | 'drill' | 'move' } = {},
): Promise<GuardStage> {
  hurry();
  const stage = await setStage({ scenario: change(prompt(shippedScenario(name))) });
  const activities = guardActivities(stage.context);
  const run: Run = (work, input, info = {}) => {
    const environment = new MockActivityEnvironment(info, { logger: silent as never });
    return environment.run(activities[`guard/${work}`] as never, input as never);
  };
  const call: GuardStage['call'] = (action, given = {}, vpg = 'payments-db') => {
    const { vpgs } = stage;
    const ends = action === 'zerto/commit' || action === 'zerto/roll-back';
    const made = callOf(action, ends ? given : { vpg, ...given }, { vpgs, mode }) as unknown as ActionCall;
    return ends ? { ...made, with: { ...made.with, vpg } } : made;
  };
  const begin = async (input: { call: ActionCall; live?: LiveChange }) => {
    const baseline = await run('baseline', input);
    const { taskId, checkpoint, checkpointTime, adopted } = await run('start', {
      ...input,
      baseline,
      notAfter: stage.context.clock() + 30_000,
    });
    return { baseline, sent: { taskId, checkpoint, checkpointTime, adopted } };
  };
  return {
    ...stage,
    run,
    call,
    async open(opened) {
      const begun = await begin({ call: opened });
      return { opened, ...begun, wait: await run('wait', { call: opened, sent: begun.sent }) };
    },
    async end(ending, live) {
      const { sent } = await begin({ call: ending, live });
      return await run('wait', { call: ending, live, sent });
    },
    async byHand(action, body, vpg = 'payments-db') {
      const site = siteOf(stage.simulator, 'site-b');
      const signIn = basic(stranger.username, stranger.password);
      const signed = await send(stage.simulator, site.name, 'POST', 'session/add', { authorization: signIn });
      const session = { 'x-zerto-session': signed.headers.get('x-zerto-session') ?? '' };
      const path = `vpgs/${stage.vpgs[vpg] ?? ''}/${action}`;
      const answer = await send(stage.simulator, site.name, 'POST', path, session, body);
      if (answer.status !== 200) throw new Error(`${action}: ${answer.status} ${answer.text}`);
    },
    posted: action =>
      stage.simulator.requests.filter(
        ({ method, path }) => method === 'POST' && path.toLowerCase().endsWith(`/${action}`),
      ).length,
    async state(vpg = 'payments-db') {
      const { status, subStatus } = await stage.vpg(vpg);
      return subStatus === 'None' ? status : subStatus;
    },
  };
}

/** How a work ended that did not succeed. */
export async function failureOf(
  work: Promise<unknown>,
): Promise<{ type: string; message: string; record: FailureRecord }> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    return { type: error.type ?? '', message: error.message, record: error.details?.[0] ?? {} };
  }
  throw new Error('it succeeded');
}

const silent = Object.fromEntries(
  ['log', 'trace', 'debug', 'info', 'warn', 'error'].map(level => [level, () => undefined]),
);
