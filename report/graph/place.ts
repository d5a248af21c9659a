import type { Cell } from './rows.ts';

const rounds = 6;

/** Gives each cell its `x`: near the middle of what it is joined to, `gap` px from its neighbours. The leftmost edge is at 0. */
export function placeCells(rows: readonly (readonly Cell[])[], gap: number): { readonly width: number } {
  const inside = new Set(rows.flat());
  for (const row of rows) settle(row, gap, () => 0);
  for (let round = 0; round < rounds; round++) {
    const upwards = round % 2 === 1;
    for (const row of upwards ? [...rows].reverse() : rows)
      settle(row, gap, cell => wish(cell, upwards ? [cell.below, cell.above] : [cell.above, cell.below], inside));
  }
  const all = [...inside];
  const left = Math.min(0, ...all.map(cell => cell.x - cell.width / 2));
  const right = Math.max(0, ...all.map(cell => cell.x + cell.width / 2));
  for (const cell of all) cell.x -= left;
  return { width: right - left };
}

/** The middle of its neighbours on the first side that has any. A wall has no wish: it is as wide as the picture. */
function wish(cell: Cell, sides: readonly (readonly Cell[])[], inside: ReadonlySet<Cell>): number {
  for (const side of sides) {
    const near = side.filter(other => inside.has(other) && !isWall(other));
    if (near.length > 0) return near.reduce((sum, { x }) => sum + x, 0) / near.length;
  }
  return isWall(cell) ? 0 : cell.x;
}

export function isWall({ node }: Cell): boolean {
  return node?.kind === 'step' && node.wall === true;
}

/**
 * The places nearest to the wishes (least squares) that keep the order and the gaps: neighbours that push each other become
 * one block, which stands at the mean of their wishes (pool adjacent violators, linear).
 */
function settle(row: readonly Cell[], gap: number, wishOf: (cell: Cell) => number): void {
  const blocks: { sum: number; cells: { readonly cell: Cell; readonly shift: number }[] }[] = [];
  let shift = 0;
  let before: Cell | undefined;
  for (const cell of row) {
    if (before !== undefined) shift += (before.width + cell.width) / 2 + gap;
    before = cell;
    let block = { sum: wishOf(cell) - shift, cells: [{ cell, shift }] };
    for (let last = blocks.at(-1); last !== undefined && mean(last) > mean(block); last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: last.sum + block.sum, cells: [...last.cells, ...block.cells] };
    }
    blocks.push(block);
  }
  for (const block of blocks) for (const { cell, shift: own } of block.cells) cell.x = mean(block) + own;
}

const mean = ({ sum, cells }: { readonly sum: number; readonly cells: readonly unknown[] }): number =>
  sum / cells.length;
