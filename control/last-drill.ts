import { isLiveMode } from '../actions/modes.ts';
import type { Plan } from '../compiler/plan.ts';
import { formatDuration } from '../report/times.ts';
import { searchAttributes } from '../workflows/names.ts';
import type { Config } from './config/config.ts';
import type { Control } from './connection.ts';
import { awayOf } from './link.ts';
import { findRuns, type ListedRun, listRuns } from './run-list.ts';

type Asked = Pick<Control, 'client'>;

/** A drill has passed with exceptions too: its recovery held. The one place that says so; whoever tells of it tells the verdict. */
const passing: readonly string[] = ['passed', 'passed_with_exceptions'];

export const hasPassed = ({ verdict }: Pick<ListedRun, 'verdict'>): boolean => passing.includes(verdict);

/** What is read of a namespace without drillbook's search attributes, where nobody can be asked for one runbook. */
const mostRuns = 1_000;

export interface Drills {
  /** The last that ended, the newest first. */
  readonly latest: readonly ListedRun[];
  /** The last that passed; absent: none is known. */
  readonly passed?: ListedRun;
  /** It was looked for among so many runs only; absent: among all that Temporal has. */
  readonly among?: number;
}

/**
 * What whoever starts a live run should know where its runbook has no passed drill within `policy.live-needs.drilled-within`, by
 * Temporal's own lists; undefined: it has one, or nobody can say. `now`: ms since 1970.
 */
export async function drilledWarning(
  control: Asked,
  { name, mode }: Pick<Plan, 'name' | 'mode'>,
  config: Pick<Config, 'policy'> | undefined,
  now: number,
): Promise<string | undefined> {
  const withinMs = config?.policy['live-needs']['drilled-within'];
  if (withinMs === undefined || !isLiveMode(mode)) return undefined;
  try {
    const last = (await lastPassedDrill(control, name))?.endedAt;
    const wanted = `policy.live-needs.drilled-within of drillbook.yaml asks for one within ${formatDuration(withinMs)}`;
    if (last === undefined) return `Temporal knows no passed drill of ${name}: ${wanted}.`;
    if (last >= now - withinMs) return undefined;
    return `The last passed drill of ${name} was on ${new Date(last).toISOString().slice(0, 10)}: ${wanted}.`;
  } catch {
    // A namespace without the search attributes: that is told where runs start.
    return undefined;
  }
}

/** The last that has ended; undefined: Temporal knows none. Throws where the search attributes of drillbook are not registered. */
export async function lastPassedDrill(control: Asked, name: string): Promise<ListedRun | undefined> {
  const verdicts = passing.map(verdict => `'${verdict}'`).join(', ');
  const query = `${ofDrills(name)} AND ${searchAttributes.verdict} IN (${verdicts})`;
  // Temporal lists what has ended last first.
  const [last] = await findRuns(control, query, 1, run => isDrillOf(name)(run) && hasPassed(run));
  return last;
}

/** What the page of runbooks tells of one. `most`: of the latest. `newest`: runs of all runbooks, where Temporal cannot be asked for one. Throws what its client does where it does not answer. */
export async function drillsOf(
  control: Asked,
  name: string,
  most: number,
  newest: () => Promise<readonly ListedRun[]>,
): Promise<Drills> {
  try {
    const [latest, passed] = await Promise.all([
      findRuns(control, `${ofDrills(name)} AND ExecutionStatus != 'Running'`, most, isDrillOf(name)),
      lastPassedDrill(control, name),
    ]);
    return { latest, ...(passed === undefined ? {} : { passed }) };
  } catch (error) {
    // Nor does it answer the next question: each would take as long as this one.
    if (awayOf(error) !== undefined) throw error;
    const drills = (await newest()).filter(isDrillOf(name));
    const passed = drills.find(hasPassed);
    return { latest: drills.slice(0, most), ...(passed === undefined ? {} : { passed }), among: mostRuns };
  }
}

/** Read once, however many runbooks need it. */
export function newestRuns(control: Asked): () => Promise<readonly ListedRun[]> {
  let asked: Promise<readonly ListedRun[]> | undefined;
  return () => (asked ??= listRuns(control, mostRuns));
}

function ofDrills(name: string): string {
  const { runbook, mode } = searchAttributes;
  return `WorkflowType = 'runbook' AND ExecutionStatus != 'ContinuedAsNew' AND ${runbook} = '${name.replaceAll("'", "''")}' AND ${mode} = 'drill'`;
}

const isDrillOf =
  (name: string) =>
  ({ runbook, mode, endedAt }: ListedRun): boolean =>
    runbook === name && mode === 'drill' && endedAt !== undefined;
