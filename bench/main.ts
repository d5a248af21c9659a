import { compareCompile } from './compile-time.ts';
import { compareRuns } from './run-time.ts';

/** Figures are ratios, measured side by side; never an absolute time. */
const compiled = compareCompile();
const { runs, openings } = await compareRuns();

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
    'and guard together; 2 for the timer of limits.timeout.\n',
);
