import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
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
    const line = { run: call.run.id, mode: call.run.mode, step: call.step, message: call.with.message };
    const { reached, failures } = await tellOrFallBack(target, line, context.targets, at);
    if (reached === undefined) wrong.push(...failures);
    else if (!told.includes(reached)) told.push(reached);
  }
  if (wrong.length > 0) {
    const others = told.length === 0 ? '' : `; told were ${spellList(told)}`;
    throw new StepFailed(`could not tell ${wrong.join('; ')}${others}`);
  }
  return { outputs: { told } };
};

/** What is told. `event`: where no step says it (people/page). */
interface Line {
  readonly run: string;
  readonly mode: string;
  readonly step: string;
  readonly message: string;
  readonly event?: string;
}

/** A target, and where that fails its fallback, to the end; drillbook.yaml has no circle of them. */
export async function tellOrFallBack(
  first: { readonly name: string; readonly target: Target },
  line: Line,
  targets: Context['targets'],
  at: string,
): Promise<{ readonly reached?: string; readonly failures: readonly string[] }> {
  const failures: string[] = [];
  for (let now: typeof first | undefined = first; now !== undefined; now = fallbackOf(now.target, targets)) {
    const problem = await tell(now.target, line, at);
    if (problem === undefined) return { reached: now.name, failures };
    failures.push(`${now.name}: ${problem}`);
  }
  return { failures };
}

function fallbackOf({ fallback: name }: Target, targets: Context['targets']) {
  const target = name === undefined ? undefined : targets(name);
  return name === undefined || target === undefined ? undefined : { name, target };
}

/** What was in the way, if something was. */
async function tell(target: Target, told: Line, at: string): Promise<string | undefined> {
  switch (target.kind) {
    case 'not-built':
      return `telling by ${target.channel} is not built yet`;
    case 'file': {
      const line = { at, ...told };
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
