import { cardWidths, heightOf, stackStep } from './card.ts';
import { type Column, foldRows } from './fold.ts';
import { type GraphEdge, type GraphModel, type GraphNode, type GraphStep, groupByScope, waitsOf } from './model.ts';
import { drawColumn } from './column.ts';
import type { Drawing, Shape } from './drawing.ts';
import { orderRows } from './order.ts';
import { layRows, type Sized } from './rows.ts';

const boxPadding = 14;
const columnGap = 28;
/** Wider, and it is tried with narrow cards; and wider than that is no picture any more, px. */
const comfortable = 2_400;
const widest = 6_000;

/** Where everything stands; `undefined` where there is too much for a picture. */
export function layGraph(model: GraphModel): Drawing | undefined {
  for (const cardWidth of cardWidths) {
    const layout = new Layout(model, cardWidth);
    const drawing = layout.scope(undefined);
    const limit = cardWidth === cardWidths.at(-1) ? widest : comfortable;
    if (drawing === undefined || layout.widest <= limit) return drawing;
  }
  return undefined;
}

class Layout {
  private readonly scopes: ReadonlyMap<string | undefined, readonly GraphNode[]>;
  private readonly waits: ReadonlyMap<string, readonly string[]>;
  private readonly closings: readonly GraphEdge[];
  private readonly cardWidth: number;
  /** The width of the widest column, px. */
  widest = 0;

  constructor({ nodes, edges }: GraphModel, cardWidth: number) {
    this.cardWidth = cardWidth;
    this.scopes = groupByScope(nodes);
    this.waits = waitsOf(edges);
    this.closings = edges.filter(({ kind }) => kind === 'closes');
  }

  scope(within: string | undefined): Drawing | undefined {
    const inner = new Map<string, Drawing>();
    const sized: Sized[] = [];
    for (const node of this.scopes.get(within) ?? []) {
      if (node.kind === 'join') {
        sized.push({ node, width: this.cardWidth / 2, height: 5 });
        continue;
      }
      const inside = this.scopes.has(node.id) ? this.scope(node.id) : undefined;
      if (inside === undefined && this.scopes.has(node.id)) return undefined;
      if (inside !== undefined) inner.set(node.id, inside);
      sized.push({ node, ...sizeOf(node, inside, this.cardWidth) });
    }
    const rows = layRows(sized, id => this.waits.get(id) ?? []);
    if (rows === undefined) return undefined;
    const columns = foldRows(orderRows(rows), { mayFold: within === undefined });
    return sideBySide(columns.map(column => this.column(column, inner, within === undefined)));
  }

  private column(column: Column, inner: ReadonlyMap<string, Drawing>, root: boolean): Drawing {
    if (root) this.widest = Math.max(this.widest, column.width);
    return drawColumn(column, { closings: this.closings, inner, root, narrowest: this.cardWidth });
  }
}

function sizeOf(step: GraphStep, inside: Drawing | undefined, cardWidth: number): { width: number; height: number } {
  const behind = step.forEach === true ? 2 * stackStep : 0;
  const front = inside === undefined ? cardWidth : Math.max(cardWidth, inside.width + 2 * boxPadding);
  return {
    // On both sides, so that the front card stands in the middle.
    width: front + 2 * behind,
    height: heightOf(step, front) + (inside === undefined ? 0 : inside.height + boxPadding) + behind,
  };
}

function sideBySide(drawings: readonly Drawing[]): Drawing {
  const shapes: Shape[] = [];
  let x = 0;
  for (const drawing of drawings) {
    shapes.push({ kind: 'group', x, y: 0, shapes: drawing.shapes });
    x += drawing.width + columnGap;
  }
  return { width: Math.max(0, x - columnGap), height: Math.max(0, ...drawings.map(({ height }) => height)), shapes };
}
