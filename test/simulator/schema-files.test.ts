import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';
import { fromZod } from '../../compiler/json-schema/from-zod.ts';
import type { JsonSchema } from '../../compiler/json-schema/parts.ts';
import { faultsFile } from '../../simulator/faults-file.ts';
import { scenarioFile } from '../../simulator/scenario-file/schema.ts';
import { shippedScenarios } from '../../simulator/scenario-file/shipped-names.ts';
import { expectGenerated } from '../compiler/generated.ts';
import { validator } from '../compiler/json-schema-validator.ts';

const make = (schema: z.ZodType): JsonSchema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  ...fromZod(schema),
});

describe.each([
  ['scenario.schema.json', make(scenarioFile)],
  ['faults.schema.json', make(faultsFile)],
])('schema/%s', (file, schema) => {
  it('is what the code says', () => {
    expectGenerated(`schema/${file}`, `${JSON.stringify(schema, null, 2)}\n`);
  });

  it('says of every key what it is', () => {
    const silent: string[] = [];
    const look = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'properties')
          for (const [name, property] of Object.entries(inner as object))
            if (!('description' in (property as object))) silent.push(`${path}/${name}`);
        look(inner, `${path}/${key}`);
      }
    };
    look(schema, '');
    expect(silent).toEqual([]);
  });
});

it.each(shippedScenarios)('the scenario %s fits the schema, which refuses another key', name => {
  const refusals = validator(make(scenarioFile));
  const folder = join(import.meta.dirname, '../../simulator/scenarios');
  const file = parse(readFileSync(join(folder, `${name}.yaml`), 'utf8')) as object;
  expect(refusals(file)).toEqual([]);
  expect(refusals({ ...file, vpg: {} })).not.toEqual([]);
});

it('a fault script fits its schema', () => {
  const refusals = validator(make(faultsFile));
  const fault = { path: 'tasks/*', probability: 0.1, then: { kind: 'delay', for: '2.5s' } };
  expect(refusals({ seed: 3, faults: [fault] })).toEqual([]);
  expect(refusals({ faults: [{ ...fault, then: { kind: 'delay', for: '2.5' } }] })).not.toEqual([]);
});
