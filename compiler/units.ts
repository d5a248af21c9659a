import { type Mode, modes as allModes } from '../actions/contract.ts';
import { checkCalls, mayCall, summarise } from './check/calls.ts';
import { checkDecided } from './check/decided.ts';
import type { Diagnostic } from './diagnostics.ts';
import { DraftReader } from './shape/drafts.ts';
import { checkExpressions } from './check/expressions.ts';
import { sha256Hex } from './hash.ts';
import { checkVpgs } from './check/late-vpgs.ts';
import { lint } from './lints/lints.ts';
import type { Draft, Runbook, StepDraft } from './model.ts';
import { checkNames, type ConfigNames } from './check/names.ts';
import { read } from './yaml/read.ts';
import { Reporter } from './reporter.ts';
import { checkRules } from './check/rules.ts';
import { shape } from './shape/shape.ts';
import { type Source, sourceOf } from './yaml/source.ts';
import { checkStepKeys } from './check/step-keys.ts';
import { checkTriggers } from './triggers/trigger-rules.ts';
import { type Call, type CheckedMode, viewOf } from './check/view.ts';

/** A file as it came from its author. */
export interface File {
  /** As it is called in diagnostics; the same file has the same name. */
  readonly file: string;
  readonly text: string;
}

/** Gives the file that `file` names in the file called `from`, or why it cannot. */
export type Load = (file: string, from: string) => File | { readonly why: string };

/** A file, read and checked. */
export interface Unit {
  readonly source: Source;
  readonly sha256: string;
  readonly reporter: Reporter;
  readonly runbook?: Runbook;
  readonly modes: ReadonlyMap<Mode, CheckedMode>;
}

/** Levels of sub-runbooks below the runbook that is run. */
const maxDepth = 8;

/** All files of one compilation; each is loaded and compiled once. */
export class Units {
  private readonly names: ConfigNames | undefined;
  private readonly load: Load;
  private readonly now: number | undefined;
  private readonly loaded = new Map<string, ReturnType<Load>>();
  /** By the name of the file, in the order in which they were finished. */
  private readonly done = new Map<string, Unit>();
  /** Files that are being compiled, each called by the one before it. */
  private readonly open: string[] = [];

  constructor(names: ConfigNames | undefined, load: Load | undefined, now?: number) {
    this.names = names;
    this.now = now;
    this.load = load ?? (() => ({ why: 'no other file can be read here' }));
  }

  /** `modes`: only these. */
  compile(file: File, modes: readonly Mode[] = allModes): Unit {
    const { names } = this;
    const source = sourceOf(file.file, file.text);
    const reporter = new Reporter(source);
    const drafts = new DraftReader(reporter);
    const sha256 = sha256Hex(file.text);
    const checked = new Map<Mode, CheckedMode>();
    this.open.push(file.file);
    const root = read(reporter);
    const runbook = root && shape(root, reporter, drafts);
    if (runbook !== undefined) {
      checkNames(runbook, drafts, names, reporter);
      for (const mode of allModes)
        if (runbook.modes.has(mode) && modes.includes(mode))
          checked.set(mode, this.checkMode(runbook, mode, reporter, sha256));
      const views = [...checked.values()].map(c => c.view);
      checkTriggers(runbook.triggers, runbook.name, views, names, reporter);
      if (!reporter.hasErrors()) lint(runbook, views, drafts, reporter, { names, now: this.now });
    }
    this.open.pop();
    const unit: Unit = { source, sha256, reporter, modes: checked, ...(runbook !== undefined && { runbook }) };
    this.done.set(file.file, unit);
    return unit;
  }

  /** Every file that was read, the one that was asked for last. */
  all(): readonly Unit[] {
    return [...this.done.values()];
  }

  private checkMode(runbook: Runbook, mode: Mode, reporter: Reporter, sha256: string): CheckedMode {
    const { names } = this;
    const view = viewOf(
      runbook,
      mode,
      draft => this.call(draft, mode, reporter.source.file, reporter),
      (draft, other) => this.call(draft, other, reporter.source.file),
    );
    checkRules(view, names, this.open.length > 1, reporter);
    checkStepKeys(view, reporter);
    checkCalls(view, reporter);
    const { resolved, outputs } = checkExpressions(view, reporter);
    const vpgs = checkVpgs(view, reporter);
    const decides = checkDecided(view, reporter);
    const summary = summarise(view, names, reporter);
    return { source: reporter.source, sha256, view, resolved, outputs, vpgs, decides, summary };
  }

  /** What a step calls; why it cannot is told where there is a reporter. */
  private call(draft: StepDraft, caller: Mode, from: string, reporter?: Reporter): Call | undefined {
    if (draft.contract?.name !== 'runbook' || draft.with?.kind !== 'map') return undefined;
    const { entries } = draft.with;
    const fileDraft = entries.get('file');
    const file = plainText(fileDraft, 'with.file', reporter);
    const wanted = plainText(entries.get('mode'), 'with.mode', reporter) ?? caller;
    const mode = allModes.find(m => m === wanted);
    if (fileDraft === undefined || file === undefined || mode === undefined) return undefined;
    const { at } = fileDraft;
    const unit = this.unitOf(file, from, at, reporter);
    if (unit === undefined) return undefined;
    if (!mayCall(caller, mode)) {
      reporter?.report('DB4026', entries.get('mode')?.at ?? at, { caller, mode });
      return undefined;
    }
    const sub = unit.modes.get(mode);
    if (sub === undefined) {
      const known = [...unit.modes.keys()].join(', ');
      reporter?.report('DB4022', at, { file: unit.source.file, mode, modes: known });
      return undefined;
    }
    // Its own calls were within the limit where it was compiled; here it may stand deeper.
    if (this.open.length + sub.summary.depth > maxDepth) reporter?.report('DB4024', at, { limit: `${maxDepth}` });
    const inputs = entries.get('inputs');
    if (inputs !== undefined && inputs.kind !== 'map') {
      reporter?.report('DB2003', inputs.at, { what: 'with.inputs', wanted: 'a map', found: 'an expression' });
      return undefined;
    }
    return { sub, at, inputs: inputs?.entries ?? new Map<string, Draft>(), ...(inputs?.keys && { keys: inputs.keys }) };
  }

  private unitOf(name: string, from: string, at: Draft['at'], reporter?: Reporter): Unit | undefined {
    if (this.open.length > maxDepth) {
      reporter?.report('DB4024', at, { limit: `${maxDepth}` });
      return undefined;
    }
    const found = this.loadOnce(name, from);
    if ('why' in found) {
      reporter?.report('DB4020', at, { file: name, why: found.why });
      return undefined;
    }
    const { file } = found;
    const first = this.open.indexOf(file);
    if (first >= 0) {
      reporter?.report('DB4023', at, { circle: [...this.open.slice(first), file].join(' → ') });
      return undefined;
    }
    const unit = this.done.get(file) ?? this.compile(found);
    if (!unit.reporter.hasErrors()) return unit;
    reporter?.report('DB4021', at, { file, ...describeErrors(unit) });
    return undefined;
  }

  private loadOnce(name: string, from: string): ReturnType<Load> {
    const key = `${from}\0${name}`;
    const found = this.loaded.get(key) ?? this.load(name, from);
    this.loaded.set(key, found);
    return found;
  }
}

/** Only what stands in the file itself: what is called must be known as it is compiled. */
function plainText(draft: Draft | undefined, what: string, reporter?: Reporter): string | undefined {
  if (draft === undefined) return undefined;
  if (draft.kind === 'lit') return typeof draft.value === 'string' ? draft.value : undefined;
  reporter?.report('DB3009', draft.at, { what });
  return undefined;
}

function describeErrors({ reporter }: Unit): { count: string; place: string } {
  const errors = reporter.diagnostics().filter(d => d.severity === 'error');
  const [first] = errors;
  const { file, range } = first ?? { file: reporter.source.file, range: { start: { line: 1, column: 1 } } };
  return {
    count: errors.length === 1 ? '1 error' : `${errors.length} errors`,
    place: `${file}:${range.start.line}:${range.start.column}`,
  };
}

/** Of the file that was asked for, then of every other that does not compile. */
export function diagnosticsOf(root: Unit, units: Units): readonly Diagnostic[] {
  const others = units.all().filter(unit => unit !== root && unit.reporter.hasErrors());
  return [root, ...others].flatMap(unit => unit.reporter.diagnostics());
}
