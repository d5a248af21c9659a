import type { Plan, PlanStep, Template } from '../compiler/plan.ts';
import type { Queues } from '../engine/queues.ts';
import type { Control } from './connection.ts';
import { ofActivities, pollersOf } from './pollers.ts';
import { callsQueue } from './queues.ts';

/** A site or probe with a task queue of its own that no worker serves. */
export interface Unserved {
  readonly what: 'site' | 'probe';
  readonly name: string;
  readonly queue: string;
}

export const noWorker = 'No worker serves this Temporal yet: the run begins when one does ("drillbook worker").';

/** For people, with the mend. */
export const spellUnserved = ({ what, name, queue }: Unserved): string =>
  `No worker serves the task queue "${queue}" of the ${what} ${name} yet: what the run does there waits for one ("drillbook worker --${what} ${name}").`;

/** Which sites and probes of a Plan nobody serves: what the run does there waits for ever. */
export async function unservedQueues(control: Control, plan: Plan, queues: Queues): Promise<readonly Unserved[]> {
  const wanted = ownQueuesOf(plan, queues);
  const names = [...new Set(wanted.map(({ queue }) => queue))];
  const answers = await Promise.all(names.map(async queue => ((await isServed(control, queue)) ? [] : [queue])));
  const unserved = new Set(answers.flat());
  return wanted.filter(({ queue }) => unserved.has(queue));
}

/** A worker that serves a queue's calls serves its waits too. */
async function isServed(control: Control, queue: string): Promise<boolean> {
  const pollers = await pollersOf(control, callsQueue(queue), ofActivities);
  return pollers.some(({ lives }) => lives);
}

/** As workflows/queue-of binds them: what talks to a ZVM goes to its site, a check goes where it looks from. */
export function ownQueuesOf(plan: Plan, queues: Queues): readonly Unserved[] {
  const sites = plan.steps.filter(({ uses }) => uses.startsWith('zerto/')).map(({ site }) => site);
  const probes = plan.steps.filter(({ uses }) => !uses.startsWith('zerto/')).flatMap(step => probeOf(step) ?? []);
  return [...own('site', sites, queues.sites), ...own('probe', probes, queues.probes)];
}

function own(
  what: Unserved['what'],
  names: readonly string[],
  queues: Readonly<Record<string, string>>,
): readonly Unserved[] {
  return [...new Set(names)].flatMap(name => {
    const queue = Object.hasOwn(queues, name) ? queues[name] : undefined;
    return queue === undefined ? [] : [{ what, name, queue }];
  });
}

/** An expression's probe is known only in the run. */
function probeOf(step: PlanStep): string | undefined {
  const given = fieldOf(step.with, 'via');
  return typeof given === 'string' ? given : step.via;
}

function fieldOf(template: Template, name: string): unknown {
  if ('map' in template) {
    const field = template.map[name];
    return field !== undefined && 'lit' in field ? field.lit : undefined;
  }
  const { lit } = template as { readonly lit?: unknown };
  return typeof lit === 'object' && lit !== null ? (lit as Readonly<Record<string, unknown>>)[name] : undefined;
}
