/** Broken texts out of good ones, the same for the same seed. */

/** A number below another. */
export type Random = (below: number) => number;

/** mulberry32: the same cases every time. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

export function pick<T>(list: readonly T[], next: Random): T {
  return list[next(list.length)] as T;
}

const pieces: readonly string[] = [
  ...['${{ ', ' }}', '}}', '{', '}', '[', ']', ': ', '- ', '\n', '  ', '"', "'", '|', '>', '#', '&a ', '*a', '!!str '],
  ...['<<: ', 'steps', 'has(', 'inputs.x', 'null', '~', '0x1F', '1e999', '-1', 'true', '__proto__', 'constructor'],
  ...[
    '\u0000',
    '\ud800',
    '🚀',
    '\t',
    '\r\n',
    '---\n',
    '%YAML 1.1\n',
    '\u00a0',
    '!x',
    '? ',
    ', ',
    'drill',
    'each.value',
  ],
  ...[
    '${{',
    '@',
    '`',
    '\ufeff',
    '0s',
    '1h',
    'latest',
    'needs: []',
    'only: [drill]',
    'for-each: [a, b]',
    'on-failure: ask',
  ],
  ...['continue', 'max-failures: 0', 'batch: 2', 'hold: 1h', 'runbook', 'approval', 'zerto/recover', 'file: x.yaml'],
  ...[
    'secret: x',
    'site: site-b',
    'via: x',
    'steps.a.outputs.x',
    'duration("5m")',
    'run.verdict',
    'payload.x',
    '*',
    '10GiB',
  ],
];

/**
 * One to four changes: something is cut out, put in, doubled, swapped or replaced. Half the time only one, of a line or a
 * word, so that what comes out is often a good file that nobody thought of.
 */
export function mutate(text: string, next: Random): string {
  if (next(2) === 0) return change(text, next, 3 + next(2));
  let changed = text;
  for (let n = next(4); n >= 0; n--) changed = change(changed, next, next(6));
  return changed;
}

function change(text: string, next: Random, kind: number): string {
  const at = next(text.length + 1);
  const length = next(12);
  switch (kind) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + pick(pieces, next) + text.slice(at);
    case 2: {
      const from = next(text.length + 1);
      return text.slice(0, at) + text.slice(from, from + 20) + text.slice(at + length);
    }
    case 3: {
      const lines = text.split('\n');
      lines.splice(next(lines.length), next(2), pick(lines, next));
      return lines.join('\n');
    }
    case 4: {
      // A word for another one of the same text: the file stays whole, what it says does not.
      const words = [...text.matchAll(/[a-z][a-z0-9_/.-]+/g)];
      const word = words[next(Math.max(1, words.length))];
      if (word === undefined) return text;
      return text.slice(0, word.index) + pick(words, next)[0] + text.slice(word.index + word[0].length);
    }
    default:
      return text.slice(0, at) + String.fromCharCode(next(0x250)) + text.slice(at + 1);
  }
}
