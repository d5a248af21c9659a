import type { Json, JsonMap } from '../actions/json.ts';
import { evaluate, renderTemplate } from '../expressions/evaluate.ts';
import { references } from '../expressions/references.ts';
import type { Template } from './plan.ts';

/** What is known of a run's names while it goes on: `steps` has those alone that have ended. */
export interface KnownNames {
  /** Absent: not known at all, as in a sub-runbook. */
  readonly inputs?: Readonly<Record<string, Json>>;
  /** Inputs that are given, with what is not known. */
  readonly unknownInputs?: ReadonlySet<string>;
  readonly vars: Readonly<Record<string, Json>>;
  readonly run: Readonly<Record<string, Json>>;
  readonly steps: Readonly<Record<string, KnownStep>>;
  /** Of an item of a for-each; absent: none, or not known. */
  readonly each?: { readonly value: Json };
}

export interface KnownStep {
  /** Absent: it will have ended, and how is not known. */
  readonly status?: string;
  /** Those that are known. */
  readonly outputs: Readonly<Record<string, Json>>;
}

/** What an `if` of a Plan will give; undefined: nobody knows yet, for it reads what is not known or fails. */
export function knownCondition(source: string, names: KnownNames): boolean | undefined {
  if (!isReadable(source, names)) return undefined;
  const found = evaluate(source, valuesOf(names));
  return found.ok && typeof found.value === 'boolean' ? found.value : undefined;
}

/** What a template of a Plan will give; undefined: nobody knows yet. */
export function knownValue(template: Template, names: KnownNames): Json | undefined {
  if ('lit' in template) return template.lit;
  if (!expressionsIn(template).every(source => isReadable(source, names))) return undefined;
  const found = renderTemplate(template, valuesOf(names));
  return found.ok ? found.value : undefined;
}

function expressionsIn(template: Template): readonly string[] {
  if ('cel' in template) return [template.cel];
  if ('text' in template) return template.text.flatMap(part => (typeof part === 'string' ? [] : [part.cel]));
  if ('list' in template) return template.list.flatMap(expressionsIn);
  return 'map' in template ? Object.values(template.map).flatMap(expressionsIn) : [];
}

function isReadable(source: string, names: KnownNames): boolean {
  const all = references(source);
  return all.length > 0 && all.every(({ path, guarded }) => isKnown(path, guarded, names));
}

function valuesOf({ inputs = {}, vars, run, steps, each }: KnownNames): JsonMap {
  const told = Object.entries(steps).map(([name, { status, outputs }]): [string, JsonMap] => [
    name,
    { ...(status === undefined ? {} : { status }), outputs },
  ]);
  return { inputs, vars, run, steps: Object.fromEntries(told), ...(each === undefined ? {} : { each }) };
}

function isKnown(
  path: readonly string[],
  guarded: boolean,
  { inputs, unknownInputs, vars, run, steps, each }: KnownNames,
): boolean {
  const [context, name = '', field, output] = path;
  switch (context) {
    case 'inputs':
      return inputs !== undefined && unknownInputs?.has(name) !== true && (guarded || Object.hasOwn(inputs, name));
    case 'vars':
      return Object.hasOwn(vars, name);
    case 'run':
      return Object.hasOwn(run, name);
    case 'steps': {
      const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
      if (step === undefined || field === 'status') return step?.status !== undefined;
      if (output !== undefined && Object.hasOwn(step.outputs, output)) return true;
      // What did not succeed has no outputs to wait for.
      return guarded && step.status !== undefined && step.status !== 'succeeded';
    }
    case 'each':
      return name === 'value' && each !== undefined;
    default:
      return false;
  }
}
