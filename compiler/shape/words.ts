import { type Mode, modes as allModes } from '../../actions/contract.ts';
import type { Located, ModeDraft, OnFailure } from '../model.ts';
import type { Node } from '../yaml/nodes.ts';
import type { Reporter } from '../reporter.ts';
import { readList, readName, reportDoubles } from './scalars.ts';

export const onFailures = ['abort', 'continue', 'ask'] as const satisfies readonly OnFailure[];

export const isId = (name: string): boolean => /^[a-z][a-z0-9_]*$/.test(name);

export function readMode(node: Node, reporter: Reporter): Mode | undefined {
  const text = readName(node, 'a mode', reporter);
  return text === undefined ? undefined : knownMode(text, node, reporter);
}

export function knownMode(text: string, at: { start: number; end: number }, reporter: Reporter): Mode | undefined {
  const mode = allModes.find(m => m === text);
  return mode ?? reporter.refuse('DB2008', at, { mode: text, suggestion: reporter.didYouMean(text, allModes) });
}

/** A mode that must be one of the file's. */
export function declaredMode(
  node: Node,
  modes: ReadonlyMap<Mode, ModeDraft>,
  reporter: Reporter,
): Located<Mode> | undefined {
  const mode = readMode(node, reporter);
  if (mode === undefined || modes.has(mode) || modes.size === 0) return mode && { value: mode, at: node };
  return reporter.refuse('DB2009', node, { mode, suggestion: reporter.didYouMean(mode, modes.keys()) });
}

/** `only: [drill]`, `required: [failover]`. */
export function readModeList(
  node: Node,
  what: string,
  modes: ReadonlyMap<Mode, ModeDraft>,
  reporter: Reporter,
): readonly Located<Mode>[] | undefined {
  const items = readList(node, what, reporter);
  if (items?.length === 0) return reporter.refuse('DB2022', node, { what });
  reportDoubles(items ?? [], what, reporter);
  return items?.map(item => declaredMode(item, modes, reporter)).filter(m => m !== undefined);
}
