import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findAction } from '../../actions/index.ts';
import { compile } from '../../compiler/compile.ts';
import type { PlanStep } from '../../compiler/plan.ts';

const golden = join(import.meta.dirname, 'golden');
const seeds = readdirSync(golden).map(name => readFileSync(join(golden, name, 'runbook.yaml'), 'utf8'));
const pieces = [
  ...[
    '${{ ',
    ' }}',
    '}}',
    '{',
    '}',
    '[',
    ']',
    ': ',
    '- ',
    '\n',
    '  ',
    '"',
    "'",
    '|',
    '>',
    '#',
    '&a ',
    '*a',
    '!!str ',
    '<<: ',
  ],
  ...[
    'steps',
    'has(',
    'inputs.x',
    'null',
    '~',
    '0x1F',
    '1e999',
    '-1',
    'true',
    '__proto__',
    'constructor',
    '\u0000',
    '\ud800',
  ],
  ...[
    '🚀',
    '\t',
    '\r\n',
    '---\n',
    '%YAML 1.1\n',
    ' ',
    '!x',
    '? ',
    ', ',
    'drill',
    'each.value',
    '${{',
    '@',
    '`',
    '\ufeff',
  ],
];

/** mulberry32: the same cases every time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function mutate(text: string, next: (below: number) => number): string {
  const at = next(text.length + 1);
  const length = next(12);
  switch (next(5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + (pieces[next(pieces.length)] ?? '') + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(next(text.length), next(text.length) + 20) + text.slice(at + length);
    case 3: {
      const lines = text.split('\n');
      lines.splice(next(lines.length), 1, lines[next(lines.length)] ?? '');
      return lines.join('\n');
    }
    default:
      return text.slice(0, at) + String.fromCharCode(next(0x250)) + text.slice(at + 1);
  }
}

/** What a worker would refuse to take of a `with` that is all literal. */
function misfit({ uses, with: template }: PlanStep): unknown {
  return 'lit' in template ? findAction(uses)?.input.safeParse(template.lit).error : undefined;
}

/** `FUZZ=100000` for the long run. */
const runs = Number(process.env['FUZZ'] ?? 600);

test('no text makes the compiler throw, and every refusal has a place', { timeout: 60_000 + runs * 20 }, () => {
  const next = random(20_261_121);
  for (let i = 0; i < runs; i++) {
    let text = seeds[next(seeds.length)] ?? '';
    for (let n = next(4); n >= 0; n--) text = mutate(text, next);
    const compiled = compile({ file: 'x.yaml', text });
    const lines = text.split('\n').length;
    for (const d of compiled.diagnostics) {
      expect(d.range.start.line).toBeLessThanOrEqual(lines);
      expect(d.range.start.column).toBeGreaterThan(0);
      expect(d.range.end.line > d.range.start.line || d.range.end.column >= d.range.start.column).toBe(true);
    }
    for (const mode of compiled.runbook?.modes ?? []) {
      const planned = compiled.plan(mode, {});
      if ('plan' in planned)
        for (const step of planned.plan.steps) expect(misfit(step), `${step.id} of\n${text}`).toBeUndefined();
      else expect(planned.diagnostics.length).toBeGreaterThan(0);
    }
  }
});
