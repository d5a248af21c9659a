import { compareCompile } from './compile-time.ts';
import { compareRuns, onOneWorker } from './run-time.ts';
import { type LongFigures, runTenThousand } from './ten-thousand.ts';

if (process.argv[2] === 'long') {
  process.stdout.write(describeLong(await onOneWorker(runTenThousand)));
  process.exit();
}

/** Figures are ratios, measured side by side; never an absolute time. */
const compiled = compareCompile();
const { runs, openings, long } = await compareRuns();

const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
process.stdout.write(
  'Dev server with history.transferProcessorMaxPollRPS=2000; one worker, main queue (eager dispatch); medians, interleaved.\n\n' +
    row('figure', 'drillbook', 'by hand', 'ratio', 'goal') +
    row('---', '---', '---', '---', '---') +
    runs
      .map(
        ({ name, ms, events, ratio }) =>
          row(
            `${name}: wall time, sign-in included`,
            `${ms.drillbook.toFixed(0)} ms`,
            `${ms.byHand.toFixed(0)} ms`,
            ratio.toFixed(2),
            '≤ 1.05',
          ) +
          row(
            `${name}: history events, sign-in included`,
            String(events.drillbook),
            String(events.byHand),
            (events.drillbook / events.byHand).toFixed(2),
            '≤ 1.00',
          ),
      )
      .join('') +
    row(
      compiled.name,
      compiled.detail.split(' / ')[0] ?? '',
      compiled.detail.split(' / ')[1] ?? '',
      compiled.ratio.toFixed(2),
      '≤ 3',
    ) +
    `\nHistory events beside these: ${openings.aRun} a run that locks VPGs and ${openings.anOpening} an opening with its closing, in the histories of run ` +
    'and guard together; 2 for the timer of limits.timeout.\n' +
    describeLong(long),
);

function describeLong({ verdict, steps, executions, mostEvents, events, memory, ms }: LongFigures): string {
  return (
    `\n10,000 checks in one run, 200 at once: ${verdict}, ${steps} steps succeeded in ${(ms / 1_000).toFixed(0)} s; ${executions} executions, ` +
    `${(events / steps).toFixed(2)} events a step, the longest history ${mostEvents} events (goal: at most 10,240); ` +
    `memory of the worker's process in the last quarter against the second: ${memory.toFixed(2)}.\n`
  );
}
