import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ActionCall } from '../actions/call.ts';
import type { Input } from '../actions/index.ts';
import { StepErrored, StepFailed } from './outcome.ts';
import { spellList } from './spell.ts';
import type { Context, Implementation, Target } from './surroundings.ts';

/** Tells each target; one that cannot be told does not keep the others from being told. */
export const notify: Implementation<'notify'> = async (call, context) => {
  const names = [...new Set([call.with.to].flat())];
  const targets = names.map(name => {
    const target = context.targets(name);
    if (target === undefined) throw new StepErrored(`drillbook.yaml names no target "${name}"`);
    return { name, target };
  });
  const at = new Date(context.clock()).toISOString();
  const told: string[] = [];
  const wrong: string[] = [];
  for (const target of targets) {
    const { reached, failures } = await tellOrFallBack(target, call, context, at);
    if (reached === undefined) wrong.push(...failures);
    else if (!told.includes(reached)) told.push(reached);
  }
  if (wrong.length > 0) {
    const others = told.length === 0 ? '' : `; told were ${spellList(told)}`;
    throw new StepFailed(`could not tell ${wrong.join('; ')}${others}`);
  }
  return { outputs: { told } };
};

/** A target, and where that fails its fallback, to the end; drillbook.yaml has no circle of them. */
async function tellOrFallBack(
  first: { readonly name: string; readonly target: Target },
  call: ActionCall<Input<'notify'>>,
  context: Pick<Context, 'targets'>,
  at: string,
): Promise<{ readonly reached?: string; readonly failures: readonly string[] }> {
  const failures: string[] = [];
  for (let now: typeof first | undefined = first; now !== undefined; now = fallbackOf(now.target, context)) {
    const problem = await tell(now.target, call, at);
    if (problem === undefined) return { reached: now.name, failures };
    failures.push(`${now.name}: ${problem}`);
  }
  return { failures };
}

function fallbackOf({ fallback: name }: Target, { targets }: Pick<Context, 'targets'>) {
  const target = name === undefined ? undefined : targets(name);
  return name === undefined || target === undefined ? undefined : { name, target };
}

/** What was in the way, if something was. */
async function tell(target: Target, call: ActionCall<Input<'notify'>>, at: string): Promise<string | undefined> {
  switch (target.kind) {
    case 'not-built':
      return `telling by ${target.channel} is not built yet`;
    case 'file': {
      const line = { at, run: call.run.id, mode: call.run.mode, step: call.step, message: call.with.message };
      try {
        // One write of a whole line: lines of several runs do not mix.
        await appendFile(target.path, `${JSON.stringify(line)}\n`);
        return undefined;
      } catch (error) {
        return explain((error as NodeJS.ErrnoException).code, target.path);
      }
    }
  }
}

function explain(code: string | undefined, path: string): string {
  if (code === 'ENOENT') return `there is no folder ${dirname(path)}; create it`;
  if (code === 'EACCES' || code === 'EPERM') return `the worker may not write to ${path}`;
  return `${path} cannot be written (${code ?? 'unknown error'})`;
}
