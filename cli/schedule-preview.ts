import { dirname, resolve } from 'node:path';
import { marksOf } from '../control/schedules/marks.ts';
import type { Coming } from '../control/schedules/coming.ts';
import type { CliContext } from './context.ts';
import { Compilation } from './compilation.ts';
import { configPathOf } from './config-path.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { config, json, runbookFile } from './flags.ts';

interface Flags {
  readonly count: number;
  readonly json: boolean;
  readonly config?: string;
}

/** The coming times of a runbook's schedules; needs no server. */
export const preview = defineCommand<Flags, [file: string]>(
  {
    docs: { brief: "The coming times of a runbook's schedules, in its zone and UTC; gaps and blackouts are marked" },
    parameters: {
      positional: { kind: 'tuple', parameters: [runbookFile] },
      flags: {
        count: { kind: 'parsed', parse: count, brief: 'So many that happen', placeholder: 'number', default: '5' },
        json,
        config,
      },
    },
  },
  show,
);

function count(text: string): number {
  const number = Number(text);
  if (!/^\d{1,3}$/.test(text) || number === 0) throw new Error('a number from 1 to 999 is wanted');
  return number;
}

async function show(context: CliContext, flags: Flags, file: string): Promise<ExitCode> {
  const { terminal, outside, cwd } = context;
  const compilation = new Compilation(context, flags.config);
  const compiled = await compilation.compile(file);
  const { diagnostics, texts, hasErrors } = compilation;
  if (diagnostics.length > 0) terminal.say(await outside.encodeText(diagnostics, texts));
  if (hasErrors || compiled?.runbook === undefined) return exitCodes.nothingRan;
  const { name, triggers } = compiled.runbook;
  const path = await outside.findConfig(dirname(resolve(cwd, file)), configPathOf(context, flags.config));
  const findBlackout =
    path === undefined
      ? () => undefined
      : await outside.readCalendars(await outside.loadConfig(path), dirname(resolve(cwd, path)));
  const schedules = await Promise.all(
    triggers.schedules.map(async draft => ({
      id: `${name}/${draft.name}`,
      cron: draft.cron.text,
      timeZone: draft.timeZone,
      ...(draft.withinMs === undefined ? {} : { withinMs: draft.withinMs }),
      times: await outside.comingTimes(draft, context.now(), flags.count, findBlackout),
    })),
  );
  if (flags.json) terminal.answer(JSON.stringify(schedules.map(asJson)));
  else if (schedules.length === 0) terminal.answer(`${name} has no schedule.`);
  else
    terminal.answer(
      schedules
        .map(({ id, cron, timeZone, times }) =>
          [`${id}: ${cron} (${timeZone})`, ...times.map(time => `  ${describe(time)}`)].join('\n'),
        )
        .join('\n\n'),
    );
  return exitCodes.fine;
}

function asJson<T extends { readonly times: readonly Coming[] }>({ times, ...schedule }: T) {
  return {
    ...schedule,
    times: times.map(({ at, until, blackout, ...time }) => ({
      at: iso(at),
      ...time,
      ...(until === undefined ? {} : { until: iso(until) }),
      ...(blackout === undefined ? {} : { blackout: { ...blackout, until: iso(blackout.until) } }),
    })),
  };
}

function describe(time: Coming): string {
  const marks = marksOf(time);
  const { at, local, offset, gap, until } = time;
  const when = until === undefined ? '' : ` or later, up to ${short(until)}Z`;
  const zone = gap === true ? '     ' : offset;
  const first = `${local.replace('T', ' ')} ${zone}  ${gap === true ? '-'.padEnd(17) : `${short(at)}Z`}${gap === true ? '' : when}`;
  return marks.length === 0 ? first : `${first}  ${marks.join('; ')}`;
}

const iso = (at: number): string => new Date(at).toISOString();
const short = (at: number): string => iso(at).slice(0, 16).replace('T', ' ');
