import { setTimeout as sleep } from 'node:timers/promises';
import { render } from '../../cli/report.ts';
import { compile } from '../../compiler/compile.ts';
import type { Plan } from '../../compiler/plan.ts';
import { configNames } from '../../control/config/config.ts';
import { readJournal } from '../../control/journal.ts';
import { startRun } from '../../control/runs.ts';
import type { Journal } from '../../report/journal.ts';
import { isLive, requester } from './cases.ts';
import { Jumps } from './clock.ts';
import { doAll } from './deeds.ts';
import type { Done, SeedFacts, Seen } from './facts.ts';
import { People } from './people.ts';
import { quietAfterMs } from './schedule.ts';
import type { SeedStage, Stage } from './stage.ts';
import { textsOf } from './texts.ts';

/** A run that goes on, and what befalls it. */
export interface RunningSeed {
  /** Until it is at rest, or `patienceMs` after the last thing that befell it. */
  finish(processesQuiet: Promise<unknown>): Promise<SeedFacts>;
}

/** With nothing going wrong any more, everything has come to its end by then. */
const patienceMs = 100_000;
const lookEveryMs = 400;
/** A live change that nobody ends any more stays open: so long it is watched. */
const watchLiveMs = 3_000;

export async function beginSeed(stage: Stage, own: SeedStage, processDeeds: readonly Done[]): Promise<RunningSeed> {
  const { control, config } = stage;
  const { schedule, case: chosen, simulator } = own;
  const plan = planOf(stage, own);
  const startedAt = Date.now();
  const id = await startRun(control, plan, {
    trigger: 'cli',
    requester,
    verified: false,
    reason: 'the campaign',
    url: '',
    configSha256: config.sha256,
  });
  const { runId: firstRun } = await control.client.workflow.getHandle(id).describe();
  const guard = `guard/${firstRun}`;
  const people = new People(control, id, chosen, schedule.people);
  const jumps = new Jumps(simulator.clock);
  const done: Done[] = [];
  const over = new AbortController();
  const moves = doAll(
    { control, run: id, guard, stage: own, people, jumps, done, startedAt, over: over.signal },
    schedule.moves,
  );

  const statusOf = async (workflow: string): Promise<string | undefined> => {
    try {
      const { status } = await control.client.connection.withDeadline(Date.now() + 4_000, () =>
        control.client.workflow.getHandle(workflow).describe(),
      );
      return status.name.toLowerCase();
    } catch (error) {
      return error instanceof Error && error.name === 'WorkflowNotFoundError' ? 'none' : undefined;
    }
  };

  const finish = async (processesQuiet: Promise<unknown>): Promise<SeedFacts> => {
    let quiet = false;
    let giveUpAt = Infinity;
    void Promise.all([sleep(quietAfterMs, undefined, { signal: over.signal }), processesQuiet]).then(
      () => {
        quiet = true;
        giveUpAt = Date.now() + patienceMs;
      },
      () => undefined,
    );
    void sleep(quietAfterMs, undefined, { signal: over.signal }).then(
      () => {
        over.abort();
        simulator.faults.clear();
      },
      () => undefined,
    );
    let status = 'running';
    let guardStatus = 'running';
    let liveSince = Infinity;
    while (Date.now() < giveUpAt) {
      status = (await statusOf(id)) ?? status;
      if (status === 'running') await people.look();
      else {
        over.abort();
        if (!quiet) {
          simulator.faults.clear();
          quiet = true;
          giveUpAt = Date.now() + patienceMs;
        }
        guardStatus = (await statusOf(guard)) ?? guardStatus;
        if (guardStatus !== 'running') break;
        const liveOpen = isLive(chosen) && simulator.vpgs().some(({ live }) => live?.stage === 'BeforeCommit');
        liveSince = liveOpen ? Math.min(liveSince, Date.now()) : Infinity;
        if (Date.now() - liveSince > watchLiveMs) break;
      }
      await sleep(lookEveryMs);
    }
    over.abort();
    await moves;
    const deeds = [...done, ...processDeeds].sort((a, b) => a.at - b.at);
    const { journal, noReport } = await reportOf(stage, id);
    return {
      seed: schedule.seed,
      run: {
        id,
        case: chosen,
        startedAt,
        status,
        guardStatus,
        closeBy: startedAt + plan.limits.timeoutMs + plan.limits.closingMs,
        ...(journal === undefined ? {} : { journal }),
        ...(noReport === undefined ? {} : { noReport }),
      },
      seen: look(own, jumps),
      words: people.words,
      deeds,
      calm: schedule.faults.length === 0 && schedule.moves.length === 0 && schedule.people.odd.length === 0,
      endedAt: Date.now(),
    };
  };
  return { finish };
}

function planOf({ config }: Stage, { schedule, case: chosen }: SeedStage): Plan {
  const texts = textsOf(schedule);
  const load = (name: string) => ({ file: name, text: texts[name] ?? '' });
  const file = { file: chosen.file, text: texts[chosen.file] ?? '' };
  const made = compile(file, { names: configNames(config), load }).plan(chosen.mode, chosen.inputs);
  if (!('plan' in made)) throw new Error(made.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  return made.plan;
}

async function reportOf({ control }: Stage, id: string): Promise<{ journal?: Journal; noReport?: string }> {
  try {
    const journal = await readJournal(control, id, 'The campaign');
    for (const format of ['html', 'json', 'text'] as const) await render(format, journal);
    return { journal };
  } catch (error) {
    return { noReport: String(error) };
  }
}

function look({ simulator }: SeedStage, jumps: Jumps): Seen {
  return {
    tasks: simulator.tasks().map(task => ({
      ...task,
      started: jumps.real(task.started),
      ...(task.ended === undefined ? {} : { ended: jumps.real(task.ended) }),
    })),
    requests: simulator.requests.map(request => ({ ...request, at: jumps.real(request.at) })),
    vpgs: simulator.vpgs(),
    settings: simulator.settingsObjects().map(({ id, by, lastUsed }) => ({ id, by, lastUsed: jumps.real(lastUsed) })),
  };
}
