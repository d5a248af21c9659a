/**
 * The guards of a run, or of what one recovers: `guard/RUN`, `guard/recovered/SITE/VPG/TASK`; one that is lost is followed by
 * `…/2`, `…/3` …
 */
export function guardIdParts(id: string): { readonly first: string; readonly generation: number } {
  const parts = id.split('/');
  const length = parts[1] === 'recovered' ? 5 : 2;
  const after = parts.slice(length).join('/');
  return { first: parts.slice(0, length).join('/'), generation: /^\d+$/.test(after) ? Number(after) : 1 };
}

/** What ids of guards begin with that were started for what Temporal knows nothing of any more. */
export const recoveredPrefix = 'guard/recovered/';

/** Fixed by what it recovers: of one that is there already no second is started. */
export function recoveredGuardId(site: string, vpgId: string, task: string): string {
  return recoveredPrefix + [site, vpgId, task].map(encodeURIComponent).join('/');
}
