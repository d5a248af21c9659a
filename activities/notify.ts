import { appendFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ActionCall } from '../actions/call.ts';
import type { Input } from '../actions/index.ts';
import { StepErrored, StepFailed } from './outcome.ts';
import { spellList } from './spell.ts';
import type { Implementation, Target } from './surroundings.ts';

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
  for (const { name, target } of targets) {
    try {
      await tell(target, call, at);
      told.push(name);
    } catch (error) {
      wrong.push(`${name}: ${explain(error, target)}`);
    }
  }
  if (wrong.length > 0) {
    const others = told.length === 0 ? '' : `; told were ${spellList(told)}`;
    throw new StepFailed(`could not tell ${wrong.join('; ')}${others}`);
  }
  return { outputs: { told } };
};

async function tell(target: Target, call: ActionCall<Input<'notify'>>, at: string): Promise<void> {
  const line = { at, run: call.run.id, mode: call.run.mode, step: call.step, message: call.with.message };
  // One write of a whole line: lines of several runs do not mix.
  await appendFile(target.path, `${JSON.stringify(line)}\n`);
}

function explain(error: unknown, target: Target): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return `there is no folder ${dirname(target.path)}; create it`;
  if (code === 'EACCES' || code === 'EPERM') return `the worker may not write to ${target.path}`;
  return `${target.path} cannot be written (${code ?? 'unknown error'})`;
}
