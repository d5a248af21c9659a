import { heightOf, stackStep } from './card.ts';
import type { Column, Row } from './fold.ts';
import type { GraphEdge } from './model.ts';
import { drawClosings } from './closings.ts';
import type { Box, Drawing, Place, Shape } from './drawing.ts';
import { curve, type Point } from './path.ts';
import { isWall } from './place.ts';
import type { Cell } from './rows.ts';
import { titleOfPhase } from '../timeline.ts';

export interface ColumnOptions {
  readonly closings: readonly GraphEdge[];
  readonly inner: ReadonlyMap<string, Drawing>;
  /** The run itself: its phases are bands with a heading. */
  readonly root: boolean;
  /** A wall alone is so wide. */
  readonly narrowest: number;
}

const heading = 92;
const padding = 18;
const innerHeading = 26;
const connectorSpace = 44;

export function drawColumn(column: Column, options: ColumnOptions): Drawing {
  const { rows } = column;
  const left = options.root ? heading + padding : 0;
  const width = Math.max(column.width, options.narrowest);
  const manyPhases = new Set(rows.map(({ phase }) => phase)).size > 1;
  const above =
    (options.root ? padding : manyPhases ? innerHeading : 0) + (column.from === undefined ? 0 : connectorSpace);
  const places = placeRows(column, left + (width - column.width) / 2, above);
  const byCell = new Map(places.map(place => [place.cell, place]));
  const content = { x: left, width };
  const closing = drawClosings(places, options.closings, left + width);
  const last = places.at(-1)?.bottom ?? 0;
  const total = left + width + closing.width + (options.root ? padding : 0);
  const height = last + (options.root ? padding : 0) + (column.to === undefined ? 0 : connectorSpace);
  const shapes: Shape[] = [
    ...(options.root ? bands(places, rows, total, height) : manyPhases ? phaseTitles(places, rows) : []),
    ...places.flatMap(place => edgesFrom(place, byCell, content)),
    ...closing.shapes,
    ...connectors(column, places, left + width / 2, height),
    ...places.flatMap(place => cellShapes(place, byCell, content, options.inner)),
  ];
  return { width: total, height, shapes };
}

function placeRows(column: Column, left: number, above: number): readonly Place[] {
  let y = above;
  return column.rows.flatMap((row, number) => {
    if (number > 0) y += row.gap;
    const top = y;
    y += row.height;
    const { cells } = row;
    return cells.map((cell, order) => ({
      cell,
      roomLeft: left + edgeOf(cells[order - 1], 1),
      roomRight: left + edgeOf(cells[order + 1], -1),
      row: number,
      x: left + cell.x,
      y: cell.node?.kind === 'join' ? top + (row.height - cell.height) / 2 : top,
      width: cell.width,
      height: cell.node === undefined ? row.height : cell.height,
      top,
      bottom: top + row.height,
    }));
  });
}

/** Of a neighbour the side that looks here, with a little space. */
function edgeOf(neighbour: Cell | undefined, side: 1 | -1): number {
  if (neighbour === undefined) return -side * Infinity;
  return neighbour.x + side * (neighbour.width / 2 + 10);
}

type Span = Pick<Box, 'x' | 'width'>;

/** From a node along its edges, over the rows that they pass, to the nodes below. */
function edgesFrom(from: Place, places: ReadonlyMap<Cell, Place>, content: Span): readonly Shape[] {
  if (from.cell.node === undefined) return [];
  return from.cell.below.flatMap(next => {
    const chain = [next];
    for (let cell = next; cell.node === undefined; cell = chain.at(-1) ?? cell) {
      const [below] = cell.below;
      if (below === undefined) return [];
      chain.push(below);
    }
    const along = chain.map(cell => places.get(cell));
    const to = along.at(-1);
    if (to === undefined || along.includes(undefined)) return [];
    const path = along.filter(place => place !== undefined);
    const points: Point[] = [];
    const first = path[0] ?? to;
    points.push({ x: port(from, first, places, content), y: bottomOf(from) });
    points.push({ x: port(from, first, places, content), y: from.bottom });
    for (const [at, place] of path.entries()) {
      const x = port(place, at === 0 ? from : (path[at - 1] ?? from), places, content);
      points.push({ x, y: place.top }, { x, y: place === to ? topOf(place) : place.bottom });
    }
    return [{ kind: 'edge', path: curve(points), arrow: to.cell.node?.kind === 'step' }];
  });
}

/** Where an edge meets a cell: in its middle, at a wall or a join straight above or below the other end. */
function port(at: Place, other: Place, places: ReadonlyMap<Cell, Place>, content: Span): number {
  if (isWall(at.cell)) return isWall(other.cell) ? content.x + content.width / 2 : other.x;
  if (at.cell.node?.kind !== 'join') return at.x;
  const { x, width } = extentOf(at, places, content);
  return Math.min(Math.max(other.x, x + 6), x + width - 6);
}

/** A join is as wide as what it joins. */
function extentOf(join: Place, places: ReadonlyMap<Cell, Place>, content: Span): Span {
  const near = [...join.cell.above, ...join.cell.below]
    .map(cell => (isWall(cell) ? undefined : places.get(cell)?.x))
    .filter(x => x !== undefined);
  const from = Math.max(content.x, join.roomLeft, Math.min(join.x, ...near) - 18);
  const to = Math.min(content.x + content.width, join.roomRight, Math.max(join.x, ...near) + 18);
  return { x: from, width: to - from };
}

const topOf = ({ y }: Place): number => y;
const bottomOf = ({ y, height }: Place): number => y + height;

function cellShapes(
  place: Place,
  places: ReadonlyMap<Cell, Place>,
  content: Span,
  inner: ReadonlyMap<string, Drawing>,
): readonly Shape[] {
  const { cell, y } = place;
  const { node, width, height } = cell;
  if (node === undefined) return [];
  if (node.kind === 'join') return [{ kind: 'join', y: y + height / 2, ...extentOf(place, places, content) }];
  if (node.wall === true) return [{ kind: 'wall', x: content.x, y, width: content.width, height, step: node }];
  const behind = node.forEach === true ? 2 * stackStep : 0;
  const box = { x: place.x - width / 2 + behind, y, width: width - 2 * behind, height: height - behind };
  const inside = inner.get(node.id);
  if (inside === undefined) return [{ kind: 'card', ...box, step: node }];
  const head = heightOf(node, box.width);
  return [
    { kind: 'box', ...box, step: node, head },
    { kind: 'group', x: box.x + (box.width - inside.width) / 2, y: y + head, shapes: inside.shapes },
  ];
}

/** Each run of rows of the same phase, with its first and last place. */
function stretches(
  places: readonly Place[],
  rows: readonly Row[],
): readonly { phase: string; top: number; bottom: number }[] {
  const found: { phase: string; top: number; bottom: number }[] = [];
  for (const place of places) {
    const phase = rows[place.row]?.phase ?? '';
    const last = found.at(-1);
    if (last?.phase === phase) last.bottom = place.bottom;
    else found.push({ phase, top: place.top, bottom: place.bottom });
  }
  return found;
}

function bands(places: readonly Place[], rows: readonly Row[], width: number, height: number): readonly Shape[] {
  const all = stretches(places, rows);
  return all.map(({ phase, top, bottom }, place) => {
    const from = place === 0 ? 0 : top - padding;
    const to = place === all.length - 1 ? height : bottom + padding;
    return { kind: 'band', x: 0, y: from, width, height: to - from, title: titleOfPhase(phase) };
  });
}

function phaseTitles(places: readonly Place[], rows: readonly Row[]): readonly Shape[] {
  return stretches(places, rows).map(({ phase, top }) => ({
    kind: 'phase',
    x: 0,
    y: top - 7,
    title: titleOfPhase(phase),
  }));
}

function connectors(column: Column, places: readonly Place[], x: number, height: number): readonly Shape[] {
  const lastRow = column.rows.length - 1;
  const radius = 11;
  const shapes: Shape[] = [];
  if (column.from !== undefined) {
    const y = connectorSpace / 2 + 4;
    shapes.push({ kind: 'connector', x, y, letter: column.from });
    for (const to of places.filter(({ row, cell }) => row === 0 && cell.above.length > 0)) {
      const end = isWall(to.cell) ? x : to.x;
      shapes.push({
        kind: 'edge',
        path: curve([
          { x, y: y + radius },
          { x: end, y: to.top },
          { x: end, y: to.y },
        ]),
        arrow: true,
      });
    }
  }
  if (column.to !== undefined) {
    const y = height - connectorSpace / 2 - 4;
    shapes.push({ kind: 'connector', x, y, letter: column.to });
    for (const from of places.filter(({ row, cell }) => row === lastRow && cell.below.length > 0)) {
      const begin = isWall(from.cell) ? x : from.x;
      shapes.push({
        kind: 'edge',
        path: curve([
          { x: begin, y: from.y + from.height },
          { x: begin, y: from.bottom },
          { x, y: y - radius },
        ]),
        arrow: true,
      });
    }
  }
  return shapes;
}
