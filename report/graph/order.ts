import type { Cell } from './rows.ts';

const sweeps = 8;

/**
 * Orders each row so that few edges cross: cells move towards the middle of what they are joined to, row by row, down and
 * up (Sugiyama). Among equals the author's order stays. Of all orders that were seen the best one is kept, the first among equals.
 */
export function orderRows(rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] {
  let current = rows;
  let best = rows;
  let fewest = countCrossings(rows);
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    const down = sweep % 2 === 0;
    current = down ? sortAll(current, 'above') : [...sortAll([...current].reverse(), 'below')].reverse();
    const crossings = countCrossings(current);
    if (crossings >= fewest) continue;
    fewest = crossings;
    best = current;
  }
  for (const row of best) number(row);
  return best;
}

/** Rows in the direction of the sweep, each after the ones before it have their new order. */
function sortAll(rows: readonly (readonly Cell[])[], side: 'above' | 'below'): readonly (readonly Cell[])[] {
  return rows.map(row => {
    const pull = new Map(row.map(cell => [cell, middle(cell[side], cell.order)]));
    const sorted = [...row].sort((a, b) => (pull.get(a) ?? 0) - (pull.get(b) ?? 0) || a.order - b.order);
    number(sorted);
    return sorted;
  });
}

function middle(cells: readonly Cell[], own: number): number {
  return cells.length === 0 ? own : cells.reduce((sum, { order }) => sum + order, 0) / cells.length;
}

function number(row: readonly Cell[]): void {
  for (const [order, cell] of row.entries()) cell.order = order;
}

function countCrossings(rows: readonly (readonly Cell[])[]): number {
  for (const row of rows) number(row);
  return rows.reduce((sum, row) => sum + crossingsBelow(row), 0);
}

/** Inversions among the lower ends, counted with a Fenwick tree: edges × log of the row's width. */
function crossingsBelow(row: readonly Cell[]): number {
  const ends = row.flatMap(cell => cell.below.map(({ order }) => order).sort((a, b) => a - b));
  const size = Math.max(0, ...ends) + 1;
  const tree = new Array<number>(size + 1).fill(0);
  let crossings = 0;
  for (const [seen, end] of ends.entries()) {
    let notBehind = 0;
    for (let at = end + 1; at > 0; at -= at & -at) notBehind += tree[at] ?? 0;
    crossings += seen - notBehind;
    for (let at = end + 1; at <= size; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
  }
  return crossings;
}
