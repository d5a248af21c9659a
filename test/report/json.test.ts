import { expect, it } from 'vitest';
import type { Journal } from '../../report/journal.ts';
import { renderJson } from '../../report/json.ts';
import { failedDrill, passedDrill } from './sample.ts';

/** The same value with the keys of every map the other way round. */
function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, reverseKeys(inner)] as const);
  return Object.fromEntries(entries.reverse());
}

it('loses nothing', () => {
  expect(JSON.parse(renderJson(failedDrill()))).toEqual(failedDrill());
});

it('has the outputs of the runbook, or why there are none', () => {
  expect(renderJson({ ...passedDrill(), outputs: { chosen: '167554' } })).toContain('"chosen": "167554"');
  expect(renderJson({ ...passedDrill(), outputsError: 'no such key' })).toContain('"outputsError": "no such key"');
});

it('gives the same bytes whatever the order of the keys', () => {
  const reversed = reverseKeys(passedDrill()) as Journal;
  expect(Object.keys(reversed)).not.toEqual(Object.keys(passedDrill()));
  expect(renderJson(reversed)).toBe(renderJson(passedDrill()));
});

it('keeps a key that has a meaning to JavaScript', () => {
  const inputs = JSON.parse('{"__proto__":{"a":1},"constructor":2}') as Journal['inputs'];
  const text = renderJson({ ...passedDrill(), inputs });
  expect(text).toContain('"__proto__": {\n      "a": 1\n    }');
  expect(text.endsWith('}\n')).toBe(true);
});
