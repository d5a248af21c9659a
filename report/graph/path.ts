export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line through points from top to bottom: straight where it goes down, a soft S where it goes aside. */
export function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${at(first)}`;
  let last = first;
  for (const point of rest) {
    const half = (point.y - last.y) / 2;
    if (point.x === last.x && point.y === last.y) continue;
    path +=
      Math.abs(point.x - last.x) < 0.5
        ? `L${at(point)}`
        : `C${at({ x: last.x, y: last.y + half })} ${at({ x: point.x, y: point.y - half })} ${at(point)}`;
    last = point;
  }
  return path;
}

const radius = 7;

/** A line of level and upright pieces with round corners. */
export function corners(points: readonly Point[]): string {
  const [first] = points;
  if (first === undefined) return '';
  let path = `M${at(first)}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [before, corner, after] = [points[i - 1], points[i], points[i + 1]];
    if (before === undefined || corner === undefined || after === undefined) continue;
    path += `L${at(towards(corner, before))}Q${at(corner)} ${at(towards(corner, after))}`;
  }
  return `${path}L${at(points.at(-1) ?? first)}`;
}

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const share = length === 0 ? 0 : Math.min(radius, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

const at = ({ x, y }: Point): string => `${round(x)},${round(y)}`;

/** A tenth of a pixel is seen by nobody. */
export function round(x: number): number {
  return Math.round(x * 10) / 10;
}
