import { type Mode } from '../actions/contract.ts';
import { assemble } from './plan/assemble.ts';
import type { Diagnostic } from './diagnostics.ts';
import type { InputDraft } from './model.ts';
import type { ConfigNames } from './check/names.ts';
import { findNotBuilt } from './plan/not-built.ts';
import type { Plan } from './plan.ts';
import { Problems } from './problems.ts';
import type { Triggers } from './model.ts';
import { diagnosticsOf, type File, type Load, Units } from './units.ts';

export interface CompileOptions {
  /** Of the drillbook.yaml that goes with the file; without it such names are taken as they stand. */
  readonly names?: ConfigNames;
  /** Check these modes only; default all that the file declares. */
  readonly modes?: readonly Mode[];
  /**
   * Gives the files that a step with `uses: runbook` names, relative to the file that calls; it refuses what lies outside
   * the project. Without it such a step does not compile.
   */
  readonly load?: Load;
  /** ms since 1970: from when on warnings look at schedules; else from 2026 on, so that the same file draws the same. */
  readonly now?: number;
}

export interface Compiled {
  /** All mistakes of the file at once, in its order, warnings too; then those of sub-runbooks that do not compile. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent when the file could not be read so far. */
  readonly runbook?: {
    readonly name: string;
    readonly modes: readonly Mode[];
    readonly inputs: readonly DeclaredInput[];
    readonly triggers: Triggers;
    /** Every file that was read, this one first; SHA-256 of their bytes, hexadecimal. */
    readonly files: readonly { readonly name: string; readonly sha256: string }[];
  };
  /**
   * One mode with its inputs: texts as from a command line, or JSON. `notBuilt`: steps that this version cannot run; a
   * fact for `validate`, a refusal for `run`. Only diagnostics when the file has an error or an input does not fit.
   */
  plan(mode: Mode, inputs: Readonly<Record<string, unknown>>): Planned;
}

export type Planned =
  | { readonly plan: Plan; readonly notBuilt: readonly Diagnostic[] }
  | { readonly diagnostics: readonly Diagnostic[] };

export type DeclaredInput = Pick<InputDraft, 'name' | 'type' | 'of' | 'required'> &
  Partial<Pick<InputDraft, 'values' | 'default' | 'description'>> & {
    /** A regular expression for the whole value. */
    readonly pattern?: string;
  };

/** Text to diagnostics or Plans. Never throws, whatever the text. */
export function compile(source: File, options: CompileOptions = {}): Compiled {
  const units = new Units(options.names, options.load, options.now);
  const root = units.compile(source, options.modes);
  const { runbook } = root;
  const diagnostics = diagnosticsOf(root, units);
  return {
    diagnostics,
    ...(runbook !== undefined && {
      runbook: {
        name: runbook.name,
        modes: [...runbook.modes.keys()],
        inputs: [...runbook.inputs.values()].map(declaredInput),
        triggers: runbook.triggers,
        files: [root, ...units.all().filter(unit => unit !== root)].map(unit => ({
          name: unit.source.file,
          sha256: unit.sha256,
        })),
      },
    }),
    plan: (mode, inputs) => {
      if (root.reporter.hasErrors() || runbook === undefined) return { diagnostics };
      const problems = new Problems();
      const checked = root.modes.get(mode);
      if (checked === undefined) {
        const modes = [...root.modes.keys()].join(', ');
        problems.of(root.source).report('DB6004', runbook.modesAt, { mode, modes });
        return { diagnostics: problems.diagnostics() };
      }
      const assembled = assemble(checked, inputs, problems, options.names);
      if (assembled === undefined) return { diagnostics: problems.diagnostics() };
      return { plan: assembled.plan, notBuilt: findNotBuilt(assembled) };
    },
  };
}

function declaredInput({ name, type, of, required, values, pattern, description, ...rest }: InputDraft): DeclaredInput {
  return {
    name,
    type,
    of,
    required,
    ...(values !== undefined && { values }),
    ...(pattern !== undefined && { pattern: pattern.source }),
    ...(rest.default !== undefined && { default: rest.default }),
    ...(description !== undefined && { description }),
  };
}
