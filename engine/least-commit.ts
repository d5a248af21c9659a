import type { JsonMap } from '../actions/json.ts';

/** How a commit is made that no step of the runbook describes: the least that a commit can change. */
export function leastCommit(ofMove: boolean): JsonMap {
  return { 'reverse-protect': false, ...(ofMove ? { 'source-vms': 'keep' } : {}) };
}
