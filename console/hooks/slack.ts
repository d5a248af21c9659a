import { modes } from '../../actions/contract.ts';
import { isLiveMode } from '../../actions/modes.ts';
import { slackBallots } from '../../actions/slack-ballot.ts';
import { accessOf, type Caller } from '../../control/access/caller.ts';
import type { Config } from '../../control/config/config.ts';
import { isUnknown, pendingOfAll, pendingOfRun, type RunPending } from '../../control/pending.ts';
import { listRunsAndGoing, listSeenRuns, readRun } from '../../control/run-list.ts';
import { runIdOf } from '../../control/runs.ts';
import { aboutRun } from '../about-run.ts';
import { NotAllowed } from '../deeds.ts';
import type { ConsoleDeps } from '../deps.ts';
import { mayBeSeenBy, mustSee, seenRun } from '../may-see.ts';
import { keyOf } from '../start-run.ts';
import { cut, escaped, type SlackAnswer } from './slack-answer.ts';
import type { SlackRequest } from './slack-request.ts';
import type { StartLimits } from './start-limits.ts';
import type { Trigger } from './verify.ts';

/** Somebody of drillbook.yaml, in Slack. */
export interface InSlack {
  /** The entry of `triggers`. */
  readonly from: string;
  readonly trigger: Trigger;
  readonly config: Config;
  readonly caller: Caller;
  readonly address: string;
}

type Command = Extract<SlackRequest, { kind: 'command' }>;
type Ballot = Extract<SlackRequest, { kind: 'ballot' }>;

/** Whom Slack's member id belongs to; undefined: nobody. Slack has signed that it is he. */
export function slackCaller({ people }: Pick<Config, 'people'>, user: string): Caller | undefined {
  const [person, entry] = Object.entries(people).find(([, { slack }]) => slack === user) ?? [];
  if (person === undefined || entry === undefined) return undefined;
  return { person, groups: [], how: 'trigger', verified: true, name: entry.name };
}

/** Votes as the person, where the trigger's line has the run's runbook and mode. Throws what the deed does. */
export async function voteInSlack(
  deps: Pick<ConsoleDeps, 'control' | 'deeds' | 'url'>,
  { from, config, caller, address }: InSlack,
  { ballot: { run, step, choice } }: Ballot,
): Promise<SlackAnswer> {
  const { runbook, mode } = aboutRun(await readRun(deps.control, run));
  if (!reaches(config, from, runbook, mode))
    throw new NotAllowed(
      `A button in Slack decides nothing in mode ${mode} of ${runbook}: triggers.${from}.may of drillbook.yaml does not name it. Decide at ${pageOf(deps, run)}.`,
    );
  const ballot = { step, choice, reason: 'in Slack' };
  const { counted, text } = await deps.deeds.vote({ caller, address }, run, ballot);
  return counted
    ? { text: `*${escaped(run)}*, ${escaped(step)}: ${escaped(text)}`, everybody: true }
    : { text: `It does not count: ${escaped(text)}` };
}

const help = [
  '*run NAME [MODE]*: start a drill',
  '*status [RUN]*: the latest runs, or one of them',
  '*pending*: what waits for people, with buttons where Slack may decide it',
].join('\n');

/** What a command asks for. Throws what the deed does, NotAllowed or RunNotFound. */
export async function commandInSlack(
  deps: ConsoleDeps,
  limits: StartLimits,
  who: InSlack,
  { words, id }: Command,
): Promise<SlackAnswer> {
  const [verb = '', ...rest] = words;
  switch (verb.toLowerCase()) {
    case 'run':
      return await runInSlack(deps, limits, who, id, rest);
    case 'status':
      return await statusInSlack(deps, who, rest[0]);
    case 'pending':
      return await pendingInSlack(deps, who);
    default:
      return { text: help };
  }
}

async function runInSlack(
  deps: ConsoleDeps,
  limits: StartLimits,
  { from, trigger, config, caller, address }: InSlack,
  id: string,
  [name = '', wanted = 'drill']: readonly string[],
): Promise<SlackAnswer> {
  if (name === '' || /\.ya?ml$/.test(name)) throw new NotAllowed('The name of a runbook is wanted: run payments.');
  const mode = modes.find(each => each === wanted);
  if (mode === undefined) throw new NotAllowed(`There is no mode "${wanted}": the modes are ${modes.join(', ')}.`);
  // Its name is typed once more there, after a look at the plan.
  if (isLiveMode(mode)) throw new NotAllowed(`Mode ${mode} touches production: start it at ${deps.url()}/runbooks.`);
  if (!reaches(config, from, name, mode))
    throw new NotAllowed(
      `Slack may not start ${name} in mode ${mode}: triggers.${from}.may of drillbook.yaml does not name it.`,
    );
  const asked = { runbook: name, mode, reason: 'in Slack', once: id, trigger: 'webhook', via: from } as const;
  const act = () => deps.deeds.start({ caller, address }, asked);
  const run = runIdOf({ name, mode }, keyOf(caller, id));
  const started = await limits.start({ via: from, atMost: trigger['at-most'], run, act });
  const link = `<${pageOf(deps, started.run)}|${escaped(started.run)}>`;
  return { text: `${escaped(caller.name)} started ${link}`, everybody: true };
}

const mostRuns = 10;

async function statusInSlack(deps: ConsoleDeps, { caller }: InSlack, run: string | undefined): Promise<SlackAnswer> {
  const { control } = deps;
  if (run === undefined) {
    await mustSee(deps, caller);
    const isSeen = await mayBeSeenBy(deps, caller);
    const runs = await listSeenRuns(control, mostRuns, each => isSeen(aboutRun(each)));
    const lines = runs.map(each => `*${escaped(each.run)}*: ${words(each.verdict)}`);
    return { text: lines.length === 0 ? 'No runs.' : lines.join('\n') };
  }
  const found = await seenRun(deps, caller, run);
  const waits = found.endedAt === undefined ? await pendingOfRun(control, run).catch(() => []) : [];
  const asks = waits.map(({ key, message }) => `waits: ${key === '' ? 'the run' : key}: ${cut(message, 500)}`);
  const title = `${words(found.verdict)}, asked for by ${found.requester}`;
  return { text: [`*${escaped(run)}*: ${escaped(title)}`, ...asks.map(escaped)].join('\n') };
}

async function pendingInSlack(deps: ConsoleDeps, { from, config, caller }: InSlack): Promise<SlackAnswer> {
  const { control } = deps;
  await mustSee(deps, caller);
  const isSeen = await mayBeSeenBy(deps, caller);
  const facts = new Map((await listRunsAndGoing(control, 0)).map(each => [each.run, aboutRun(each)]));
  const all = (await pendingOfAll(control)).flatMap((each: RunPending) => {
    const about = facts.get(each.run);
    return about === undefined || !isSeen(about) ? [] : [{ ...each, about }];
  });
  const seen = all.flatMap(({ run, about, pending }) => pending.map(waits => ({ run, ...about, ...waits })));
  const unknown = all.filter(isUnknown).length;
  if (seen.length === 0)
    return {
      text:
        unknown === 0 ? 'Nothing waits for people.' : `What waits for people is not known of ${unknown} of the runs.`,
    };
  const shown = seen.slice(0, mostRuns);
  const lineOf = ({ run, key, message }: (typeof seen)[number]): string =>
    `*${escaped(run)}* ${escaped(key)}: ${escaped(cut(message, 500))}`;
  const blocks = shown.flatMap(waits => {
    const { run, runbook, mode, key, kind, choices } = waits;
    const votes = kind === 'approval' && reaches(config, from, runbook, mode);
    const buttons = votes ? slackBallots({ run, runbook, mode, step: key, choices }) : undefined;
    const section = { type: 'section', text: { type: 'mrkdwn', text: lineOf(waits), verbatim: true } };
    return buttons === undefined ? [section] : [section, buttons];
  });
  return { text: shown.map(lineOf).join('\n'), blocks };
}

/** Whether the trigger's `may` has a line for it. */
const reaches = (config: Config, from: string, runbook: string, mode: (typeof modes)[number]): boolean =>
  accessOf(config).people.mayTrigger(from, runbook, mode);

const pageOf = ({ url }: Pick<ConsoleDeps, 'url'>, run: string): string => `${url()}/runs/${encodeURIComponent(run)}`;

const words = (verdict: string): string => verdict.replaceAll('_', ' ');
