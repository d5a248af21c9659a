/**
 * A regular expression of an author that is tried on the whole of a value, in time linear in its length whatever the
 * pattern: JavaScript's own engine can take for ever (`(a+)+`), so the pattern is run as a set of states.
 */
export interface Pattern {
  /** As written. */
  readonly source: string;
  test(text: string): boolean;
}

const maxLength = 1_000;
/** States of one pattern: `[a-z]{300}` has so many. A try costs at most their number for each character. */
const maxStates = 300;
const maxNesting = 20;

type State =
  | { readonly kind: 'char'; readonly fits: (c: string) => boolean; next: number }
  | { readonly kind: 'split'; readonly next: number[] }
  | { readonly kind: 'end' };

/** A pattern, or why it is none: for people. Never throws. */
export function parsePattern(source: string): Pattern | { readonly why: string } {
  if (source.length > maxLength) return { why: `longer than ${maxLength} characters` };
  try {
    // Its grammar is JavaScript's; what is not regular in it is refused below.
    new RegExp(source, 'u');
  } catch {
    return { why: 'not a regular expression' };
  }
  try {
    const program = new Compiler(source).compile();
    return { source, test: text => run(program, text) };
  } catch (error) {
    if (error instanceof Refusal) return { why: error.message };
    throw error;
  }
}

class Refusal extends Error {}

interface Program {
  readonly states: readonly State[];
  readonly start: number;
}

/** Builds the states from the back: each part is told where it goes on. */
class Compiler {
  private readonly source: string;
  private readonly states: State[] = [{ kind: 'end' }];
  private at = 0;
  private nesting = 0;

  constructor(source: string) {
    this.source = source;
  }

  compile(): Program {
    const build = this.alternatives();
    return { start: build(0), states: this.states };
  }

  private add(state: State): number {
    if (this.states.length >= maxStates) throw new Refusal(`larger than ${maxStates} states: count less`);
    return this.states.push(state) - 1;
  }

  private alternatives(): Build {
    const options = [this.sequence()];
    while (this.peek() === '|') {
      this.at++;
      options.push(this.sequence());
    }
    const [only] = options;
    return options.length === 1 && only !== undefined
      ? only
      : next => this.add({ kind: 'split', next: options.map(build => build(next)) });
  }

  private sequence(): Build {
    const parts: Build[] = [];
    while (this.at < this.source.length && this.peek() !== '|' && this.peek() !== ')') parts.push(this.repeated());
    return next => parts.reduceRight((to, build) => build(to), next);
  }

  private repeated(): Build {
    const start = this.at;
    const part = this.part();
    const [least, most] = this.counts() ?? [1, 1];
    // A value is taken as a whole: greedy or not is all the same.
    if (this.peek() === '?' && this.at > start && /[*+?}]/.test(this.source[this.at - 1] ?? '')) this.at++;
    if (least === 1 && most === 1) return part;
    return next => {
      let to = next;
      if (most === Infinity) {
        const loop: State & { kind: 'split' } = { kind: 'split', next: [next] };
        to = this.add(loop);
        loop.next.push(part(to));
      } else for (let i = least; i < most; i++) to = this.add({ kind: 'split', next: [part(to), next] });
      for (let i = 0; i < least; i++) to = part(to);
      return to;
    };
  }

  private counts(): readonly [number, number] | undefined {
    const counts = /(?:[*+?]|\{(\d+)(,?)(\d*)\})/y;
    counts.lastIndex = this.at;
    const found = counts.exec(this.source);
    if (found === null) return undefined;
    this.at += found[0].length;
    if (found[0] === '*') return [0, Infinity];
    if (found[0] === '+') return [1, Infinity];
    if (found[0] === '?') return [0, 1];
    const least = Number(found[1]);
    const most = found[2] === '' ? least : found[3] === '' ? Infinity : Number(found[3]);
    if (least > maxStates || (most !== Infinity && most > maxStates))
      throw new Refusal(`larger than ${maxStates} states: count less`);
    return [least, most];
  }

  private part(): Build {
    const c = this.peek();
    if (c === '(') return this.group();
    if (c === '^' || c === '$') {
      const [place, rest] = c === '^' ? [this.at, ''] : [this.at + 1, this.source.slice(this.at + 1)];
      if (this.nesting > 0 || place !== (c === '^' ? 0 : this.source.length) || rest !== '')
        throw new Refusal(`"${c}" within it: the whole value is always meant`);
      this.at++;
      return next => next;
    }
    const atom = this.atom();
    const one = new RegExp(`^${atom}$`, 'u');
    const known = new Map<string, boolean>();
    const fits = (char: string): boolean => {
      const answer = known.get(char) ?? one.test(char);
      known.set(char, answer);
      return answer;
    };
    return next => this.add({ kind: 'char', fits, next });
  }

  private group(): Build {
    const opening = /\((?:\?:|\?<(?![=!])[^>]*>)?/y;
    opening.lastIndex = this.at;
    const found = opening.exec(this.source)?.[0] ?? '(';
    this.at += found.length;
    if (this.peek() === '?') throw new Refusal('a group of this kind ("(?") is not possible here');
    if (++this.nesting > maxNesting) throw new Refusal('its brackets are nested too deep');
    const inner = this.alternatives();
    this.nesting--;
    this.at++;
    return inner;
  }

  /** One character of the value, as JavaScript writes it: a class, an escape, a dot, itself. */
  private atom(): string {
    const start = this.at;
    const c = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0);
    this.at += c.length;
    if (c === '[') {
      while (this.peek() !== ']') this.at += this.peek() === '\\' ? 2 : 1;
      this.at++;
    } else if (c === '\\') {
      // Two halves of one character are one.
      const escape =
        /(?:[pP]\{[^}]*\}|u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|[\s\S])/uy;
      escape.lastIndex = this.at;
      const rest = escape.exec(this.source)?.[0] ?? '';
      if (/^[bBk1-9]/.test(rest)) throw new Refusal(`"\\${rest}" is not possible here`);
      this.at += rest.length;
    }
    return this.source.slice(start, this.at);
  }

  private peek(): string {
    return this.source[this.at] ?? '';
  }
}

/** Adds the states of a part, given the state behind it; gives its first. */
type Build = (next: number) => number;

function run({ states, start }: Program, text: string): boolean {
  let now = reach(states, [start]);
  for (const char of text) {
    const next: number[] = [];
    for (const place of now) {
      const state = states[place];
      if (state?.kind === 'char' && state.fits(char)) next.push(state.next);
    }
    if (next.length === 0) return false;
    now = reach(states, next);
  }
  return now.has(0);
}

/** All states that can be reached without a character. */
function reach(states: readonly State[], from: readonly number[]): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [...from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (found.has(place)) continue;
    found.add(place);
    const state = states[place];
    if (state?.kind === 'split') open.push(...state.next);
  }
  return found;
}
