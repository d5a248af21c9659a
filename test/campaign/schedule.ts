import type { Fault, FaultKind } from '../../simulator/faults.ts';
import { type Case, cases, isLive } from './cases.ts';
import { Chance } from './chance.ts';
import type { Deed, GroupPlan, Move, OddWord, PeoplePlan, ProcessFault, Schedule, When } from './schedule-types.ts';

/** Seeds that share their processes, and so what befalls these; fixed, so that a seed alone meets the same. */
export const groupSize = 8;

export const groupOf = (seed: number): number => Math.floor(seed / groupSize);

/** Nothing goes wrong any more after this, ms from the start. */
export const quietAfterMs = 15_000;

export function drawGroup(group: number): GroupPlan {
  const chance = new Chance(group, 'group');
  const workers = chance.in100(50) ? 1 : 2;
  const count = chance.one([0, 1, 1, 1, 2]);
  const faults = Array.from({ length: count }, (): ProcessFault => {
    const afterMs = chance.between(300, 9_000);
    switch (chance.one(['kill-worker', 'kill-worker', 'stop-worker', 'kill-server'] as const)) {
      case 'kill-worker':
        return { afterMs, do: 'kill-worker', forMs: chance.between(0, 2_000) };
      case 'stop-worker':
        // Beyond the heartbeat time-out of 10 s it counts as lost, and then goes on with what it was about to send.
        return { afterMs, do: 'stop-worker', forMs: chance.one([1_000, 4_000, 13_000]) };
      case 'kill-server':
        return { afterMs, do: 'kill-server', forMs: chance.between(0, 3_000) };
    }
  });
  const lost = new Chance(group, 'database');
  if (lost.in100(5)) faults.push({ afterMs: lost.between(4_000, 12_000), do: 'lose-database', forMs: 500 });
  return { workers, faults: faults.sort((a, b) => a.afterMs - b.afterMs) };
}

export function draw(seed: number): Schedule {
  const chance = new Chance(seed, 'case');
  const chosen = chance.one(cases.flatMap(each => Array.from({ length: each.weight }, () => each)));
  // A share of runs meets nothing but what befalls the processes.
  const calm = chance.in100(8);
  return {
    seed,
    case: chosen.name,
    faults: calm ? [] : drawFaults(chosen, seed),
    moves: calm ? [] : drawMoves(chosen, seed),
    people: drawPeople(seed, calm),
    ...(chosen.mode === 'drill' && !calm && chance.in100(12) ? { timeLimitS: chance.between(3, 12) } : {}),
    ...(isLive(chosen) && !calm && chance.in100(15) ? { keepExpiresS: chance.between(2, 5) } : {}),
    ...drawMore(chosen, seed, calm),
  };
}

function drawMore(chosen: Case, seed: number, calm: boolean): Pick<Schedule, 'continueAfterEvents' | 'beside'> {
  const chance = new Chance(seed, 'more');
  const continueAfterEvents = chance.one([60, 100, 160]);
  const beside = drawWhen(chosen, chance);
  return {
    ...(chance.in100(25) ? { continueAfterEvents } : {}),
    ...(chosen.name === 'payments drill' && !calm && chance.in100(35) ? { beside } : {}),
  };
}

function drawFaults(chosen: Case, seed: number): Fault[] {
  const chance = new Chance(seed, 'faults');
  const effects = Array.from({ length: chance.one([0, 1, 1, 2, 3]) }, (): Fault => {
    const path = pathOf(chance.one(chosen.effects));
    return { method: 'POST', path, after: chance.between(0, 2), then: effectFault(chance) };
  });
  const reads = Array.from({ length: chance.one([0, 0, 1, 2]) }, (): Fault => {
    const path = chance.one(['vpgs', 'vpgs/*', 'tasks', 'tasks/*', 'localsite', 'vpgs/**', '**', 'vpgsettings/**']);
    const common = { method: 'GET', path, seed: chance.between(1, 1_000_000) };
    if (chance.in100(40)) return { ...common, probability: 0.1, times: chance.between(3, 15), then: readFault(chance) };
    return { ...common, after: chance.between(0, 20), times: chance.between(1, 4), then: readFault(chance) };
  });
  return [...effects, ...reads];
}

function pathOf(effect: string): string {
  if (effect === 'vpgsettings') return 'vpgsettings';
  return effect === 'commit' ? 'vpgsettings/*/commit' : `vpgs/*/${effect}`;
}

function effectFault(chance: Chance): FaultKind {
  const busy = { kind: 'status', status: 500, body: { Message: 'The VPG is busy.' } } as const;
  return chance.one<FaultKind>([
    { kind: 'drop-before' },
    { kind: 'drop-after' },
    { kind: 'drop-after' },
    { kind: 'hang' },
    { kind: 'late', ms: chance.between(500, 4_000) },
    { kind: 'delay', ms: chance.between(500, 2_800) },
    { kind: 'twice', answer: chance.one(['first', 'second', 'none']) },
    { kind: 'status', status: 401 },
    { kind: 'expire-sessions' },
    { kind: 'lose-settings' },
    busy,
    { kind: 'status', status: 503, body: { Message: 'The service is unavailable.' } },
    { kind: 'fail-task', reason: 'no space on the datastore' },
    { kind: 'slow-task', ms: chance.between(2_000, 6_000) },
    { kind: 'restart', silentMs: chance.between(0, 3_000) },
  ]);
}

function readFault(chance: Chance): FaultKind {
  return chance.one<FaultKind>([
    { kind: 'drop-before' },
    { kind: 'hang' },
    { kind: 'late', ms: chance.between(500, 4_000) },
    { kind: 'status', status: 401 },
    { kind: 'status', status: 500, body: { Message: 'An unexpected error occurred.' } },
    { kind: 'status', status: 503 },
    { kind: 'expire-sessions' },
    { kind: 'lose-settings' },
    { kind: 'restart', silentMs: chance.between(0, 2_000) },
  ]);
}

function drawMoves(chosen: Case, seed: number): Move[] {
  const chance = new Chance(seed, 'moves');
  return Array.from(
    { length: chance.one([0, 1, 1, 2, 3]) },
    (): Move => ({
      when: drawWhen(chosen, chance),
      ...drawDeed(chosen, chance),
    }),
  );
}

function drawWhen(chosen: Case, chance: Chance): When {
  if (chance.in100(40)) return { afterMs: chance.between(0, 9_000) };
  const request = chance.one(chosen.effects);
  return { request, nth: chance.between(1, 3), plusMs: chance.one([0, 50, 200, 500, 1_500]) };
}

function drawDeed(chosen: Case, chance: Chance): Deed {
  const site = chance.in100(75) ? chosen.site : chance.one(['site-a', 'site-b']);
  const vpg = chance.one(chosen.vpgs);
  const ends = isLive(chosen) ? chance.one(['commit', 'roll-back'] as const) : 'stop';
  const gate = chosen.gates.length === 0 ? undefined : chance.one(chosen.gates);
  const stopsAfterMs = chance.in100(50) ? { stopsAfterMs: chance.between(1_000, 6_000) } : {};
  return chance.one<Deed>([
    { do: 'cancel', now: false },
    { do: 'cancel', now: true },
    { do: 'terminate' },
    { do: 'terminate-guard' },
    { do: 'terminate-both' },
    { do: 'pause', forMs: chance.between(200, 5_000) },
    { do: 'abort' },
    isLive(chosen) ? { do: 'roll-back' } : { do: 'extend', byMs: chance.between(1_000, 60_000) },
    { do: 'reset', percent: chance.one([0, 30, 60, 100]) },
    { do: 'jump-clock', ms: chance.one([5_000, 31 * 60_000, 6 * 3_600_000]) },
    { do: 'end-sessions' },
    { do: 'lose-settings' },
    { do: 'restart-zvm', site, forMs: chance.between(0, 3_000) },
    { do: 'silence', site, forMs: chance.between(500, 5_000) },
    { do: 'cut', forMs: chance.between(500, 5_000) },
    { do: 'stranger-tests', vpg, ...stopsAfterMs },
    { do: 'stranger-ends', vpg, how: ends },
    ...(gate === undefined
      ? []
      : [
          {
            do: 'odd-word',
            step: gate.step,
            choice: chance.one([...gate.choices, 'reject']),
            by: chance.one(['cem', 'ana', 'mallory']),
          } as const,
        ]),
  ]);
}

const oddWords: readonly OddWord[] = [
  'requester votes',
  'stranger votes',
  'twice',
  'wrong choice',
  'glass without reason',
  'other mind',
];

function drawPeople(seed: number, calm: boolean): PeoplePlan {
  const chance = new Chance(seed, 'people');
  return {
    rejectsGo: !calm && chance.in100(8),
    keep: chance.in100(55) ? 'commit' : 'roll-back',
    odd: oddWords.filter(() => chance.in100(calm ? 0 : 20)),
    slowMs: chance.one([0, 0, 500, 2_500]),
    breaksGlass: !calm && chance.in100(10),
    questions: chance.one(['retry', 'retry', 'skip', 'roll-back', 'abort']),
    held: chance.one(['commit', 'roll-back', 'go-on']),
  };
}
