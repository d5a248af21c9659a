import { references } from '../../expressions/references.ts';
import type { Draft, Expression } from '../model.ts';
import { knownOfRun } from '../plan/known.ts';
import type { Reporter } from '../reporter.ts';
import { expressionsIn } from './draft-types.ts';
import { placeOf } from './expression-problems.ts';
import { usable } from './expressions.ts';
import type { ModeStep, View } from './view.ts';

/** Fields that decide what a step may do, or whether it may do it; of `args`, how many there are. */
const deciding: readonly (readonly string[])[] = [
  ['command'],
  ['args'],
  ['endpoint'],
  ['method'],
  ['undo', 'method'],
  ['via'],
];
/** Fields of an approval that say who may agree. */
const agreeing = ['from', 'break-glass', 'count', 'not-requester'];

/** A part of a `with` that decides and that an expression gives. */
export interface Deciding {
  readonly path: readonly string[];
  readonly draft: Draft & { readonly kind: 'cel' | 'text' };
}

/** What of a step must be known before the run starts and is not written down. */
export function decidingOf(step: ModeStep): readonly Deciding[] {
  const own = usable(step);
  if (own === undefined) return [];
  const found = new Map<Draft, Deciding>();
  for (const path of deciding) {
    let draft: Draft | undefined = own;
    const reached: string[] = [];
    for (const key of path) {
      if (draft?.kind !== 'map') break;
      draft = draft.entries.get(key);
      reached.push(key);
    }
    if (draft?.kind === 'cel' || draft?.kind === 'text') found.set(draft, { path: reached, draft });
  }
  return [...found.values()];
}

/**
 * What decides what may happen is known before the run starts: nothing that a step gave, nobody but the file says who may
 * agree. Gives the inputs that decide, whose values a caller must know just as early.
 */
export function checkDecided(view: View, reporter: Reporter): ReadonlySet<string> {
  const trace = new Trace(view, reporter);
  for (const step of view.steps) {
    for (const { path, draft } of decidingOf(step)) trace.follow(step, draft, `with.${path.join('.')}`);
    for (const input of step.call?.sub.decides ?? [])
      trace.follow(step, step.call?.inputs.get(input), `with.inputs.${input}`);
    if (step.contract?.name === 'approval') checkAgreeing(step, reporter);
  }
  return trace.inputs;
}

class Trace {
  readonly inputs = new Set<string>();
  private readonly view: View;
  private readonly reporter: Reporter;

  constructor(view: View, reporter: Reporter) {
    this.view = view;
    this.reporter = reporter;
  }

  follow(step: ModeStep, draft: Draft | undefined, what: string): void {
    for (const expression of expressionsIn(draft)) this.expression(step, expression, what);
  }

  private expression(step: ModeStep, expression: Expression, what: string): void {
    for (const { path, start, end } of references(expression.source)) {
      const [root, name] = path;
      const late = root === 'steps' || (root === 'run' && (name === undefined || !knownOfRun.includes(name)));
      if (late) {
        const at = placeOf(expression, start, end, this.reporter);
        this.reporter.report('DB4036', at, { what, path: path.slice(0, root === 'steps' ? 4 : 2).join('.') });
      } else if (root === 'inputs') {
        // All of them, where one is looked up by an expression.
        for (const input of name === undefined ? this.view.runbook.inputs.keys() : [name]) this.inputs.add(input);
      } else if (root === 'each' && what !== 'for-each') {
        this.follow(step, step.draft.forEach?.items, 'for-each');
      }
    }
  }
}

function checkAgreeing(step: ModeStep, reporter: Reporter): void {
  const own = usable(step);
  if (own?.kind !== 'map') return;
  for (const key of agreeing) {
    for (const expression of expressionsIn(own.entries.get(key))) {
      const wrong = references(expression.source).find(({ path: [root] }) => root !== 'vars');
      if (wrong === undefined) continue;
      const at = placeOf(expression, wrong.start, wrong.end, reporter);
      reporter.report('DB4037', at, { what: `with.${key}`, path: wrong.path.slice(0, 4).join('.') });
    }
  }
}
