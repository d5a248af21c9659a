import type { Mode } from '../actions/contract.ts';
import type { DryRun } from '../control/dry-run.ts';
import { queuesOf } from '../control/queues.ts';
import { formatDuration } from '../report/times.ts';
import { toOneLine } from '../report/visible.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { config, input, inputs, json, mode, runbookOrName } from './flags.ts';
import { readInputs } from './inputs.ts';
import { Refused } from './problems.ts';
import { requesterInfo } from './requester.ts';
import type { Colours } from './terminal.ts';
import { chooseModeOf, fileOf, prepareWanted, wantedRunbook } from './wanted-runbook.ts';

interface Flags {
  readonly mode?: Mode;
  readonly input?: readonly string[];
  readonly inputs?: string;
  readonly json: boolean;
  readonly config?: string;
}

/** Says what a run would do, and what no longer fits. */
export const plan = defineCommand<Flags, [file: string]>(
  {
    docs: { brief: 'Say what a run would do, and what no longer fits: looks at the live sites, changes nothing' },
    parameters: {
      positional: { kind: 'tuple', parameters: [runbookOrName] },
      flags: { mode, input, inputs, json, config },
    },
  },
  planRun,
);

async function planRun(context: CliContext, flags: Flags, file: string): Promise<ExitCode> {
  const { terminal, outside } = context;
  const wanted = await wantedRunbook(context, file, flags);
  const chosen = await chooseModeOf(context, wanted, flags.mode);
  const given = await readInputs(context.cwd, flags);
  const prepared = await prepareWanted(context, wanted, { mode: chosen, inputs: given }, flags);
  if (prepared === undefined) return exitCodes.nothingRan;
  const info = requesterInfo(context, prepared, { mode: chosen });
  const control = await outside.connect({ configPath: prepared.config?.file });
  try {
    if ((await outside.pollingWorkers(control)) === 0) {
      throw new Refused(
        `Only a worker may look at the sites, and none serves the Temporal at ${control.address}. Start one: drillbook worker`,
      );
    }
    const { plan: planned, config } = prepared;
    await outside.refuseOtherConfig(control, planned, config);
    const withdrawn = await outside.judgeWithdrawn(planned, config, context.now());
    for (const warning of [
      ...(prepared.published?.told ?? []),
      withdrawn.warning,
      withdrawn.refused ?? (await outside.whyNotPublishedHere(planned, config, context.now(), fileOf(wanted))),
      await outside.drilledWarning(control, planned, config, context.now()),
    ])
      if (warning !== undefined) terminal.say(terminal.sayColours.yellow(warning.replace(/([^.])$/, '$1.')));
    const look = await outside.dryRun(control, prepared.plan, info, queuesOf(prepared.config));
    const { name, mode: inMode, site, hash } = planned;
    if (flags.json) terminal.answer(JSON.stringify({ runbook: name, mode: inMode, site, hash, ...look }));
    else
      terminal.answer([`${name}, mode ${inMode} at ${site}`, ...describeLook(look, terminal.answerColours)].join('\n'));
    return look.fits ? exitCodes.fine : exitCodes.exceptions;
  } finally {
    await control.close();
  }
}

type Step = DryRun['steps'][number];

function describeLook(look: DryRun, colours: Colours): readonly string[] {
  const rows = look.steps.map(step => [step.key, step.effect, describeTime(step), describeStep(step)] as const);
  const widths = [0, 1, 2].map(column => Math.max(0, ...rows.map(row => (row[column] ?? '').length)));
  const lines = rows.map((row, index) => {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    const heading =
      look.steps[index - 1]?.phase === look.steps[index]?.phase ? [] : [colours.bold(look.steps[index]?.phase ?? '')];
    return [...heading, `  ${cells.join('  ')}`.trimEnd()].join('\n');
  });
  return [
    ...lines,
    ...(look.told.length === 0 ? [] : [colours.bold('To be told'), ...look.told.map(fact => `  ${toOneLine(fact)}`)]),
    ...(look.fits
      ? [colours.green('All of it fits.')]
      : [
          colours.red('What no longer fits'),
          ...look.findings.map(({ step, sentence }) => `  ${step === '' ? '' : `${step}: `}${toOneLine(sentence)}`),
        ]),
  ];
}

function describeTime({ timeoutMs, timeoutByItem }: Step): string {
  return timeoutByItem === true ? 'time by item' : `at most ${formatDuration(timeoutMs)}`;
}

function describeStep({ uses, what, closes }: Step): string {
  return toOneLine(closes === undefined ? `${uses}: ${what}` : `${uses}: closes ${closes}`);
}
