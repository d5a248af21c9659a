import type { Evidence } from '../actions/call.ts';
import type { Change } from '../zerto/settings/difference.ts';

/** The part of a difference that fits into a step's outputs, which are small. */
export function boundDifference(changes: readonly Change[], bytes = 1_700): Change[] {
  const shown: Change[] = [];
  let size = 0;
  for (const change of changes) {
    size += Buffer.byteLength(JSON.stringify(change)) + 1;
    if (size > bytes)
      return [...shown, { path: '…', before: '', after: `${changes.length - shown.length} more in the report` }];
    shown.push(change);
  }
  return shown;
}

/** The whole difference, for the report. */
export function evidenceOf(
  changed: boolean,
  difference: readonly Change[],
): { readonly evidence?: readonly Evidence[] } {
  if (!changed) return {};
  const seen = difference.map(change => ({ ...change }));
  return { evidence: [{ kind: 'observation', what: 'settings difference', seen }] };
}
