import type { CardText } from './card.ts';
import type { Drawing, Shape } from './drawing.ts';
import { fit } from './text.ts';
import { type GraphModel, type GraphNode, type GraphStep, groupByScope, waitsOf } from './model.ts';
import { titleOfPhase } from '../timeline.ts';

const lineHeight = 18;
const columnWidth = 470;
const indent = 16;
const mono = { size: 11.5, mono: true } as const;
/** Height to width. */
const proportion = 1.2;
const fewestLines = 60;

type Line = { readonly phase: string } | { readonly step: GraphStep; readonly stage: number; readonly depth: number };

/**
 * For what is too large for arrows: a line a step in as many columns as it takes. The number before it is its stage: steps of
 * one stage may run at the same time, a higher one waits for a lower.
 */
export function layList(model: GraphModel): Drawing {
  const lines = listLines(model);
  const columns = Math.max(1, Math.round(Math.sqrt((lines.length * lineHeight) / (columnWidth * proportion))));
  const each = Math.max(fewestLines, Math.ceil(lines.length / columns));
  const shapes = lines.map((line, place) => {
    const x = Math.floor(place / each) * columnWidth;
    return lay(line, x, ((place % each) + 1) * lineHeight);
  });
  return {
    width: Math.ceil(lines.length / each) * columnWidth,
    height: Math.min(each, lines.length) * lineHeight + lineHeight,
    shapes,
  };
}

function lay(line: Line, x: number, y: number): Shape {
  if ('phase' in line) return { kind: 'phase', x, y, title: titleOfPhase(line.phase) };
  const { step, stage, depth } = line;
  const left = Math.min(depth, 8) * indent;
  const room = columnWidth - 30 - left;
  return {
    kind: 'row',
    x: x + left,
    y,
    step,
    texts: [
      cell('note', `${stage}`, 42, 'end'),
      cell('title', fit(step.title, room * 0.44, { size: 13, bold: true }), 52),
      cell('action', fit(step.action, room * 0.4, mono), 52 + room * 0.46),
    ],
  };
}

function cell(look: CardText['look'], text: string, x: number, anchor: CardText['anchor'] = 'start'): CardText {
  return { text, look, x, y: 0, anchor };
}

function listLines({ nodes, edges }: GraphModel): readonly Line[] {
  const waits = waitsOf(edges);
  const scopes = groupByScope(nodes);
  const lines: Line[] = [];
  const add = (scope: readonly GraphNode[], depth: number): void => {
    const stages = stagesOf(scope, waits);
    let phase: string | undefined;
    for (const node of scope) {
      if (node.kind === 'join') continue;
      if (depth === 0 && node.phase !== phase) lines.push({ phase: node.phase });
      phase = node.phase;
      lines.push({ step: node, stage: stages.get(node.id) ?? 0, depth });
      add(scopes.get(node.id) ?? [], depth + 1);
    }
  };
  add(scopes.get(undefined) ?? [], 0);
  return lines;
}

/** One more than the highest of those that a step waits for. A join is no step: it adds nothing. */
function stagesOf(
  scope: readonly GraphNode[],
  waits: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, number> {
  const stages = new Map<string, number>();
  for (const node of scope) {
    const highest = (waits.get(node.id) ?? []).reduce((most, id) => Math.max(most, stages.get(id) ?? 0), 0);
    stages.set(node.id, node.kind === 'join' ? highest : highest + 1);
  }
  return stages;
}
