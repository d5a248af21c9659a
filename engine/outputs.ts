import type { Json, JsonMap } from '../actions/json.ts';
import type { Template } from '../compiler/plan.ts';
import type { Rendered } from './evaluator.ts';
import { rootOf } from './frames.ts';
import { render, scopeOf } from './scope.ts';
import type { Frame } from './state.ts';
import type { Turn } from './turn.ts';
import type { RunResult } from './types.ts';

/** The last step of a frame has ended, and nothing is closed yet. Of one that was stopped there are none. */
export function renderOutputs(turn: Turn, frame: Frame): void {
  const { plan } = turn;
  const templates = frame.scope === undefined ? plan.outputs : plan.scopes?.[frame.scope]?.outputs;
  if (templates === undefined || frame.stop !== undefined) return;
  const of = frame.caller === undefined ? '' : ` of "${frame.caller.key}"`;
  const rendered = renderAll(turn, templates, scopeOf(turn, frame), name => `the output "${name}"${of}`);
  frame.result = rendered.ok ? { outputs: rendered.value } : { error: rendered.error };
}

/** Of the run: an output that cannot be had is told, and changes nothing else. */
export function outputsOf(turn: Turn): Pick<RunResult, 'outputs' | 'outputsError'> {
  const { result } = rootOf(turn);
  if (result === undefined) return {};
  return 'error' in result ? { outputsError: result.error } : { outputs: result.outputs };
}

/** One after the other, so that an error names its field. */
export function renderAll(
  turn: Turn,
  templates: Readonly<Record<string, Template>>,
  scope: JsonMap,
  where: (name: string) => string,
): Rendered<JsonMap> {
  const fields: [string, Json][] = [];
  for (const [name, template] of Object.entries(templates)) {
    const field = render(turn, template, scope, where(name));
    if (!field.ok) return field;
    fields.push([name, field.value]);
  }
  return { ok: true, value: Object.fromEntries(fields) };
}
