/** Keys that wait for their turn, in order; those before `next` are through. Plain JSON. */
export interface Line {
  keys: string[];
  next: number;
}

export function isEmpty({ keys, next }: Line): boolean {
  return next >= keys.length;
}

export function firstOf({ keys, next }: Line): string | undefined {
  return keys[next];
}

/** Dropped in halves: a shift for each would make long lines quadratic. */
export function dropFirst(line: Line): void {
  line.next++;
  if (line.next * 2 > line.keys.length) {
    line.keys.splice(0, line.next);
    line.next = 0;
  }
}

export function clear(line: Line): void {
  line.keys = [];
  line.next = 0;
}
