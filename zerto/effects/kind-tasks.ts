import type { Task } from '../tasks.ts';
import type { Call } from '../types.ts';
import type { Zvm } from '../zvm.ts';
import type { EffectKind } from './kinds.ts';

/** A VPG's tasks of an effect's kind, under whichever name the ZVM has for them. */
export async function tasksOfKind(
  zvm: Zvm,
  { task, otherTasks = [] }: EffectKind,
  vpgId: string,
  call: Pick<Call, 'signal'> = {},
): Promise<Task[]> {
  if (otherTasks.length === 0) return await zvm.tasks.list({ type: task, vpgId }, call);
  // Not asked for one by one: a ZVM may refuse a type that it does not know.
  const types = new Set([task, ...otherTasks].map(type => type.toLowerCase()));
  return (await zvm.tasks.list({ vpgId }, call)).filter(({ type }) => types.has(type.toLowerCase()));
}

/** The task that was started last; undefined: there is none. */
export function newestOf(tasks: readonly Task[]): Task | undefined {
  return [...tasks].sort((a, b) => Date.parse(a.started) - Date.parse(b.started)).at(-1);
}
