import type { Json } from '../actions/json.ts';
import { evaluate } from '../expressions/evaluate.ts';
import { references } from '../expressions/references.ts';

/** What is known of a run's names while it goes on: `steps` has those alone that have ended. */
export interface KnownNames {
  /** Absent: not known at all, as in a sub-runbook. */
  readonly inputs?: Readonly<Record<string, Json>>;
  readonly vars: Readonly<Record<string, Json>>;
  readonly run: Readonly<Record<string, Json>>;
  readonly steps: Readonly<
    Record<string, { readonly status: string; readonly outputs: Readonly<Record<string, Json>> }>
  >;
}

/** What an `if` of a Plan will give; undefined: nobody knows yet, for it reads what is not known or fails. */
export function knownCondition(source: string, names: KnownNames): boolean | undefined {
  const all = references(source);
  if (all.length === 0 || !all.every(({ path, guarded }) => isKnown(path, guarded, names))) return undefined;
  const { inputs = {}, vars, run, steps } = names;
  const found = evaluate(source, { inputs, vars, run, steps });
  return found.ok && typeof found.value === 'boolean' ? found.value : undefined;
}

function isKnown(path: readonly string[], guarded: boolean, { inputs, vars, run, steps }: KnownNames): boolean {
  const [context, name = '', field, output] = path;
  switch (context) {
    case 'inputs':
      return inputs !== undefined && (guarded || Object.hasOwn(inputs, name));
    case 'vars':
      return Object.hasOwn(vars, name);
    case 'run':
      return Object.hasOwn(run, name);
    case 'steps': {
      const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
      if (step === undefined || field === 'status') return step !== undefined;
      if (output !== undefined && Object.hasOwn(step.outputs, output)) return true;
      // What did not succeed has no outputs to wait for.
      return guarded && step.status !== 'succeeded';
    }
    default:
      return false;
  }
}
