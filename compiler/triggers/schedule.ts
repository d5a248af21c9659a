import type { Json } from '../../actions/json.ts';
import { parseCron, type Cron } from './cron.ts';
import { cronTimes } from './cron-times.ts';
import { asked } from '../diagnostics.ts';
import { firstLine, headOf, type KeySet, readKeys } from '../shape/keys.ts';
import { locate } from '../yaml/locate.ts';
import type { Located } from '../model.ts';
import { type Node, type ScalarNode } from '../yaml/nodes.ts';
import { readDuration, readList, readName, readWord } from '../shape/scalars.ts';
import { readTriggerInputs, reportMissingInputs } from './trigger-inputs.ts';
import { readTriggerName } from './trigger-name.ts';
import type { TriggerContext } from './triggers.ts';
import type { ScheduleDraft } from '../model.ts';
import { declaredMode } from '../shape/words.ts';
import { checkZone } from './zone.ts';

export const scheduleKeys: KeySet = {
  where: 'a schedule',
  known: ['name', 'mode', 'cron', 'time-zone', 'inputs', 'blackouts', 'within', 'jitter', 'overlap', 'catch-up'],
  required: ['mode', 'cron', 'time-zone'],
};
const overlaps = ['skip', 'wait'] as const;
const defaultCatchUpMs = 600_000;
/** Also so long it holds off for a failover, and its signed start counts. */
const mostCatchUp = '7d';
const mostCatchUpMs = 7 * 86_400_000;

/** A schedule (docs/language.md, rule 17); its name also where the rest cannot be used. */
export function readSchedule(
  node: Node,
  context: TriggerContext,
): { readonly name?: Located<string>; readonly draft?: ScheduleDraft } {
  const { reporter } = context;
  const keys = readKeys(node, scheduleKeys, reporter);
  if (keys === undefined || node.kind !== 'map') return {};
  const at = (key: string): Node | undefined => keys.get(key)?.value;
  const modeNode = at('mode');
  const mode = modeNode && declaredMode(modeNode, context.modes, reporter);
  if (mode !== undefined && mode.value !== 'drill') reporter.report('DB2043', mode.at, { mode: mode.value });
  const nameNode = at('name');
  const written = nameNode && readTriggerName(nameNode, reporter);
  const name = nameNode === undefined && mode !== undefined ? { value: mode.value, at: mode.at } : written;
  const zone = readZone(at('time-zone'), reporter);
  const cronNode = at('cron');
  const cron = cronNode && readCron(cronNode, zone, reporter);
  const inputs = readInputs(at('inputs'), context);
  if (mode !== undefined)
    reportMissingInputs(
      at('inputs'),
      mode.value,
      'this schedule',
      headOf(firstLine(node, reporter), reporter),
      context,
    );
  const blackouts = readBlackouts(at('blackouts'), context);
  const [withinNode, jitterNode, overlapNode, catchUpNode] = [
    at('within'),
    at('jitter'),
    at('overlap'),
    at('catch-up'),
  ];
  const withinMs = withinNode && readDuration(withinNode, 'within', reporter);
  const jitterMs = jitterNode && readDuration(jitterNode, 'jitter', reporter, 'zero');
  const overlap = overlapNode && readWord(overlapNode, overlaps, 'overlap', reporter);
  const catchUpMs = catchUpNode && readCatchUp(catchUpNode, reporter);
  if (cron === undefined || cronNode === undefined || zone === undefined || mode?.value !== 'drill')
    return { ...(name !== undefined && { name }) };
  if (name === undefined) return {};
  return {
    name,
    draft: {
      name: name.value,
      mode: 'drill',
      cron,
      timeZone: zone,
      inputs,
      blackouts,
      ...(withinMs !== undefined && { withinMs }),
      jitterMs: jitterMs ?? 0,
      overlap: overlap ?? 'skip',
      catchUpMs: catchUpMs ?? defaultCatchUpMs,
      at: { start: cronNode.start, end: cronNode.end },
    },
  };
}

type Reporter = TriggerContext['reporter'];

function readCatchUp(node: Node, reporter: Reporter): number | undefined {
  const ms = readDuration(node, 'catch-up', reporter, 'zero');
  if (ms === undefined || ms <= mostCatchUpMs || node.kind !== 'scalar') return ms;
  return reporter.refuse('DB2053', node, { text: node.written, most: mostCatchUp });
}

function readZone(node: Node | undefined, reporter: Reporter): string | undefined {
  const zone = node && readName(node, 'time-zone', reporter);
  if (zone === undefined || node === undefined) return undefined;
  const checked = checkZone(zone);
  return checked.ok ? zone : reporter.refuse('DB2042', node, { zone, suggestion: asked(checked.suggestion) });
}

function readCron(node: Node, zone: string | undefined, reporter: Reporter): Cron | undefined {
  const text = readName(node, 'cron', reporter);
  if (text === undefined || node.kind !== 'scalar') return undefined;
  const read = parseCron(text);
  if ('problems' in read) {
    for (const { why, start, end } of read.problems)
      reporter.report('DB2040', locate(reporter.source.text, node, start, end), { why });
    return undefined;
  }
  if (zone !== undefined && isAlwaysInGap(read.cron, zone)) {
    reporter.report('DB2040', node, { why: `it never fires: each time of it lies in a gap of the clocks of ${zone}` });
    return undefined;
  }
  return read.cron;
}

/** In some zones a rare cron meets only the nights in which the clocks change. Twelve years from 2026 on tell. */
function isAlwaysInGap(cron: Cron, zone: string): boolean {
  let gaps = 0;
  for (const { gap } of cronTimes(cron, zone, Date.UTC(2026, 0, 1), Date.UTC(2038, 0, 1))) {
    if (gap !== true) return false;
    gaps++;
  }
  return gaps > 0;
}

function readInputs(node: Node | undefined, context: TriggerContext): Readonly<Record<string, Json>> {
  const inputs = readTriggerInputs(node, context);
  const values: [string, Json][] = [];
  for (const { name, template } of inputs) if ('lit' in template) values.push([name, template.lit]);
  return Object.fromEntries(values);
}

function readBlackouts(node: Node | undefined, { reporter, drafts }: TriggerContext): readonly string[] {
  const items = node === undefined ? [] : (readList(node, 'blackouts', reporter) ?? []);
  const named = items
    .map(item => ({ node: item, name: readName(item, 'a calendar in blackouts', reporter) }))
    .filter((c): c is { node: ScalarNode; name: string } => c.name !== undefined);
  for (const calendar of named) drafts.names.push({ kind: 'calendar', ...calendar });
  return named.map(c => c.name);
}
