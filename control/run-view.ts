import { isLiveMode } from '../actions/modes.ts';
import type { OpeningView } from '../engine/guard-view.ts';
import type { GraphModel } from '../report/graph/model.ts';
import type { Journal } from '../report/journal.ts';
import { type Look, lookOfVerdict } from '../report/words.ts';
import { graphOf } from './plan-graph.ts';
import { type ClocksView, clocksOf } from './run-view/clock.ts';
import { type DecisionView, decisionsOf } from './run-view/decisions.ts';
import { abortMeans, openLive, rollBackMeans } from './run-view/open-means.ts';
import type { WatchedRun, Surroundings, Trying } from './run-view/facts.ts';
import { type IdleView, idleOf } from './run-view/idle.ts';
import { type NowView, nowOf } from './run-view/now.ts';
import { type SiteView, sitesOf } from './run-view/sites.ts';
import { type StepState, statesById, statesOf } from './run-view/states.ts';
import { type VendorView, vendorOf } from './run-view/vendor.ts';
import { type VpgView, vpgsOf } from './run-view/vpgs.ts';

export type { ClocksView, DecisionView, IdleView, NowView, WatchedRun, SiteView, Surroundings, VendorView, VpgView };
export type { ClockView } from './run-view/clock.ts';
export type { ChoiceView } from './run-view/decisions.ts';

/** One run as a page shows it: plain data, everything above the fold first. Times: ms since 1970. */
export interface RunView {
  readonly id: string;
  readonly runbook: string;
  readonly description: string;
  readonly mode: string;
  readonly site: string;
  /** It touches production. */
  readonly live: boolean;
  /** `LIVE`, `DRILL` or `CHANGE`. */
  readonly banner: string;
  readonly ended: boolean;
  readonly startedAt: number;
  readonly now: NowView;
  /** `workers`: how many poll all the same. */
  readonly silence?: { readonly since: number; readonly workers?: number; readonly unheard?: true };
  /** What waits for a worker of its own, though the run's answers. */
  readonly idle: readonly IdleView[];
  readonly decisions: readonly DecisionView[];
  readonly clocks: ClocksView;
  readonly vpgs: readonly VpgView[];
  readonly sites: readonly SiteView[];
  readonly trying: readonly TryingView[];
  readonly open: readonly OpenView[];
  readonly vendor?: VendorView;
  /** What must be known of it: that it holds no locks, that the source still runs. */
  readonly warnings: readonly string[];
  readonly verdict: Look & { readonly means: string };
  readonly reasons: readonly string[];
  readonly graph: GraphModel;
  readonly journal: Journal;
  readonly hand: HandView;
}

export interface TryingView extends Trying {
  /** When its first attempt began. */
  readonly since?: number;
}

/** Something open at a site, and until when. */
export interface OpenView {
  readonly vpg: string;
  readonly site: string;
  readonly what: string;
  readonly live: boolean;
  readonly since?: number;
  /** When the guard closes it whatever the run does. */
  readonly until?: number;
}

/** What a person may do beside the decisions that wait. */
export interface HandView {
  readonly goesOn: boolean;
  readonly paused: boolean;
  readonly held: boolean;
  /** What cancelling does. */
  readonly cancel: string;
  /** What rolling back does; absent: nothing is open live. */
  readonly rollBack?: string;
  /** Only a test can be given more time. */
  readonly mayExtend: boolean;
}

/** Everything of a run at a moment. @param at that moment */
export function viewRun(facts: WatchedRun, surroundings: Surroundings, at: number): RunView {
  const { start, journal, pending } = facts;
  const { plan } = start;
  const { mode } = plan;
  const states = statesOf(facts);
  const live = isLiveMode(mode);
  const ended = journal.run.endedAt !== undefined;
  const vendor = vendorOf(facts);
  return {
    id: facts.id,
    runbook: plan.name,
    description: plan.description ?? '',
    mode,
    site: plan.site,
    live,
    banner: live ? 'LIVE' : mode.toUpperCase(),
    ended,
    startedAt: journal.run.startedAt,
    now: nowOf(facts, states),
    ...silenceOf(facts),
    idle: ended ? [] : idleOf(facts),
    decisions: decisionsOf(facts),
    clocks: clocksOf(facts, at),
    vpgs: vpgsOf(facts, surroundings),
    sites: sitesOf(ended ? facts : { ...facts, trying: tryingOf(facts, states) }, surroundings),
    trying: ended ? [] : tryingOf(facts, states),
    open: openOf(facts),
    ...(vendor === undefined ? {} : { vendor }),
    warnings: warningsOf(facts),
    verdict: lookOfVerdict(journal.verdict),
    reasons: journal.reasons,
    graph: graphOf(plan, statesById(plan, states)),
    journal: withStates(journal, states),
    hand: {
      goesOn: !ended,
      paused: pending.some(({ kind }) => kind === 'paused'),
      held: pending.some(({ kind }) => kind === 'held'),
      cancel: abortMeans(facts),
      ...(openLive(facts).length === 0 ? {} : { rollBack: rollBackMeans(facts) }),
      mayExtend: mode === 'drill',
    },
  };
}

function silenceOf({ silentSince: since, workers, unheard }: WatchedRun): Pick<RunView, 'silence'> {
  if (since === undefined) return {};
  return {
    silence: { since, ...(workers === undefined ? {} : { workers }), ...(unheard === undefined ? {} : { unheard }) },
  };
}

/** A run that goes on tells of more steps than its histories: those that no activity performs. */
function withStates(journal: Journal, states: ReturnType<typeof statesOf>): Journal {
  if (journal.run.endedAt !== undefined) return journal;
  const byKey = new Map(states.map(state => [state.key, state]));
  const steps = journal.steps.map(step => {
    const state = byKey.get(step.key);
    if (state === undefined || state.status === step.status) return step;
    return {
      ...step,
      status: state.status,
      ...(step.startedAt === undefined && state.since !== undefined ? { startedAt: state.since } : {}),
    };
  });
  return { ...journal, steps };
}

/** Statuses of a step that may still be tried. */
const goesOn: ReadonlySet<string> = new Set(['pending', 'running', 'asking']);

/** Of steps that go on: an activity of one that is over only comes to its end. What the guard does outlives the step. */
function tryingOf({ trying, calls }: WatchedRun, states: readonly StepState[]): readonly TryingView[] {
  const over = new Set(states.filter(({ status }) => !goesOn.has(status)).map(({ key }) => key));
  return trying
    .filter(({ key, guard }) => guard === true || !over.has(key))
    .map(one => {
      const begun = calls.findLast(call => call.step === one.key && call.endedAt === undefined)?.at;
      const since = one.looks?.began ?? begun;
      return { ...one, ...(since === undefined ? {} : { since }) };
    });
}

/** What the guard tells; where it is gone, what the histories show. */
function openOf({ openings, journal }: WatchedRun): readonly OpenView[] {
  const told = openings.map((opening: OpeningView) => ({
    vpg: opening.vpg,
    site: opening.site,
    what: whatOf(opening.action),
    live: opening.live,
    ...(opening.since === undefined ? {} : { since: opening.since }),
    ...(opening.deadline === undefined ? {} : { until: opening.deadline }),
  }));
  if (told.length > 0) return told;
  return journal.openings
    .filter(({ state }) => state === 'open' || state === 'stuck')
    .map(({ vpg, site, action, openedAt }) => ({
      vpg,
      site,
      what: whatOf(action),
      live: action === 'zerto/failover' || action === 'zerto/move',
      ...(openedAt === undefined ? {} : { since: openedAt }),
    }));
}

const whatOf = (action: string): string => action.replace(/^zerto\//, '').replaceAll('-', ' ');

function warningsOf(facts: WatchedRun): readonly string[] {
  const { journal } = facts;
  const { run, told = [] } = journal;
  const live = [...new Set(journal.openings.flatMap(({ warnings }) => warnings))];
  const residue =
    run.endedAt === undefined ? [] : journal.openings.filter(({ state }) => state === 'open' || state === 'stuck');
  return [
    ...(run.withoutLock === undefined ? [] : [`It holds no locks: ${run.withoutLock}`]),
    ...residue.map(opening => residueOf(opening, facts)),
    ...live,
    ...told,
  ];
}

/** What a run has left open, who has it in hand, and what a person may do. */
function residueOf(
  { vpg, site, action }: Journal['openings'][number],
  { openings, guardUnheard }: Pick<WatchedRun, 'openings' | 'guardUnheard'>,
): string {
  const left = `${vpg} is still open at ${site}`;
  if (openings.length === 0 && guardUnheard === true)
    return `${left}: whether its guard has it in hand is not known: no worker answers. Start one (“drillbook worker”), and end nothing at the ZVM until the guard has answered.`;
  if (openings.length === 0)
    return `${left}: no guard has it in hand. “drillbook leases” tells whether one has taken it over; else a person ends it at the ZVM.`;
  if (action !== 'zerto/failover' && action !== 'zerto/move') return `${left}: its guard goes on closing it.`;
  return `${left}: its guard holds it until a person commits it or rolls it back (“drillbook leases commit ${site}/${vpg}”, or “roll-back”).`;
}
