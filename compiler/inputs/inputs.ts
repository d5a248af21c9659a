import type { Json } from '../../actions/json.ts';
import { readGiven } from './given.ts';
import { mustBeGiven } from '../model.ts';
import type { Reporter } from '../reporter.ts';
import type { View } from '../check/view.ts';

/** The inputs of a run: given, else default; each against its declaration. Reports what does not fit. */
export function takeInputs(
  view: View,
  given: Readonly<Record<string, unknown>>,
  reporter: Reporter,
): Readonly<Record<string, Json>> {
  const { runbook, mode } = view;
  for (const name of Object.keys(given)) {
    if (runbook.inputs.has(name)) continue;
    reporter.report('DB6001', runbook.inputsAt, { name, suggestion: reporter.didYouMean(name, runbook.inputs.keys()) });
  }
  const values: [string, Json][] = [];
  for (const input of runbook.inputs.values()) {
    if (Object.hasOwn(given, input.name)) {
      const read = readGiven(input, given[input.name], 'start');
      if ('value' in read) values.push([input.name, read.value]);
      else reporter.report('DB6003', input.at, { name: input.name, why: read.why });
    } else if (mustBeGiven(input, mode)) {
      reporter.report('DB6002', input.at, { name: input.name, mode });
    } else if (input.default !== undefined) {
      values.push([input.name, input.default]);
    }
  }
  return Object.fromEntries(values);
}
