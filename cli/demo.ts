import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Control } from '../control/connection.ts';
import { queuesOf } from '../control/queues.ts';
import type { Stack } from '../local/stack.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
import { json, notBuiltFlag } from './flags.ts';
import { follow } from './follow.ts';
import { prepareOrTell } from './prepare-or-tell.ts';
import { describeProblem, explain, Refused } from './problems.ts';
import { render } from './report.ts';
import { requesterInfo } from './requester.ts';
import { describeEnd, describeLoss, type RunResult } from './verdict.ts';

interface Flags {
  readonly keep: boolean;
  readonly json: boolean;
  readonly bundle?: string;
}

/** The payments drill on simulated sites, with everything that it needs, from nothing to nothing. */
export const demo = defineCommand<Flags, []>(
  {
    docs: { brief: 'Run the payments drill on simulated sites: starts all it needs, and ends it' },
    parameters: {
      flags: {
        keep: {
          kind: 'boolean',
          brief: 'Keep the folder with the database and the logs',
          default: false,
          withNegated: false,
        },
        json: { ...json, brief: 'The end as one JSON document' },
        bundle: notBuiltFlag('--bundle'),
      },
    },
  },
  demonstrate,
);

/** Ctrl-C during the demo: first the test is stopped, then everything ends. */
interface Interruption {
  asked: boolean;
  /** What the first Ctrl-C does at this moment. */
  act: () => void;
}

async function demonstrate(context: CliContext, flags: Flags): Promise<ExitCode> {
  const { terminal, interrupts } = context;
  const dir = await makeOwnFolder(context);
  const interruption: Interruption = {
    asked: false,
    act: () => {
      terminal.say('The demo ends as soon as what starts just now has started; Ctrl-C again ends it at once.');
    },
  };
  const unlisten = interrupts.listen(times => {
    if (times > 1) context.endNow(exitCodes.interrupted);
    interruption.asked = true;
    interruption.act();
  });
  try {
    const code = await stage(context, flags, dir, interruption).catch((error: unknown) =>
      explain(error, terminal, context.env),
    );
    const empty = (await readdir(dir).catch(() => [])).length === 0;
    if (empty || (code === exitCodes.fine && !flags.keep)) await rm(dir, { recursive: true, force: true });
    else terminal.say(`The database and the logs lie in ${dir}`);
    return code;
  } finally {
    unlisten();
  }
}

/** Named after the second, and nobody else's: two demos may start in the same one. */
async function makeOwnFolder({ cwd, now }: CliContext): Promise<string> {
  const demos = join(cwd, '.drillbook', 'demo');
  await mkdir(demos, { recursive: true });
  const second = new Date(now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return await mkdtemp(join(demos, `${second}-`));
}

/** From starting to ending what the demo needs. */
async function stage(context: CliContext, flags: Flags, dir: string, interruption: Interruption): Promise<ExitCode> {
  const { terminal, outside } = context;
  const stack = await outside.startStack({
    dir,
    log: line => {
      terminal.say(terminal.sayColours.dim(line));
    },
  });
  try {
    return interruption.asked ? exitCodes.interrupted : await drill(context, flags, stack, interruption);
  } finally {
    interruption.act = () => undefined;
    await stack.stop();
  }
}

async function drill(context: CliContext, flags: Flags, stack: Stack, interruption: Interruption): Promise<ExitCode> {
  const { outside } = context;
  const { adoptEnvironment } = await import('../local/temporal-env.ts');
  const { packageRoot } = await import('../local/package-root.ts');
  adoptEnvironment(stack.env);
  const prepared = await prepareOrTell(
    context,
    { file: join(packageRoot(), 'runbooks', 'payments.yaml'), mode: 'drill', inputs: {} },
    { config: stack.configPath, json: flags.json },
  );
  if (prepared === undefined) return exitCodes.nothingRan;
  const control = await outside.connect({ configPath: stack.configPath });
  const stop = new AbortController();
  try {
    const info = requesterInfo(context, prepared, { mode: 'drill', reason: 'demo' });
    const run = await outside.startRun(control, prepared.plan, info, queuesOf(prepared.config));
    context.terminal.say(`Run ${run}`);
    interruption.act = () => void cancel(context, control, run);
    if (interruption.asked) interruption.act();
    const followed = await Promise.race([
      follow(context, control, run, { signal: stop.signal, steps: prepared.plan.steps }),
      untilBroken(stack),
    ]);
    if (followed.kind !== 'ended') {
      context.terminal.say(describeLoss(run, followed.kind === 'lost' ? followed.status : 'left'));
      return interruption.asked ? exitCodes.interrupted : exitCodes.inconclusive;
    }
    const left = await stack.testsRunning();
    const report = await writeReports(context, control, run, prepared.config?.organisation ?? '');
    return tellEnd(context, flags, { run, result: followed.result, report, left }, interruption.asked);
  } finally {
    stop.abort();
    await control.close();
  }
}

async function cancel(context: CliContext, control: Control, run: string): Promise<void> {
  const { terminal, outside } = context;
  terminal.say('Ctrl-C: the run is cancelled and its test stopped; Ctrl-C again ends everything at once.');
  try {
    await outside.cancelRun(control, run, context.user(), 'Ctrl-C at the demo');
  } catch (error) {
    terminal.say(`The run could not be cancelled: ${describeProblem(error)}`);
  }
}

/** Never settles well. */
async function untilBroken(stack: Stack): Promise<never> {
  const worker = stack.worker.ended.then(() => `The worker is gone; its log is ${stack.worker.logFile}.`);
  throw new Refused(await Promise.race([stack.broken, worker]));
}

interface Reports {
  readonly html: string;
  readonly json: string;
}

async function writeReports(
  context: CliContext,
  control: Control,
  run: string,
  organisation: string,
): Promise<Reports> {
  const journal = await context.outside.readJournal(control, run, organisation);
  const folder = join(context.cwd, '.drillbook', 'reports');
  await mkdir(folder, { recursive: true });
  const reports = { html: join(folder, `${run}.html`), json: join(folder, `${run}.json`) };
  await writeFile(reports.html, await render('html', journal));
  await writeFile(reports.json, await render('json', journal));
  return reports;
}

interface End {
  readonly run: string;
  readonly result: RunResult;
  readonly report: Reports;
  /** VPGs that are still in test. */
  readonly left: readonly string[];
}

function tellEnd({ terminal }: CliContext, flags: Flags, end: End, interrupted: boolean): ExitCode {
  const { run, result, report, left } = end;
  const code = left.length > 0 ? exitCodes.failed : interrupted ? exitCodes.interrupted : exitCodeOf(result);
  if (flags.json) {
    const { verdict, reasons, rto, rpo } = result;
    terminal.answer(JSON.stringify({ run, verdict, reasons, rto, rpo, report, inTest: left, exitCode: code }));
  } else {
    terminal.answer(describeEnd(run, result, terminal.answerColours));
    terminal.answer(`Report: ${report.html}`);
  }
  if (left.length > 0) terminal.say(terminal.sayColours.red(`Still in test after the run: ${left.join(', ')}.`));
  return code;
}
