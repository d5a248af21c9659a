import type { Mode } from '../actions/contract.ts';
import { queuesOf } from '../control/queues.ts';
import { noWorker, spellUnserved } from '../control/unserved-queues.ts';
import { checkLiveFlags, confirmLive, time } from './confirm-live.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { config, duration, input, inputs, json, mode, plainText, reason, runbookOrName, words } from './flags.ts';
import { readInputs } from './inputs.ts';
import { Refused } from './problems.ts';
import { requesterInfo } from './requester.ts';
import { keyFlag, signerOf } from './signer.ts';
import { chooseModeOf, fileOf, prepareWanted, refuseWithdrawn, wantedRunbook } from './wanted-runbook.ts';
import { watchToTheEnd } from './watching.ts';

interface Flags {
  readonly mode?: Mode;
  readonly input?: readonly string[];
  readonly inputs?: string;
  readonly reason?: string;
  readonly detach: boolean;
  readonly wait?: number;
  readonly yes: boolean;
  readonly json: boolean;
  readonly config?: string;
  readonly confirm?: string;
  readonly lossAt?: number;
  readonly withoutLock?: string;
  readonly unpublished?: string;
  readonly key?: string;
}

/** Starts a run and watches it. */
export const run = defineCommand<Flags, [file: string]>(
  {
    docs: { brief: 'Start a run and watch it' },
    parameters: {
      positional: { kind: 'tuple', parameters: [runbookOrName] },
      flags: {
        mode,
        input,
        inputs,
        reason,
        detach: { kind: 'boolean', brief: 'Start it, print its id and leave', default: false, withNegated: false },
        wait: {
          kind: 'parsed',
          parse: duration,
          brief: 'Watch no longer than this: 90s, 15m, 1h30m',
          placeholder: 'duration',
          optional: true,
        },
        yes: {
          kind: 'boolean',
          brief: 'Ask nothing; no confirmation of a live mode',
          default: false,
          withNegated: false,
        },
        json: { ...json, brief: 'One JSON event a line' },
        config,
        confirm: {
          kind: 'parsed',
          parse: plainText,
          brief: "In a live mode: the runbook's name, where nobody can be asked to type it",
          placeholder: 'name',
          optional: true,
        },
        lossAt: {
          kind: 'parsed',
          parse: time,
          brief: 'In a live mode: when the service was lost (the RTO begins there)',
          placeholder: 'time',
          optional: true,
        },
        withoutLock: {
          kind: 'parsed',
          parse: words,
          brief: 'In a live mode, while the locks do not answer: go on without them (admin); why, for the report',
          placeholder: 'text',
          optional: true,
        },
        unpublished: {
          kind: 'parsed',
          parse: plainText,
          brief: 'In a live mode, for what is not published: the line that "drillbook lift" gave an approver',
          placeholder: 'lift',
          optional: true,
        },
        key: keyFlag,
      },
    },
  },
  startAndWatch,
);

async function startAndWatch(context: CliContext, flags: Flags, file: string): Promise<ExitCode> {
  const { terminal, outside } = context;
  const wanted = await wantedRunbook(context, file, flags);
  const chosen = await chooseModeOf(context, wanted, flags.mode);
  checkLiveFlags(chosen, flags, context.now());
  const lift = flags.unpublished === undefined ? undefined : await outside.decodeLift(flags.unpublished);
  const given = await readInputs(context.cwd, flags);
  const prepared = await prepareWanted(context, wanted, { mode: chosen, inputs: given }, flags);
  if (prepared === undefined) return exitCodes.nothingRan;
  const sign = await signerOf(context, flags);
  const who = requesterInfo(context, prepared, { mode: chosen, reason: flags.reason, signed: sign !== undefined });
  const { lossAt, withoutLock } = flags;
  const info = {
    ...who,
    ...(lossAt === undefined ? {} : { lossAt }),
    ...(withoutLock === undefined ? {} : { withoutLock }),
    ...(lift === undefined ? {} : { lift }),
  };
  const refused = await outside.whyNotStart(prepared.plan, prepared.config);
  if (refused !== undefined) throw new Refused(refused);
  await refuseWithdrawn(context, prepared);
  if (lift === undefined) {
    const unpublished = await outside.whyNotPublishedHere(
      prepared.plan,
      prepared.config,
      context.now(),
      fileOf(wanted),
    );
    if (unpublished !== undefined) throw new Refused(`${unpublished}.`);
  }
  for (const warning of [
    ...(prepared.published?.told ?? []),
    ...(await outside.warningsAtStart(prepared.plan, prepared.config, who)),
  ])
    terminal.say(terminal.sayColours.yellow(warning));
  await confirmLive(context, prepared.plan, flags);
  const control = await outside.connect({ configPath: prepared.config?.file });
  try {
    const queues = queuesOf(prepared.config);
    await outside.refuseOtherConfig(control, prepared.plan, prepared.config);
    const undrilled = await outside.drilledWarning(control, prepared.plan, prepared.config, context.now());
    if (undrilled !== undefined) terminal.say(terminal.sayColours.yellow(undrilled));
    const id = await outside.startRun(control, prepared.plan, info, queues, sign);
    if (flags.json) terminal.answer(JSON.stringify({ kind: 'started', run: id }));
    else if (flags.detach) terminal.answer(id);
    else terminal.say(`Run ${id}`);
    if (withoutLock !== undefined) {
      const warning = `Without locks: nothing keeps another run away from the same VPGs (${withoutLock}).`;
      terminal.say(terminal.sayColours.red(warning));
    }
    if ((await outside.pollingWorkers(control)) === 0) {
      terminal.say(terminal.sayColours.yellow(noWorker));
    }
    for (const unserved of await outside.unservedQueues(control, prepared.plan, queues))
      terminal.say(terminal.sayColours.yellow(spellUnserved(unserved)));
    if ((await outside.missingSearchAttributes(control)).length > 0) {
      terminal.say(
        terminal.sayColours.yellow(
          'Temporal cannot search this run: the search attributes of drillbook are not registered in its namespace ("drillbook doctor" says how).',
        ),
      );
    }
    if (flags.detach) return exitCodes.fine;
    return await watchToTheEnd(context, control, id, {
      steps: prepared.plan.steps,
      waitMs: flags.wait,
      json: flags.json,
    });
  } finally {
    await control.close();
  }
}
