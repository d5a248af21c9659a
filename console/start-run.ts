import { relative } from 'node:path';
import { type Mode, modes } from '../actions/contract.ts';
import { isLiveMode } from '../actions/modes.ts';
import type { Plan } from '../compiler/plan.ts';
import type { About, Call, Caller } from '../control/access/caller.ts';
import { whyFileChanged } from '../control/changed-file.ts';
import { loadConfig } from '../control/config/config.ts';
import { drilledWarning } from '../control/last-drill.ts';
import { decodeLift, LiftRefused, refuseOtherPlan } from '../control/library/lift.ts';
import { findPublished, needsPublished, whyNotPublishedHere } from '../control/library/published.ts';
import { judgeWithdrawn } from '../control/library/why-withdrawn.ts';
import { prepare, preparePublished } from '../control/prepare.ts';
import { queuesOf } from '../control/queues.ts';
import { findRunbook, nameOfFile } from '../control/runbook-files.ts';
import { planStartedBy, runIdOf, startRun, startRunOnce } from '../control/runs.ts';
import type { Sign } from '../control/say.ts';
import { warningsAtStart, whyNotStart } from '../control/start-check.ts';
import { workerWarnings } from '../control/worker-warnings.ts';
import type { DeedsPlace, Who } from './deeds-place.ts';
import { refuseUnready } from './workers-first.ts';

/** Nothing was started: a sentence, or the diagnostics as text. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** The plan that was shown is not the one that would run: a sentence. */
class PlanChanged extends Error {
  override readonly name = 'PlanChanged';
}

/** What somebody wants to start. */
export interface StartAsked {
  /** Its name, or its file below the project's folder. */
  readonly runbook: string;
  readonly mode: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly reason?: string;
  /** ms since 1970. */
  readonly lossAt?: number;
  /** Of a live mode: the runbook's name, typed by a person. */
  readonly confirm?: string;
  /** An admin's reason to go on while the locks are silent. */
  readonly withoutLock?: string;
  /** In a live mode, for what is not published: what `drillbook lift` gave an approver. */
  readonly lift?: string;
  /** The hash of the plan that was shown: another one is not started. */
  readonly plan?: string;
  /** The same key starts one run, however often it is sent. */
  readonly once?: string;
  readonly trigger: 'console' | 'api' | 'webhook';
  /** The person who made the sender deliver it. */
  readonly behind?: string;
  /** The entry of `triggers` by which it came in. */
  readonly via?: string;
}

export interface Started {
  readonly run: string;
  readonly runbook: string;
  readonly mode: Mode;
  /** It was started before, with the same key. */
  readonly again: boolean;
  /** What whoever starts it should know. */
  readonly warnings: readonly string[];
}

/** Where somebody does it. `check`: throws NotAllowed, else gives what signs for him. */
export interface Place extends DeedsPlace {
  readonly who: Who;
  readonly check: (call: Call, about: About) => Promise<Sign | undefined>;
}

/** `payments`, or `payments@3f2a9c` of the library. */
const named = /^([a-z0-9][a-z0-9-]*)(?:@([0-9a-f]{6,64}))?$/;

/**
 * A runbook, compiled for one mode: in a live mode by its name what is published, else its file in the project. `unpublished`: why it
 * does not start without a lift; `told`: what whoever starts it should know of
 * the library and its file. Throws StartRefused with the diagnostics.
 */
export async function prepareRunbook(
  place: Pick<DeedsPlace, 'project' | 'configPath'>,
  asked: Pick<StartAsked, 'runbook' | 'mode' | 'inputs' | 'lift'>,
) {
  const now = Date.now();
  const published = await preparePublishedOne(place.configPath, asked, now);
  if (published !== undefined) {
    const changed = await whyFileChanged(place.project, asked.runbook, published.plan);
    const told = [...(published.published?.told ?? []), ...(changed === undefined ? [] : [changed])];
    return { ...published, unpublished: undefined, told };
  }
  return await prepareUnpublished(place, asked);
}

/** The same of its file, whatever is published. */
export async function prepareUnpublished(
  place: Pick<DeedsPlace, 'project' | 'configPath'>,
  asked: Pick<StartAsked, 'runbook' | 'mode' | 'inputs'>,
) {
  const prepared = await prepareFile(place, asked);
  const { refused, warning } = await judgeWithdrawn(prepared.plan, prepared.config, Date.now());
  if (refused !== undefined) throw new StartRefused(`${refused}.`);
  const unpublished = await whyNotPublishedHere(prepared.plan, prepared.config, Date.now(), prepared.file);
  return { ...prepared, unpublished, told: warning === undefined ? [] : [warning] };
}

/** Undefined: its file is meant, or nothing is published that would count. */
async function preparePublishedOne(
  configPath: string,
  { runbook, mode, inputs = {}, lift }: Pick<StartAsked, 'runbook' | 'mode' | 'inputs' | 'lift'>,
  now: number,
) {
  const [, name, hash] = named.exec(runbook) ?? [];
  if (name === undefined) return undefined;
  if (hash === undefined) {
    const config = await loadConfig(configPath);
    const wants = isLiveMode(mode) && needsPublished(config) && lift === undefined;
    if (!wants || 'why' in (await findPublished(config, { name }, now))) return undefined;
  }
  const prepared = await preparePublished({ name, hash, mode, inputs, configPath, now });
  if (prepared.kind === 'refused') throw new StartRefused(prepared.report);
  return prepared;
}

async function prepareFile(
  { project, configPath }: Pick<DeedsPlace, 'project' | 'configPath'>,
  asked: Pick<StartAsked, 'runbook' | 'mode' | 'inputs'>,
) {
  const mode = modes.find(each => each === asked.mode);
  if (mode === undefined)
    throw new StartRefused(`There is no mode "${asked.mode}": the modes are ${modes.join(', ')}.`);
  const file = await findRunbook(project, asked.runbook);
  if (file === undefined)
    throw new StartRefused(
      `There is no runbook "${asked.runbook}" here: its name is wanted, or its file below the project's folder.`,
    );
  // As somebody who works there would name it: the Plan keeps it.
  const named = relative(process.cwd(), file);
  const prepared = await prepare({ file: named, mode, inputs: asked.inputs ?? {}, configPath });
  if (prepared.kind === 'refused') throw new StartRefused(prepared.report);
  return { ...prepared, file: /\.ya?ml$/.test(asked.runbook) ? asked.runbook : relative(project, file) };
}

/** The name of what is asked for, as far as it is known before it is compiled; undefined: there is no such file. */
export async function knownNameOf(project: string, runbook: string): Promise<string | undefined> {
  return named.exec(runbook)?.[1] ?? (await nameOfFile(project, runbook));
}

/**
 * What its name and mode already say: whoever may not start it costs nothing, and learns nothing of it. A trigger may start by its
 * line alone, which the deed looks at.
 */
async function refuseEarly({ project, who, check }: Place, { runbook, mode: wanted, withoutLock }: StartAsked) {
  if (who.caller.how === 'trigger' && who.caller.person === undefined) return;
  const mode = modes.find(each => each === wanted);
  await check('start', { mode });
  const about = { runbook: await knownNameOf(project, runbook), mode };
  await check('start', about);
  if (withoutLock !== undefined) await check('go without the locks', about);
}

/** Compiles a runbook and starts it. Throws StartRefused, PlanChanged, or what `check` does. */
export async function startByConsole(place: Place, asked: StartAsked): Promise<Started> {
  await refuseEarly(place, asked);
  const { plan, config, configSha256, unpublished, told } = await prepareRunbook(place, asked);
  const { mode } = plan;
  const about = { runbook: plan.name, mode };
  const sign = await place.check('start', about);
  if (asked.withoutLock !== undefined) await place.check('go without the locks', about);
  refuseUnconfirmed(asked, plan.name, mode);
  const before = await startedAsShown(place, asked, plan);
  if (before !== undefined) return before;
  refuseChanged(asked, plan);
  const why = whyNotStart(plan, config);
  if (why !== undefined) throw new StartRefused(why);
  const lift = liftOf(asked, plan);
  if (lift === undefined && unpublished !== undefined) throw new StartRefused(`${unpublished}.`);
  const { reason = '', lossAt, withoutLock, trigger, once, via, behind } = asked;
  const { caller } = place.who;
  // What was started before goes on, and is answered as such.
  if (once === undefined || (await planStartedBy(place.control, plan, keyOf(caller, once))) === undefined)
    await refuseUnready(place.control, plan, config, trigger);
  const info = {
    ...{ trigger, requester: caller.person ?? caller.name, verified: false, reason, url: '', configSha256 },
    ...(behind === undefined ? {} : { behind }),
    ...(lossAt === undefined ? {} : { lossAt }),
    ...(withoutLock === undefined ? {} : { withoutLock }),
    ...(lift === undefined ? {} : { lift }),
  };
  const undrilled = await drilledWarning(place.control, plan, config, Date.now());
  const queues = queuesOf(config);
  const warnings = [
    ...told,
    ...warningsAtStart(plan, config, info),
    ...(undrilled === undefined ? [] : [undrilled]),
    ...(await workerWarnings(place.control, plan, queues)),
  ];
  if (once === undefined) {
    const run = await startRun(place.control, plan, info, queues, sign);
    return { run, runbook: plan.name, mode, again: false, warnings };
  }
  const own = {
    once: keyOf(caller, once),
    queues,
    ...(sign === undefined ? {} : { sign }),
    ...(via === undefined ? {} : { via }),
  };
  const { run, again, otherwise } = await startRunOnce(place.control, plan, info, own);
  // A redelivery comes as it was; a person's mistake must not look like a start.
  if (otherwise && trigger !== 'webhook')
    throw new StartRefused(
      `${run} was started with this idempotency key, and with other inputs or another runbook: use a new key.`,
    );
  return { run, runbook: plan.name, mode, again, warnings };
}

/** Keys are those of whoever asks. */
export const keyOf = ({ person, name }: Caller, once: string): string => `${person ?? name}/${once}`;

/** Throws StartRefused for what is no lift of this. */
function liftOf({ lift }: StartAsked, plan: Plan): ReturnType<typeof decodeLift> | undefined {
  if (lift === undefined) return undefined;
  try {
    const read = decodeLift(lift);
    refuseOtherPlan(read, plan);
    return read;
  } catch (error) {
    throw error instanceof LiftRefused ? new StartRefused(error.message) : error;
  }
}

/** The run that this very request has started before: sent once more, it is no other because the file has changed since. */
async function startedAsShown(
  { control, who }: Place,
  { once, plan: shown }: StartAsked,
  { name, mode, hash }: Plan,
): Promise<Started | undefined> {
  if (once === undefined || shown === undefined || shown === hash) return undefined;
  const key = keyOf(who.caller, once);
  if ((await planStartedBy(control, { name, mode }, key)) !== shown) return undefined;
  return { run: runIdOf({ name, mode }, key), runbook: name, mode, again: true, warnings: [] };
}

/** What is started is what was looked at. Throws PlanChanged. */
export function refuseChanged({ plan: shown }: Pick<StartAsked, 'plan'>, { hash }: Plan): void {
  if (shown === undefined || shown === hash) return;
  const then = shown === '' ? 'none' : shown.slice(0, 12);
  throw new PlanChanged(
    `The runbook or drillbook.yaml changed since this plan was shown: it was ${then}, and now it is ${hash.slice(0, 12)}. Look at the plan as it is now, and start that.`,
  );
}

/** What touches production needs a reason, and of a person the runbook's name. */
function refuseUnconfirmed(
  { reason = '', confirm, trigger, lossAt, withoutLock, lift }: StartAsked,
  name: string,
  mode: Mode,
): void {
  if (!isLiveMode(mode)) {
    if (lossAt !== undefined || withoutLock !== undefined || lift !== undefined)
      throw new StartRefused('lossAt, withoutLock and lift are of a live mode alone.');
    return;
  }
  if (reason.trim() === '')
    throw new StartRefused(`Mode ${mode} touches production: a reason is needed, for the report.`);
  if (trigger !== 'webhook' && confirm !== name)
    throw new StartRefused(`Mode ${mode} touches production: confirm it with the runbook's name, ${name}.`);
}
