import type { SeedFacts } from './facts.ts';
import type { SeedOutcome } from './run-group.ts';
import { drawGroup, groupOf } from './schedule.ts';

/** A line of a seed that held; of one that broke how to replay it, what broke, and what happened, in order of time. */
export function describeOutcome(outcome: SeedOutcome, { verbose }: { readonly verbose: boolean }): string {
  const { schedule, facts, broken, tookMs } = outcome;
  const { run, deeds } = facts;
  const verdict = run.journal?.verdict ?? run.status;
  const befell = [...schedule.faults.map(({ then }) => then.kind), ...deeds.map(({ what }) => what)].join(', ');
  const head = `seed ${schedule.seed}: ${schedule.case}, ${verdict}, ${(tookMs / 1000).toFixed(0)} s (${befell || 'nothing'})\n`;
  if (broken.length === 0 && !verbose) return head;
  const start = run.startedAt;
  const lines = [
    ...broken.map(({ invariant, text }) => `  BROKEN: ${invariant}: ${text}`),
    `  replay: npm run campaign -- --seeds 1 --first-seed ${schedule.seed}`,
    `  run ${run.id}: ${run.status}, its guard ${run.guardStatus}; ${run.journal?.reasons.join('; ') ?? run.noReport ?? ''}`,
    `  drawn: ${JSON.stringify({ ...schedule, processes: drawGroup(groupOf(schedule.seed)) })}`,
    ...timeline(facts).map(({ at, text }) => `  ${((at - start) / 1000).toFixed(2).padStart(7)} ${text}`),
    ...(outcome.log === undefined ? [] : [`  the end of the workers’ log:${outcome.log}`]),
  ];
  return `${head}${lines.join('\n')}\n`;
}

interface Line {
  readonly at: number;
  readonly text: string;
}

function timeline({ seen, words, deeds }: SeedFacts): readonly Line[] {
  const names = new Map(seen.vpgs.map(({ id, name }) => [id, name]));
  const spell = (path: string) => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, id => names.get(id) ?? id.slice(0, 8));
  return [
    ...seen.requests
      .filter(({ method, path }) => method !== 'GET' && !/\/session/.test(path))
      .map(({ at, method, path, status, site, by }) => ({
        at,
        text: `${site} ${method} ${spell(path)} ${status === 0 ? 'no answer' : status} ${by ?? ''}`,
      })),
    ...seen.tasks.map(({ started, ended, type, vpg, by, state }) => ({
      at: started,
      text: `task ${type} of ${vpg} by ${by}: ${state}${ended === undefined ? '' : ` after ${ended - started} ms`}`,
    })),
    ...words.map(({ at, by, word, step, counted, text }) => ({
      at,
      text: `${by} says ${word} at "${step}": counted ${counted} (${text})`,
    })),
    ...deeds.map(({ at, text }) => ({ at, text: `DONE ${text}` })),
  ].sort((a, b) => a.at - b.at);
}
