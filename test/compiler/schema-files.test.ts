import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planJsonSchema } from '../../compiler/json-schema/plan.ts';
import { runbookSchema } from '../../compiler/json-schema/runbook.ts';
import type { JsonSchema } from '../../compiler/json-schema/parts.ts';
import { configJsonSchema } from '../../control/config/json-schema.ts';
import { expectGenerated } from './generated.ts';
import { validator } from './json-schema-validator.ts';

const schemas: readonly (readonly [string, () => JsonSchema])[] = [
  ['runbook.schema.json', runbookSchema],
  ['drillbook.schema.json', configJsonSchema],
  ['plan.schema.json', planJsonSchema],
];

describe.each(schemas)('schema/%s', (file, make) => {
  test('is what the code says', () => {
    expectGenerated(`schema/${file}`, `${JSON.stringify(make(), null, 2)}\n`);
  });

  test('is a strict draft-07 schema', () => {
    expect(make()['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(validator(make())(null)).not.toEqual([]);
  });

  test('refers to nothing that is not there, and has nothing that nobody refers to', () => {
    const text = JSON.stringify(make());
    const used = new Set([...text.matchAll(/"#\/definitions\/([^"]+)"/g)].map(m => m[1]));
    expect([...used].sort()).toEqual(Object.keys(make()['definitions'] ?? {}).sort());
  });
});

test.each([
  ['runbook.schema.json', runbookSchema()],
  ['drillbook.schema.json', configJsonSchema()],
] as const)('every key of %s says what it is', (_, schema) => {
  const silent: string[] = [];
  const look = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'properties' && !/\/(if|then|else|allOf|oneOf\/\d+)$/.test(path))
        for (const [name, property] of Object.entries(inner as object))
          if (!('description' in (property as object))) silent.push(`${path}/${name}`);
      look(inner, `${path}/${key}`);
    }
  };
  look(schema, '');
  expect(silent).toEqual([]);
});

test('the golden Plans fit their schema', () => {
  const refusals = validator(planJsonSchema());
  const golden = join(import.meta.dirname, 'golden');
  for (const name of readdirSync(golden).filter(n => n.startsWith('plan-'))) {
    const file = join(golden, name, 'expected.json');
    const { plans } = JSON.parse(existsSync(file) ? readFileSync(file, 'utf8') : '{"plans":{}}') as { plans: object };
    for (const plan of Object.values(plans)) expect(refusals(plan), name).toEqual([]);
  }
});
