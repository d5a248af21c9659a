import type { GraphNode } from './model.ts';

/** What stands in a row: a node, or the place where a longer edge passes through. */
export interface Cell {
  readonly node?: GraphNode;
  readonly row: number;
  readonly phase: string;
  readonly width: number;
  readonly height: number;
  /** Cells in the row above and in the row below that an edge joins it to. */
  readonly above: Cell[];
  readonly below: Cell[];
  /** From the left, 0 is the first; and the middle, px. Both are set while the picture is laid out. */
  order: number;
  x: number;
}

export interface Sized {
  readonly node: GraphNode;
  readonly width: number;
  readonly height: number;
}

/** What passes through a row needs a little room. */
const passing = 14;

/** More cells for passing edges than this are no picture any more. */
const maxPassing = 20_000;

/**
 * The nodes of one scope in rows: each below all that it waits for, phases below each other, a wall in a row of its own.
 * An edge over several rows gets a cell in each of them. `undefined`: there are too many of these.
 */
export function layRows(
  nodes: readonly Sized[],
  waits: (id: string) => readonly string[],
): readonly (readonly Cell[])[] | undefined {
  const cells = new Map<string, Cell>();
  const rows: Cell[][] = [];
  const levels = levelsOf(nodes, waits);
  const phases: string[] = [];
  for (const { node } of nodes) phases[levels.get(node.id) ?? 0] ??= node.phase;
  const put = (row: number, cell: Omit<Cell, 'row' | 'phase' | 'above' | 'below' | 'order' | 'x'>): Cell => {
    const line = (rows[row] ??= []);
    const made = { ...cell, row, phase: phases[row] ?? '', above: [], below: [], order: line.length, x: 0 };
    line.push(made);
    return made;
  };
  let budget = maxPassing;
  for (const { node, width, height } of nodes) {
    const row = levels.get(node.id) ?? 0;
    const cell = put(row, { node, width, height });
    cells.set(node.id, cell);
    for (const id of waits(node.id)) {
      let from = cells.get(id);
      if (from === undefined) continue;
      budget -= row - from.row - 1;
      if (budget < 0) return undefined;
      while (from.row < row - 1) from = link(from, put(from.row + 1, { width: passing, height: 0 }));
      link(from, cell);
    }
  }
  return rows;
}

function link(above: Cell, below: Cell): Cell {
  above.below.push(below);
  below.above.push(above);
  return below;
}

/** Each a row below all that it waits for, phases and walls below everything before them. */
function levelsOf(nodes: readonly Sized[], waits: (id: string) => readonly string[]): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  let phase: string | undefined;
  let floor = 0;
  let deepest = -1;
  for (const { node } of nodes) {
    const wall = node.kind === 'step' && node.wall === true;
    if (wall || node.phase !== phase) floor = deepest + 1;
    phase = node.phase;
    const level = waits(node.id).reduce((least, id) => Math.max(least, (levels.get(id) ?? -1) + 1), floor);
    levels.set(node.id, level);
    deepest = Math.max(deepest, level);
    if (wall) floor = deepest + 1;
  }
  return levels;
}
