import { parseArgs } from 'node:util';
import { describeOutcome } from './describe.ts';
import { runGroup } from './run-group.ts';
import { draw, drawGroup, groupOf } from './schedule.ts';
import type { Schedule } from './schedule-types.ts';

const usage = `npm run campaign -- [--seeds N] [--first-seed S] [--only SEED] [--jobs J] [--verbose] [--show]
  --seeds N        how many seeds (8)
  --first-seed S   the first of them (1)
  --only SEED      this one alone
  --jobs J         at most so many at the same time (8)
  --verbose        tells of every seed what happened, not only of those that broke something
  --show           tells what is drawn, and runs nothing
`;

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 2;
});

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '8' },
      'first-seed': { type: 'string', default: '1' },
      only: { type: 'string' },
      jobs: { type: 'string', default: '8' },
      verbose: { type: 'boolean', default: false },
      show: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const first = whole('--first-seed', values.only ?? values['first-seed']);
  const count = values.only === undefined ? whole('--seeds', values.seeds) : 1;
  const jobs = Math.max(1, whole('--jobs', values.jobs));
  const schedules = Array.from({ length: count }, (_, n) => draw(first + n));
  if (values.show) {
    for (const schedule of schedules)
      process.stdout.write(
        `${JSON.stringify({ ...schedule, processes: drawGroup(groupOf(schedule.seed)) }, null, 2)}\n`,
      );
    return 0;
  }
  let close = (): Promise<void> => Promise.resolve();
  let ending = false;
  // A terminal and npm both send it: the second must not cut off what the first has begun.
  const interrupted = (): void => {
    if (ending) return;
    ending = true;
    process.stderr.write('interrupted: everything is ended\n');
    void close().finally(() => process.exit(130));
  };
  process.on('SIGINT', interrupted);
  process.on('SIGTERM', interrupted);
  let broken = 0;
  for (const together of portions(schedules, jobs)) {
    const from = together[0]?.seed ?? 0;
    try {
      const found = await runGroup(together, drawGroup(groupOf(from)), closer => {
        close = closer;
      });
      for (const outcome of found) process.stdout.write(describeOutcome(outcome, values));
      broken += found.reduce((sum, outcome) => sum + outcome.broken.length, 0);
    } catch (error) {
      // Not a word on the product: yet seeds that were not judged are no seeds that passed.
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stdout.write(`BROKEN: the campaign itself, at seeds ${from} to ${from + together.length - 1}: ${why}\n`);
      process.stdout.write(`  replay: npm run campaign -- --seeds ${together.length} --first-seed ${from}\n`);
      broken += together.length;
    }
  }
  process.stdout.write(`${schedules.length} seeds, ${broken} broken invariants\n`);
  return broken > 0 ? 1 : 0;
}

/** Only seeds of one group share processes. */
function portions(schedules: readonly Schedule[], jobs: number): Schedule[][] {
  const all: Schedule[][] = [];
  for (const schedule of schedules) {
    const last = all.at(-1);
    const same = last !== undefined && groupOf(last[0]?.seed ?? -1) === groupOf(schedule.seed) && last.length < jobs;
    if (same) last.push(schedule);
    else all.push([schedule]);
  }
  return all;
}

function whole(flag: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${flag} takes a whole number, this is ${text}\n${usage}`);
  return Number(text);
}
