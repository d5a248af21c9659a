import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tailLog } from '../../local/log-tail.ts';
import { janitorId } from '../../workflows/names.ts';
import type { Broken, Done, SeedFacts } from './facts.ts';
import { judge } from './invariants/index.ts';
import { beginSeed } from './run-seed.ts';
import type { GroupPlan, ProcessFault, Schedule } from './schedule-types.ts';
import { setStage, type Stage } from './stage.ts';

export interface SeedOutcome {
  readonly schedule: Schedule;
  readonly facts: SeedFacts;
  readonly broken: readonly Broken[];
  readonly tookMs: number;
  /** The end of the workers' log, where something broke. */
  readonly log?: string;
}

/** Several seeds at the same time on one server and its workers. `opened`: told how to end it all early. */
export async function runGroup(
  schedules: readonly Schedule[],
  plan: GroupPlan,
  opened: (close: () => Promise<void>) => void,
): Promise<readonly SeedOutcome[]> {
  const stage = await setStage(schedules, plan, opened);
  try {
    const { deeds } = stage;
    const begun = Date.now();
    const running = await Promise.all(
      stage.seeds.map(async own => ({ own, seed: await beginSeed(stage, own, deeds) })),
    );
    const over = new AbortController();
    const janitor = sweep(stage, over.signal);
    const processes = Promise.all(plan.faults.map(fault => befall(stage, fault, deeds, over.signal)));
    const outcomes = await Promise.all(
      running.map(async ({ own, seed }) => {
        const facts = await seed.finish(processes);
        return { schedule: own.schedule, facts, broken: judge(facts), tookMs: Date.now() - begun };
      }),
    );
    over.abort();
    await Promise.all([processes, janitor]);
    const log = tailLog(join(stage.dir, 'worker.log'), 40);
    return outcomes.map(outcome => (outcome.broken.length === 0 ? outcome : { ...outcome, log }));
  } finally {
    await stage.close(process.env['CAMPAIGN_KEEP'] === '1');
  }
}

async function befall(
  { server, workers }: Stage,
  fault: ProcessFault,
  deeds: Done[],
  over: AbortSignal,
): Promise<void> {
  await sleep(fault.afterMs, undefined, { signal: over }).catch(() => undefined);
  if (over.aborted) return;
  deeds.push({ at: Date.now(), what: fault.do, text: JSON.stringify(fault) });
  switch (fault.do) {
    case 'kill-worker':
      await workers.killFor(fault.forMs);
      return;
    case 'stop-worker':
      await workers.standStillFor(fault.forMs);
      return;
    case 'kill-server':
      await server.killFor(fault.forMs);
      return;
    case 'lose-database':
      await server.killFor(fault.forMs, true);
      await workers.startAnew();
  }
}

/** The janitor's own minute is longer than a seed: its schedule is triggered in between. */
const sweepEveryMs = 4_000;

async function sweep({ control }: Stage, over: AbortSignal): Promise<void> {
  const isOver = (): boolean => over.aborted;
  while (!isOver()) {
    await sleep(sweepEveryMs, undefined, { signal: over }).catch(() => undefined);
    if (isOver()) return;
    await control.client.connection
      .withDeadline(Date.now() + 3_000, () => control.client.schedule.getHandle(janitorId).trigger())
      .catch(() => undefined);
  }
}
