import type { Place, Shape } from './drawing.ts';
import type { GraphEdge } from './model.ts';
import { corners, type Point } from './path.ts';

const first = 16;
const apart = 11;
// More would make the margin wider than the steps; what is beyond shares lanes.
const mostLanes = 12;
/** How far from a row a line runs level beside it. */
const beside = 9;
const stub = 12;
/** More than this between the same two rows share one line. */
const fewest = 4;

/** What opens in one row and is closed in another one. */
interface Bundle {
  readonly from: readonly Place[];
  readonly to: readonly Place[];
}

/**
 * Dashed lines from what opens to what closes it, in the margin to the right of the rows: the longer, the further out, so that pairs
 * that enclose each other do not cross. Where the other end is in another column, its id stands at a short stub.
 */
export function drawClosings(
  places: readonly Place[],
  closings: readonly GraphEdge[],
  margin: number,
): { readonly shapes: readonly Shape[]; readonly width: number } {
  const ends = new Ends(places);
  const bundles: Bundle[] = [];
  const shapes: Shape[] = [];
  let width = 0;
  const byRows = new Map<string, [from: Place, to: Place][]>();
  for (const { from, to } of closings) {
    const [opening, closing] = [ends.find(from), ends.find(to)];
    if (opening !== undefined && closing !== undefined) {
      const rows = `${opening.row} ${closing.row}`;
      byRows.set(rows, [...(byRows.get(rows) ?? []), [opening, closing]]);
      continue;
    }
    const x = margin + stub;
    const [points, text] =
      opening !== undefined
        ? [ends.leave(opening, x), to]
        : closing !== undefined
          ? [ends.reach(closing, x), from]
          : [];
    if (points === undefined || text === undefined) continue;
    const y = points[opening === undefined ? 0 : points.length - 1]?.y ?? 0;
    shapes.push(line(points), { kind: 'elsewhere', x: x + 4, y: y + 4, text });
    width = Math.max(width, stub + 14 + text.length * 6.8);
  }
  for (const pairs of byRows.values()) {
    if (pairs.length < fewest) for (const [from, to] of pairs) bundles.push({ from: [from], to: [to] });
    else bundles.push({ from: pairs.map(([from]) => from), to: pairs.map(([, to]) => to) });
  }
  const lanes = assignLanes(bundles);
  for (const [place, { from, to }] of bundles.entries()) {
    const x = margin + first + ((lanes[place] ?? 0) % mostLanes) * apart;
    width = Math.max(width, x - margin + 8);
    const [opening, closing] = [from[0], to[0]];
    if (opening === undefined || closing === undefined) continue;
    if (from.length === 1) shapes.push(line([...ends.leave(opening, x), ...ends.reach(closing, x)]));
    else shapes.push(...drawBundle(from, to, x));
  }
  return { shapes, width };
}

const line = (points: readonly Point[], arrow = true): Shape => ({ kind: 'closing', path: corners(points), arrow });

/** One line for all, with a short piece at each. */
function drawBundle(from: readonly Place[], to: readonly Place[], lane: number): readonly Shape[] {
  const leftmost = (all: readonly Place[]): number =>
    all.reduce((least, place) => Math.min(least, besideOf(place)), lane);
  const below = (from[0]?.bottom ?? 0) + beside;
  const above = (to[0]?.top ?? 0) - beside;
  const trunk = [
    { x: leftmost(from), y: below },
    { x: lane, y: below },
    { x: lane, y: above },
    { x: leftmost(to), y: above },
  ];
  const upright = (place: Place, a: number, b: number): readonly Point[] => [
    { x: besideOf(place), y: a },
    { x: besideOf(place), y: b },
  ];
  return [
    line(trunk, false),
    ...from.map(place => line(upright(place, place.y + place.height, below), false)),
    ...to.map(place => line(upright(place, above, place.y))),
  ];
}

/** Beside the edge that leaves or reaches a card in its middle. */
const besideOf = ({ x, width }: Place): number => x + width * 0.36;

class Ends {
  private readonly byId: ReadonlyMap<string, Place>;
  private readonly rightmost = new Map<number, Place>();

  constructor(places: readonly Place[]) {
    this.byId = new Map(places.flatMap(place => (place.cell.node === undefined ? [] : [[place.cell.node.id, place]])));
    for (const place of places) {
      const other = this.rightmost.get(place.row);
      if (other === undefined || other.x < place.x) this.rightmost.set(place.row, place);
    }
  }

  find(id: string): Place | undefined {
    return this.byId.get(id);
  }

  /** From a card to the lane: straight to the right where nothing stands there, else below its row. */
  leave(place: Place, lane: number): readonly Point[] {
    const side = this.side(place, lane, 6);
    if (side !== undefined) return side;
    const x = besideOf(place);
    const below = place.bottom + beside;
    return [
      { x, y: place.y + place.height },
      { x, y: below },
      { x: lane, y: below },
    ];
  }

  /** From the lane to a card. */
  reach(place: Place, lane: number): readonly Point[] {
    const side = this.side(place, lane, -6);
    if (side !== undefined) return [...side].reverse();
    const x = besideOf(place);
    const above = place.top - beside;
    return [
      { x: lane, y: above },
      { x, y: above },
      { x, y: place.y },
    ];
  }

  private side(place: Place, lane: number, aside: number): readonly Point[] | undefined {
    if (this.rightmost.get(place.row) !== place) return undefined;
    const y = place.y + place.height / 2 + aside;
    return [
      { x: place.x + place.width / 2, y },
      { x: lane, y },
    ];
  }
}

/** For each the innermost lane that is free over its whole length, the short ones first. */
function assignLanes(bundles: readonly Bundle[]): readonly number[] {
  const taken: { readonly top: number; readonly bottom: number }[][] = [];
  const lanes = new Array<number>(bundles.length).fill(0);
  const spans = bundles.map(({ from, to }) => ({ top: from[0]?.top ?? 0, bottom: to[0]?.bottom ?? 0 }));
  const byLength = [...spans.entries()].sort(([, a], [, b]) => a.bottom - a.top - (b.bottom - b.top));
  for (const [place, { top, bottom }] of byLength) {
    const free = taken.findIndex(lane => lane.every(other => bottom < other.top || other.bottom < top));
    const own = free < 0 ? taken.length : free;
    (taken[own] ??= []).push({ top, bottom });
    lanes[place] = own;
  }
  return lanes;
}
