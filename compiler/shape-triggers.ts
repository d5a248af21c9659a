import type { Mode } from '../actions/contract.ts';
import { type KeySet, readKeys } from './keys.ts';
import type { ModeDraft } from './model.ts';
import { describeNode, type Node } from './nodes.ts';
import type { Reporter } from './reporter.ts';
import { headOf } from './keys.ts';
import { declaredMode } from './words.ts';
import { readList } from './scalars.ts';

const kinds: Readonly<Record<string, KeySet>> = {
  schedule: {
    where: 'a schedule',
    known: ['name', 'mode', 'cron', 'time-zone', 'inputs', 'blackouts', 'within', 'jitter', 'overlap', 'catch-up'],
    required: ['mode', 'cron', 'time-zone'],
  },
  webhook: {
    where: 'a webhook',
    known: ['name', 'mode', 'from', 'if', 'once', 'reason', 'inputs'],
    required: ['name', 'mode', 'from'],
  },
};

/** Triggers, their shape only. Gives the names of the inputs that they set. */
export function readTriggers(node: Node, modes: ReadonlyMap<Mode, ModeDraft>, reporter: Reporter): ReadonlySet<string> {
  const inputs = new Set<string>();
  for (const item of readList(node, 'triggers', reporter) ?? []) {
    const found = readKeys(item, { where: 'a trigger', known: Object.keys(kinds) }, reporter);
    if (found === undefined) continue;
    if (found.size !== 1)
      reporter.report('DB2019', headOf(item, reporter), { what: 'a trigger', keys: Object.keys(kinds).join(', ') });
    for (const [kind, { value }] of found) {
      const keys = kinds[kind];
      const trigger = keys && readKeys(value, keys, reporter);
      const mode = trigger?.get('mode')?.value;
      if (mode !== undefined) declaredMode(mode, modes, reporter);
      const given = trigger?.get('inputs')?.value;
      if (given?.kind === 'map') for (const entry of given.entries) inputs.add(entry.key);
      else if (given !== undefined)
        reporter.report('DB2003', given, { what: 'inputs', wanted: 'a map', found: describeNode(given) });
    }
  }
  return inputs;
}
