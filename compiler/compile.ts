import { type Mode, modes as allModes } from '../actions/contract.ts';
import type { Diagnostic } from './diagnostics.ts';
import { DraftReader } from './drafts.ts';
import { assemble } from './assemble.ts';
import { checkExpressions, type Resolved } from './expressions.ts';
import { lint } from './lints.ts';
import type { InputDraft } from './model.ts';
import { checkNames, type ConfigNames } from './names.ts';
import { findNotBuilt } from './not-built.ts';
import type { Plan } from './plan.ts';
import { read } from './read.ts';
import { Reporter } from './reporter.ts';
import { checkRules } from './rules.ts';
import { shape } from './shape.ts';
import { sourceOf } from './source.ts';
import { type View, viewOf } from './view.ts';

export interface CompileOptions {
  /** Of the drillbook.yaml that goes with the file; without it such names are taken as they stand. */
  readonly names?: ConfigNames;
  /** Check these modes only; default all that the file declares. */
  readonly modes?: readonly Mode[];
}

export interface Compiled {
  /** All mistakes of the file at once, in its order, warnings too. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent when the file could not be read so far. */
  readonly runbook?: {
    readonly name: string;
    readonly modes: readonly Mode[];
    readonly inputs: readonly DeclaredInput[];
  };
  /**
   * One mode with its inputs: texts as from a command line, or JSON. `notBuilt`: steps whose actions this version cannot
   * run; a fact for `validate`, a refusal for `run`. Only diagnostics when the file has an error or an input does not fit.
   */
  plan(mode: Mode, inputs: Readonly<Record<string, unknown>>): Planned;
}

export type Planned =
  | { readonly plan: Plan; readonly notBuilt: readonly Diagnostic[] }
  | { readonly diagnostics: readonly Diagnostic[] };

export type DeclaredInput = Pick<InputDraft, 'name' | 'type' | 'required'> &
  Partial<Pick<InputDraft, 'of' | 'values' | 'default' | 'description'>>;

/** Text to diagnostics or Plans. Never throws, whatever the text. */
export function compile(
  source: { readonly file: string; readonly text: string },
  options: CompileOptions = {},
): Compiled {
  const reporter = new Reporter(sourceOf(source.file, source.text));
  const drafts = new DraftReader(reporter);
  const root = read(reporter);
  const runbook = root && shape(root, reporter, drafts);
  const checked = new Map<Mode, { readonly view: View; readonly resolved: Resolved }>();
  if (runbook !== undefined) {
    checkNames(runbook, drafts, options.names, reporter);
    for (const mode of allModes) {
      if (!runbook.modes.has(mode) || options.modes?.includes(mode) === false) continue;
      const view = viewOf(runbook, mode);
      checkRules(view, options.names, reporter);
      checked.set(mode, { view, resolved: checkExpressions(view, reporter) });
    }
    if (!reporter.hasErrors())
      lint(
        runbook,
        [...checked.values()].map(c => c.view),
        drafts,
        reporter,
      );
  }
  const diagnostics = reporter.diagnostics();
  return {
    diagnostics,
    ...(runbook !== undefined && {
      runbook: { name: runbook.name, modes: [...runbook.modes.keys()], inputs: [...runbook.inputs.values()] },
    }),
    plan: (mode, inputs) => {
      if (reporter.hasErrors() || runbook === undefined) return { diagnostics };
      const found = checked.get(mode);
      const problems = new Reporter(reporter.source);
      if (found === undefined) {
        problems.report('DB6004', runbook.root, { mode, modes: [...checked.keys()].join(', ') });
        return { diagnostics: problems.diagnostics() };
      }
      const plan = assemble(found.view, found.resolved, inputs, problems, source.text);
      if (plan === undefined) return { diagnostics: problems.diagnostics() };
      return { plan, notBuilt: findNotBuilt(plan, found.view, problems) };
    },
  };
}
