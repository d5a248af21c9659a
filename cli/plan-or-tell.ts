import { resolve } from 'node:path';
import type { Mode } from '../actions/contract.ts';
import type { Diagnostic } from '../compiler/diagnostics.ts';
import type { Plan } from '../compiler/plan.ts';
import { chooseMode } from './choose-mode.ts';
import { Compilation } from './compilation.ts';
import type { CliContext } from './context.ts';
import { readInputs } from './inputs.ts';

export interface PlanFlags {
  readonly mode?: Mode;
  readonly input?: readonly string[];
  readonly inputs?: string;
  readonly config?: string;
}

/**
 * One mode of a runbook as a Plan, for whoever only looks at it: what this version cannot run is told and stops nothing. Undefined
 * after it was told why there is none.
 */
export async function planOrTell(context: CliContext, flags: PlanFlags, file: string): Promise<Plan | undefined> {
  const { terminal, outside, cwd } = context;
  const mode = await chooseMode(context, resolve(cwd, file), flags.mode);
  const given = await readInputs(cwd, flags);
  const compilation = new Compilation(context, flags.config);
  const compiled = await compilation.compile(file);
  const planned = compilation.hasErrors ? undefined : compiled?.plan(mode, given);
  if (planned !== undefined)
    compilation.report('plan' in planned ? planned.notBuilt.map(asWarning) : planned.diagnostics);
  const { diagnostics, texts } = compilation;
  if (diagnostics.length > 0) terminal.say(await outside.encodeText(diagnostics, texts));
  return planned !== undefined && 'plan' in planned ? planned.plan : undefined;
}

function asWarning(fact: Diagnostic): Diagnostic {
  return { ...fact, severity: 'warning' };
}
