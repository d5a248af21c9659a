import { placeCells } from './place.ts';
import type { Cell } from './rows.ts';

/** Rows below each other, with the place of each. A long picture is folded into several. */
export interface Column {
  readonly rows: readonly Row[];
  readonly width: number;
  /** A letter where it goes on from the column before, and where the next one goes on. */
  readonly from?: string;
  readonly to?: string;
}

export interface Row {
  readonly cells: readonly Cell[];
  readonly phase: string;
  /** Space above it, px, and its height. */
  readonly gap: number;
  readonly height: number;
}

/** Between cells that stand side by side. */
const apart = 26;
const gaps = { straight: 26, bent: 42, phase: 62 };
/** Up to this height nothing is folded, px. */
const high = 2_600;
/** Height to width of a folded picture. */
const proportion = 1.1;

/**
 * Rows in columns. A picture that is much too high is folded, only where one step follows on one or several, or several on one:
 * there a letter can stand for the edges.
 */
export function foldRows(cells: readonly (readonly Cell[])[], { mayFold }: { mayFold: boolean }): readonly Column[] {
  const rows = cells.map((row, place) => measure(row, cells[place - 1]));
  const height = rows.reduce((sum, row) => sum + row.gap + row.height, 0);
  const { width } = placeCells(cells, apart);
  if (!mayFold || height <= high) return [{ rows, width }];
  const count = Math.max(1, Math.round(Math.sqrt(height / (proportion * (width + 140)))));
  const parts = split(rows, height / count);
  return parts.map((part, place) => ({
    rows: part,
    width: placeCells(
      part.map(row => row.cells),
      apart,
    ).width,
    ...(place > 0 && { from: letter(place - 1) }),
    ...(place < parts.length - 1 && { to: letter(place) }),
  }));
}

function measure(cells: readonly Cell[], above: readonly Cell[] | undefined): Row {
  const phase = cells[0]?.phase ?? '';
  const height = Math.max(...cells.map(cell => cell.height));
  if (above === undefined) return { cells, phase, gap: 0, height };
  if (above[0]?.phase !== phase) return { cells, phase, gap: gaps.phase, height };
  const straight = cells.length === 1 && above.length === 1;
  return { cells, phase, gap: straight ? gaps.straight : gaps.bent, height };
}

function split(rows: readonly Row[], target: number): readonly (readonly Row[])[] {
  const parts: Row[][] = [[]];
  let filled = 0;
  for (const [place, row] of rows.entries()) {
    // Rather a little too early than a whole row too late.
    if (filled + row.height / 2 > target && mayCut(rows[place - 1]?.cells ?? [], row.cells)) {
      parts.push([]);
      filled = 0;
    }
    parts.at(-1)?.push(row);
    filled += row.gap + row.height;
  }
  return parts;
}

function mayCut(above: readonly Cell[], below: readonly Cell[]): boolean {
  if (above.length !== 1 && below.length !== 1) return false;
  return [...above, ...below].every(cell => cell.node !== undefined);
}

function letter(place: number): string {
  const last = String.fromCharCode(65 + (place % 26));
  return place < 26 ? last : `${letter(Math.floor(place / 26) - 1)}${last}`;
}
