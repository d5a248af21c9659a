import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../compiler/catalogue.ts';
import { parseConfig } from '../../control/config/config.ts';
import { configJsonSchema } from '../../control/config/json-schema.ts';
import { validator } from '../compiler/json-schema-validator.ts';
import { expectSameVerdict, type ShapeLevel } from '../compiler/schema-verdict.ts';

/** Of drillbook.yaml: one value at a time is seen, no name of another section. */
const level: ShapeLevel = {
  seen: ['DB8001', 'DB8002', 'DB8006', 'DB8009', 'DB8010', 'DB8019'],
  sometimes: {
    DB8005: 'a value in place of a map is seen, a value in place of a name is not',
    DB8012: 'that a cron has five fields is seen, what stands in them is not',
    DB8014: 'the form of a date is seen, whether there is such a day and whether it is quoted is not',
  },
  unseen: [
    // Parsed, not matched: URLs, addresses, ports.
    ...[/an https URL is wanted/, /without a path/, /without "\?" and "#"/, /an address to listen on/, /a port is/],
    // Zero, and ten years.
    /more than zero, ten years at most/,
    // One value after another.
    ...[/`encrypt` needs `keys`/, /only `waiting` and `held` are repeated/],
  ],
  ofMaps: ['DB8001', 'DB8010'],
};

const golden = join(import.meta.dirname, 'golden-config');
const refusalsOf = validator(configJsonSchema());

describe('a golden drillbook.yaml has the same verdict from the JSON Schema, at shape level', () => {
  test.each(readdirSync(golden))('%s', name => {
    const text = readFileSync(join(golden, name, 'drillbook.yaml'), 'utf8');
    expectSameVerdict(text, parseConfig(text, 'drillbook.yaml').diagnostics, refusalsOf, level);
  });
});

test('the lists name codes that are there', () => {
  expect([...level.seen, ...Object.keys(level.sometimes)].filter(code => !(code in catalogue))).toEqual([]);
});
