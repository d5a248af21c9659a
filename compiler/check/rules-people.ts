import type { Contract } from '../../actions/contract.ts';
import type { StepDraft } from '../model.ts';
import type { Reporter } from '../reporter.ts';
import type { Range } from '../yaml/source.ts';

/** Steps that ask people, and the other walls: what would let one pass them, or ask a hundred times (rules 1, 15). */
export function checkPeople(draft: StepDraft, contract: Contract, reporter: Reporter): void {
  const refuse = (what: string, at: Range | undefined, why: string): void => {
    if (at !== undefined) reporter.report('DB4006', at, { what, action: contract.name, why });
  };
  if (contract.people === true) refuse('`for-each`', draft.forEach?.at, 'people are asked once');
  else if (contract.wall === true) refuse('`for-each`', draft.forEach?.at, 'it ends all that is open at once');
  if (contract.name !== 'approval') return;
  refuse('`if`', draft.if?.node, 'nobody can skip it');
  if (draft.onFailure?.value === 'continue')
    refuse('`on-failure: continue`', draft.onFailure.at, 'nothing may go on without it');
}
