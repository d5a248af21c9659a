import type { ModeStep, View } from '../check/view.ts';

/** A closing step to be added: of which opening, and after the closing of which other openings (places of the view). */
export interface Closing {
  readonly opening: ModeStep;
  readonly after: readonly number[];
}

/** Where more closings than this have to come first, openings of one kind wait for one of them that waits for all. */
const manyEdges = 64;

/**
 * The closing steps, in the reverse of the dependency graph: what opened later closes first, what opened in parallel
 * closes in parallel. Each carries only the openings directly behind it, so the cost is linear in the runbook's size.
 */
export function closings(view: View): readonly Closing[] {
  if (!view.steps.some(step => step.contract?.closedBy !== undefined)) return [];
  const fronts = new Fronts();
  for (const step of view.steps) fronts.add(step);
  const gates = new Map<string, number>();
  const after = (place: number): readonly number[] => {
    const groups = fronts.behind.get(place) ?? [];
    const count = groups.reduce((n, group) => n + group.members.length, 0);
    const gate = gates.get(keyOf(groups));
    if (count > manyEdges && gate !== undefined) return [gate];
    gates.set(keyOf(groups), place);
    return groups.flatMap(group => group.members);
  };
  return view.steps
    .filter(step => step.contract?.closedBy !== undefined)
    .reverse()
    .map(opening => ({ opening, after: after(opening.place) }));
}

/** Openings that all come directly behind the same others. */
interface Group {
  readonly number: number;
  readonly members: number[];
}

const keyOf = (groups: readonly Group[]): string => groups.map(group => group.number).join();

/** Openings that have begun, none of which stands behind another one of them. What is the same is the same object. */
interface Front {
  readonly chain: Link | undefined;
  /** What was behind something else by then does not count. */
  readonly time: number;
}

interface Link {
  readonly place: number;
  readonly rest: Link | undefined;
}

/** Walks the steps in their order; what is open is kept in a chain, so that what a step sees costs nothing until it is asked for. */
class Fronts {
  /** By place of an opening: what opened directly behind it. */
  readonly behind = new Map<number, Group[]>();
  /** By place of a step: what is open as it ends. */
  private readonly at: (Front | undefined)[] = [];
  private readonly groups = new Map<Front, Group>();
  private readonly places = new Map<Front, readonly number[]>();
  private readonly unions = new Map<string, Front>();
  private readonly numbers = new Map<Front, number>();
  /** By place of an opening: when one opened behind it. */
  private readonly gone = new Map<number, number>();
  private current: Front | undefined;
  private size = 0;
  private stale = 0;
  private time = 0;

  add({ after, contract, place }: ModeStep): void {
    const before = after === 'above' ? this.current : this.union(after);
    if (contract?.closedBy === undefined) {
      this.at.push(before);
      return;
    }
    this.time++;
    this.behind.set(place, []);
    if (before !== undefined) {
      const group = this.groupOf(before);
      if (group.members.length === 0) for (const p of this.placesOf(before)) this.leave(p, group);
      group.members.push(place);
    }
    this.at.push({ chain: { place, rest: undefined }, time: Infinity });
    if (this.stale * 2 > this.size) this.compact();
    this.current = { chain: { place, rest: this.current?.chain }, time: this.time };
    this.size++;
  }

  private leave(place: number, group: Group): void {
    this.behind.get(place)?.push(group);
    if (this.gone.has(place)) return;
    this.gone.set(place, this.time);
    this.stale++;
  }

  private compact(): void {
    const left = this.current === undefined ? [] : this.read({ ...this.current, time: this.time });
    this.current = { chain: chainOf(left), time: this.time };
    this.size = left.length;
    this.stale = 0;
  }

  private groupOf(front: Front): Group {
    const group = this.groups.get(front) ?? { number: this.groups.size, members: [] };
    this.groups.set(front, group);
    return group;
  }

  private union(after: readonly number[]): Front | undefined {
    const fronts = [...new Set(after.map(place => this.at[place]).filter(front => front !== undefined))];
    if (fronts.length < 2) return fronts[0];
    const key = fronts
      .map(front => this.numberOf(front))
      .sort((a, b) => a - b)
      .join();
    const known = this.unions.get(key);
    if (known !== undefined) return known;
    const union = { chain: chainOf([...new Set(fronts.flatMap(front => this.placesOf(front)))]), time: Infinity };
    this.unions.set(key, union);
    return union;
  }

  private numberOf(front: Front): number {
    const number = this.numbers.get(front) ?? this.numbers.size;
    this.numbers.set(front, number);
    return number;
  }

  private placesOf(front: Front): readonly number[] {
    const places = this.places.get(front) ?? this.read(front);
    this.places.set(front, places);
    return places;
  }

  /** `time: Infinity`: all of the chain. */
  private read({ chain, time }: Front): readonly number[] {
    const places: number[] = [];
    for (let link = chain; link !== undefined; link = link.rest)
      if (time === Infinity || (this.gone.get(link.place) ?? Infinity) > time) places.push(link.place);
    return places.reverse();
  }
}

function chainOf(places: readonly number[]): Link | undefined {
  let chain: Link | undefined;
  for (const place of places) chain = { place, rest: chain };
  return chain;
}
