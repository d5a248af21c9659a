import { references } from '../../expressions/references.ts';
import type { Draft } from '../model.ts';
import { knownOfRun } from '../plan/known.ts';
import type { Reporter } from '../reporter.ts';
import { expressionsIn } from './draft-types.ts';
import { placeOf } from './expression-problems.ts';
import { usable } from './expressions.ts';
import { inputsRead, type Read, readsOf } from './reads.ts';
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
  const inputs = new Set<string>();
  for (const step of view.steps) {
    for (const read of decidingReads(step)) {
      const [root, name] = read.path;
      if (root === 'steps' || (root === 'run' && (name === undefined || !knownOfRun.includes(name)))) {
        const path = read.path.slice(0, root === 'steps' ? 4 : 2).join('.');
        reporter.report('DB4036', placeOf(read.expression, read.start, read.end, reporter), { what: read.what, path });
      } else if (root === 'inputs') {
        for (const input of inputsRead(view, read)) inputs.add(input);
      }
    }
    if (step.contract?.name === 'approval') checkAgreeing(step, reporter);
  }
  return inputs;
}

function* decidingReads(step: ModeStep): Generator<Read> {
  for (const { path, draft } of decidingOf(step)) yield* readsOf(step, draft, `with.${path.join('.')}`);
  for (const input of step.call?.sub.decides ?? [])
    yield* readsOf(step, step.call?.inputs.get(input), `with.inputs.${input}`);
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
