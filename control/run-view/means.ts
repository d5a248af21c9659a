import { isLiveMode } from '../../actions/modes.ts';
import { aheadOf, itselfAhead, restOf } from './ahead.ts';
import type { Pending } from '../../engine/pending.ts';
import type { WatchedRun } from './facts.ts';
import { type Harm, harmOf, keptBy, testsOf } from './harm.ts';
import { abortMeans, commitMeans, openLive, rollBackMeans, wasLive } from './open-means.ts';
import { wayTo } from './place-of.ts';
import type { Ahead } from './settled.ts';

/** What an answer does, in a sentence or more, and whether it destroys something. */
export interface Consequence {
  readonly means: string;
  readonly destroys: boolean;
}

const calm = (means: string): Consequence => ({ means, destroys: false });
const notKnown = 'What it leads to is not known here.';

/** What a choice of something that waits for a person does. */
export function consequenceOf(facts: WatchedRun, pending: Pending, choice: string): Consequence {
  switch (pending.kind) {
    case 'approval':
      return choice === 'reject' ? calm(rejectMeans(facts)) : approvalMeans(facts, pending.key, choice);
    case 'manual':
      return manualMeans(facts, pending.key, choice);
    case 'question':
      return questionMeans(facts, pending.key, choice);
    case 'held':
      return heldMeans(facts, choice);
    case 'paused':
      return calm('Goes on with what has not started.');
  }
}

function rejectMeans(facts: WatchedRun): string {
  if (openLive(facts).length > 0) return 'One is enough. The run is held with what is open.';
  if (!isLiveMode(facts.start.plan.mode)) return 'One is enough. The run ends and closes its tests.';
  return `One is enough. The run ends; ${wasLive(facts) ? 'nothing is open live' : 'nothing has been failed over'}.`;
}

function approvalMeans(facts: WatchedRun, key: string, choice: string): Consequence {
  const ahead = aheadOf(facts, key, { status: 'succeeded', outputs: { choice } });
  if (ahead === undefined) return unknownIn(facts, '');
  const harm = harmIn(facts, ahead);
  const kept = keptBy(ahead);
  const goesOn = kept.length === 0 ? 'The run goes on.' : `Goes on: ${kept.join(', ')}.`;
  if (harm !== undefined)
    return { means: `${harm.text}${harm.opens || kept.length === 0 ? '' : ` ${goesOn}`}`, destroys: true };
  return calm(testsOf(ahead) ?? goesOn);
}

function manualMeans(facts: WatchedRun, key: string, choice: string): Consequence {
  switch (choice) {
    case 'done':
      return goingOn(facts, 'It has been done: the run goes on.', afterManual(facts, key, 'done'));
    case 'not-applicable':
      return goingOn(facts, 'There is nothing to be done: the run goes on.', afterManual(facts, key, 'not_applicable'));
    default:
      return goingOn(facts, 'It could not be done: the step fails.', failedAhead(facts, key));
  }
}

const afterManual = (facts: WatchedRun, key: string, outcome: string): readonly Ahead[] | undefined =>
  aheadOf(facts, key, { status: 'succeeded', outputs: { outcome } });

function questionMeans(facts: WatchedRun, key: string, choice: string): Consequence {
  switch (choice) {
    case 'retry': {
      const own = itselfAhead(facts, key);
      const after = aheadOf(facts, key, { status: 'succeeded', outputs: {} });
      const all = own === undefined || after === undefined ? undefined : [...own, ...after];
      return goingOn(facts, 'Looks at the site first, adopts what it finds, and tries the step again.', all);
    }
    case 'skip':
      return goingOn(
        facts,
        'Goes on without this step. The verdict says so.',
        aheadOf(facts, key, { status: 'skipped', outputs: {} }),
      );
    case 'roll-back':
      return { means: rollBackMeans(facts), destroys: true };
    default:
      return abortOf(facts, key);
  }
}

/** In a sub-runbook only that part ends, where nothing is open live. */
function abortOf(facts: WatchedRun, key: string): Consequence {
  const way = wayTo(facts.start.plan, key);
  const caller = way.at(-2);
  const destroys = isLiveMode(facts.start.plan.mode);
  if (caller === undefined || openLive(facts).length > 0) return { means: abortMeans(facts), destroys };
  const part = `Nothing more starts in ${caller.key}, and its tests are closed. Then ${caller.key} has failed.`;
  const { means, destroys: more } = goingOn(facts, part, failedAhead(facts, key));
  return { means, destroys: destroys || more };
}

function heldMeans(facts: WatchedRun, choice: string): Consequence {
  if (choice === 'roll-back') return { means: rollBackMeans(facts), destroys: true };
  if (choice === 'commit') return { means: commitMeans(facts), destroys: true };
  return goingOn(facts, 'Goes on where it stopped; what is open stays open.', restOf(facts));
}

/** What starts where a step has failed: nothing, but where it or a step that calls its part bears that. */
function failedAhead(facts: WatchedRun, key: string): readonly Ahead[] | undefined {
  const way = wayTo(facts.start.plan, key);
  if (way.length === 0) return undefined;
  for (const { step, key: own, item } of way.toReversed()) {
    const bears = step.onFailure === 'continue' || step.perItem?.onFailure !== undefined;
    if (bears) return aheadOf(facts, item === undefined ? own : `${own}[${item}]`, { status: 'failed', outputs: {} });
    // Then a person is asked once more.
    if (step.onFailure === 'ask' && own !== way.at(-1)?.key) return [];
  }
  return [];
}

/** A sentence, and behind it what is destroyed. */
function goingOn(facts: WatchedRun, said: string, ahead: readonly Ahead[] | undefined): Consequence {
  if (ahead === undefined) return unknownIn(facts, said);
  const harm = harmIn(facts, ahead);
  return harm === undefined ? calm(said) : { means: `${said} ${harm.text}`, destroys: true };
}

/** The Plan does not tell what comes then. A drill destroys nothing, whatever it is. */
function unknownIn({ start }: WatchedRun, said: string): Consequence {
  if (start.plan.mode === 'drill') return calm(said === '' ? 'The run goes on.' : said);
  return { means: said === '' ? notKnown : `${said} ${notKnown}`, destroys: true };
}

/** Undefined: nothing is destroyed. What may come, or may not, is told after what does come. */
function harmIn(facts: WatchedRun, ahead: readonly Ahead[]): Harm | undefined {
  const sure = harmOf(
    facts,
    ahead.filter(each => each.sure),
  );
  const perhaps = harmOf(
    facts,
    ahead.filter(each => !each.sure),
  );
  if (perhaps === undefined) return sure;
  const may = `it leads to is not known here; it may be this: ${perhaps.text}`;
  if (sure === undefined) return { text: `What ${may}`, opens: perhaps.opens };
  return { text: `${sure.text} What else ${may}`, opens: sure.opens || perhaps.opens };
}
