import { setTimeout as sleep } from 'node:timers/promises';
import { compile } from '../../compiler/compile.ts';
import type { Plan } from '../../compiler/plan.ts';
import { configNames } from '../../control/config/config.ts';
import type { Control } from '../../control/connection.ts';
import { startRun } from '../../control/runs.ts';
import type { RunStart } from '../../workflows/messages.ts';
import { type Case, cases, requester } from './cases.ts';
import { Jumps } from './clock.ts';
import { doAll, isTime } from './deeds.ts';
import type { Done, SeedFacts, Seen, Word } from './facts.ts';
import { guardedVpgs, OneRun } from './one-run.ts';
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
const patienceMs = 240_000;
const lookEveryMs = 400;
/** A live change that nobody ends any more stays open: so long it is watched. */
const watchLiveMs = 3_000;

export async function beginSeed(stage: Stage, own: SeedStage, processDeeds: readonly Done[]): Promise<RunningSeed> {
  const { control } = stage;
  const { schedule, case: chosen, simulator } = own;
  const startedAt = Date.now();
  const words: Word[] = [];
  const first = await begin(stage, own, chosen, words);
  const jumps = new Jumps(simulator.clock);
  const done: Done[] = [];
  const over = new AbortController();
  const { id: run, guard, people } = first;
  const moves = doAll(
    { control, run, guard, stage: own, people, jumps, done, startedAt, over: over.signal },
    schedule.moves,
  );
  const second = beginBeside(stage, own, words, done, { stage: own, startedAt, over: over.signal });

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
    const runs = [first];
    const settled = { beside: false };
    void second.then(beside => {
      settled.beside = true;
      if (beside !== undefined) runs.push(beside);
    });
    let restingSince = Infinity;
    while (Date.now() < giveUpAt) {
      for (const each of runs) await each.look();
      if (runs.every(({ status }) => status !== 'running')) {
        over.abort();
        if (!quiet) {
          simulator.faults.clear();
          quiet = true;
          giveUpAt = Date.now() + patienceMs;
        }
        if (!settled.beside) {
          await second;
          continue;
        }
        const rests = runs.map(each => each.rests(simulator));
        if (rests.every(rest => rest === 'for good')) break;
        restingSince = rests.includes('no') ? Infinity : Math.min(restingSince, Date.now());
        if (Date.now() - restingSince > watchLiveMs) break;
      }
      await sleep(lookEveryMs);
    }
    over.abort();
    await Promise.all([moves, second]);
    const deeds = [...done, ...processDeeds].sort((a, b) => a.at - b.at);
    const guarded = await guardedVpgs(control);
    const [run, other] = await Promise.all(runs.map(each => each.facts(guarded)));
    if (run === undefined) throw new Error('there was no run');
    return {
      seed: schedule.seed,
      run,
      ...(other === undefined ? {} : { beside: other }),
      seen: look(own, jumps),
      words,
      deeds,
      calm: schedule.faults.length === 0 && schedule.moves.length === 0 && schedule.people.odd.length === 0,
      endedAt: Date.now(),
    };
  };
  return { finish };
}

async function begin(stage: Stage, own: SeedStage, chosen: Case, words: Word[]): Promise<OneRun> {
  const { config } = stage;
  const { continueAfterEvents } = own.schedule;
  const control = continueAfterEvents === undefined ? stage.control : continuing(stage.control, continueAfterEvents);
  const plan = planOf(stage, own, chosen);
  const startedAt = Date.now();
  const id = await onceItHasItsNamespace(() =>
    startRun(control, plan, {
      trigger: 'cli',
      requester,
      verified: false,
      reason: 'the campaign',
      url: '',
      configSha256: config.pinnedSha256,
    }),
  );
  const { runId, raw } = await onceItHasItsNamespace(() => control.client.workflow.getHandle(id).describe());
  const guard = `guard/${raw.workflowExecutionInfo?.firstRunId ?? runId}`;
  const people = new People(stage.control, id, chosen, own.schedule.people, words);
  return new OneRun({ control: stage.control, id, guard, people, case: chosen, plan, startedAt });
}

/** A server that comes up again answers before it knows its namespace: nothing was begun by then. */
async function onceItHasItsNamespace<T>(work: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + 30_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error && error.name === 'NamespaceNotFoundError') || Date.now() > giveUpAt) throw error;
      await sleep(200);
    }
  }
}

/** None where the drill was over before, or the server away. */
async function beginBeside(
  stage: Stage,
  own: SeedStage,
  words: Word[],
  done: Done[],
  time: Parameters<typeof isTime>[0],
): Promise<OneRun | undefined> {
  const { beside } = own.schedule;
  const chosen = cases.find(({ name }) => name === 'payments failover');
  if (beside === undefined || chosen === undefined || !(await isTime(time, beside))) return undefined;
  const at = Date.now();
  const tell = (text: string) => done.push({ at, what: 'beside', text });
  const begun = begin(stage, own, chosen, words).catch((error: unknown) => {
    tell(`no failover beside it: ${String(error).slice(0, 160)}`);
    return undefined;
  });
  void begun.then(run => run === undefined || tell(`${run.id} begins beside it`));
  return await begun;
}

/** Its runs go on in another execution after so many events. */
function continuing(control: Control, continueAfterEvents: number): Control {
  const { client } = control;
  const workflow = Object.create(client.workflow) as typeof client.workflow;
  const start = (type: string, options: Parameters<typeof client.workflow.start>[1]) => {
    const [given] = options.args as readonly [RunStart];
    return client.workflow.start(type, { ...options, args: [{ ...given, continueAfterEvents }] });
  };
  workflow.start = start as typeof workflow.start;
  return { ...control, client: Object.create(client, { workflow: { value: workflow } }) as typeof client };
}

function planOf({ config }: Stage, { schedule }: SeedStage, chosen: Case): Plan {
  const texts = textsOf(schedule);
  const load = (name: string) => ({ file: name, text: texts[name] ?? '' });
  const file = { file: chosen.file, text: texts[chosen.file] ?? '' };
  const made = compile(file, { names: configNames(config), load }).plan(chosen.mode, chosen.inputs);
  if (!('plan' in made)) throw new Error(made.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  return made.plan;
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
