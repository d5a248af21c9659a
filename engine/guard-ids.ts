/** What ids of guards begin with that were started for what Temporal knows nothing of any more. */
export const recoveredPrefix = 'guard/recovered/';

/** Fixed by what it recovers: of one that is there already no second is started. */
export function recoveredGuardId(site: string, vpgId: string, task: string): string {
  return recoveredPrefix + [site, vpgId, task].map(encodeURIComponent).join('/');
}
