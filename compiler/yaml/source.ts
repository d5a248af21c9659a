/** Offsets of UTF-16 units into a source's text; `end` is the place after the last character. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Line and column from 1, in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Of a file, as UTF-8. */
export const maxBytes = 1 << 20;

/** A file's text (without a byte order mark) and where its lines begin. */
export interface Source {
  readonly file: string;
  readonly text: string;
  position(offset: number): Position;
  /** The offset at which a line from 1 begins. */
  start(n: number): number;
  /** The text of a line from 1, without its end. */
  line(n: number): string;
}

export function sourceOf(file: string, given: string): Source {
  const text = given.startsWith('\ufeff') ? given.slice(1) : given;
  let starts: number[] | undefined;
  const lines = (): number[] => {
    if (starts !== undefined) return starts;
    starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    return starts;
  };
  return {
    file,
    text,
    position: given => {
      // Of what is missing at the end, a parser may say that it stands behind it.
      const offset = Math.min(given, text.length);
      const table = lines();
      let [low, high] = [0, table.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((table[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (table[low] ?? 0) + 1 };
    },
    start: n => lines()[n - 1] ?? text.length,
    line: n => {
      const table = lines();
      const from = table[n - 1];
      return from === undefined ? '' : text.slice(from, table[n] ?? text.length).replace(/\r?\n$/, '');
    },
  };
}
