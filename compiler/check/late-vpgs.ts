import { opensSomething } from './calls.ts';
import { placeOf } from './expression-problems.ts';
import { usable } from './expressions.ts';
import { knownOfRun } from '../plan/known.ts';
import type { Draft } from '../model.ts';
import type { Reporter } from '../reporter.ts';
import { inputsRead, type Read, readsOf } from './reads.ts';
import type { ModeStep, View, VpgUse } from './view.ts';

/**
 * Where the names of VPGs come from: what is known at the start, or a step that finds VPGs; and no such step below
 * an opening (docs/decisions/0006).
 */
export function checkVpgs(view: View, reporter: Reporter): VpgUse {
  const trace = new Trace(view, reporter);
  for (const step of view.steps) {
    const { draft, contract, call } = step;
    const field = contract?.vpgs;
    const locking = contract?.locks !== undefined;
    const own = usable(step);
    const named = own?.kind === 'map' && field !== undefined ? own.entries.get(field) : undefined;
    if (named !== undefined) trace.follow(step, named, `with.${field ?? ''}`, locking);
    if (locking) trace.follow(step, draft.forEach?.items, 'for-each', true);
    for (const [name, locks] of call?.sub.vpgs.inputs ?? [])
      trace.follow(step, call?.inputs.get(name), `with.inputs.${name}`, locks);
  }
  checkBelowOpenings(view, reporter);
  return { inputs: trace.inputs, found: trace.found };
}

class Trace {
  readonly inputs = new Map<string, boolean>();
  readonly found = new Set<number>();
  private readonly view: View;
  private readonly reporter: Reporter;

  constructor(view: View, reporter: Reporter) {
    this.view = view;
    this.reporter = reporter;
  }

  follow(step: ModeStep, draft: Draft | undefined, what: string, locks: boolean): void {
    for (const read of readsOf(step, draft, what)) {
      const [root = '', name = ''] = read.path;
      switch (root) {
        case 'inputs':
          for (const input of inputsRead(this.view, read))
            this.inputs.set(input, locks || this.inputs.get(input) === true);
          break;
        case 'run':
          if (!knownOfRun.includes(name)) this.report(read, 2);
          break;
        case 'steps':
          if (this.finds(name, locks) === false) this.report(read, 4);
          break;
        default:
      }
    }
  }

  /** Whether a step finds VPGs; undefined where that does not matter: it is unknown (reported), or left out by `only`. */
  private finds(id: string, locks: boolean): boolean | undefined {
    const place = this.view.places.get(id);
    const contract = place === undefined ? undefined : this.view.steps[place]?.contract;
    if (place === undefined || contract === undefined) return undefined;
    if (contract.finds === undefined) return false;
    if (locks) this.found.add(place);
    return true;
  }

  private report({ expression, what, path, start, end }: Read, parts: number): void {
    const at = placeOf(expression, start, end, this.reporter);
    this.reporter.report('DB4030', at, { what, path: path.slice(0, parts).join('.') });
  }
}

function checkBelowOpenings(view: View, reporter: Reporter): void {
  let opening: string | undefined;
  for (const { draft, contract } of view.steps) {
    if (contract?.finds !== undefined && opening !== undefined)
      reporter.report('DB4031', draft.uses.at, { action: contract.name, opening });
    if (contract !== undefined && opensSomething(contract)) opening ??= draft.id;
  }
}
