import { minute } from '../../actions/contract.ts';
import { findAction } from '../../actions/index.ts';
import type { PlanStep } from '../plan.ts';
import type { CheckedMode } from '../check/view.ts';

/** The sign-in steps of a Plan: the run's own site, which everything waits for, and the others beside it. */
export class SignIns {
  /** What they look up is not known yet. */
  readonly steps: readonly PlanStep[];
  /** Place of the run's own. */
  readonly own: number | undefined;
  private readonly places: ReadonlyMap<string, number>;

  constructor(checked: CheckedMode) {
    const own = checked.view.site?.value;
    const sites = new Set(own === undefined ? [] : [own]);
    collectSites(checked, own ?? '', sites);
    this.places = new Map([...sites].map((site, place) => [site, place]));
    this.own = own === undefined ? undefined : 0;
    this.steps = [...sites].map(site => signInStep(site, site !== own));
  }

  /** What a step carries that speaks to a site which is not the run's own. */
  stepAt(action: string, site: string): Pick<PlanStep, 'signIn'> {
    const place = speaksToSite(action) ? this.places.get(site) : undefined;
    return place === undefined || place === this.own ? {} : { signIn: place };
  }
}

const speaksToSite = (action: string): boolean => action.startsWith('zerto/');

function collectSites({ view }: CheckedMode, callers: string, sites: Set<string>): void {
  const own = view.site?.value ?? callers;
  for (const { draft, contract, call } of view.steps) {
    const site = draft.site?.value ?? own;
    if (contract !== undefined && speaksToSite(contract.name) && site !== '') sites.add(site);
    if (call !== undefined) collectSites(call.sub, own, sites);
  }
}

function signInStep(site: string, beside: boolean): PlanStep {
  const contract = findAction('zerto/sign-in');
  return {
    id: beside ? `sign-in-${site}` : 'sign-in',
    phase: 'sign-in',
    uses: 'zerto/sign-in',
    summary: contract?.summary ?? '',
    effect: 'read',
    with: { lit: { vpgs: [] } },
    site,
    after: [],
    needs: [],
    timeoutMs: contract?.timeoutMs ?? minute,
    onFailure: beside ? 'continue' : 'abort',
    ...(beside && { beside }),
  };
}
