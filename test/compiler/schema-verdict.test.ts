import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { catalogue } from '../../compiler/catalogue.ts';
import { runbookSchema } from '../../compiler/json-schema/runbook.ts';
import { goldenCases } from './golden-files.ts';
import { validator } from './json-schema-validator.ts';
import { expectSameVerdict, type ShapeLevel } from './schema-verdict.ts';

/** Of a runbook: one value at a time is seen, never what two places of the file are to each other. */
const level: ShapeLevel = {
  seen: [
    ...(['DB2001', 'DB2002', 'DB2003', 'DB2006', 'DB2007', 'DB2008', 'DB2010', 'DB2013', 'DB2014', 'DB2015'] as const),
    ...(['DB2016', 'DB2017', 'DB2018', 'DB2019', 'DB2022', 'DB2030', 'DB2043', 'DB2048', 'DB2049'] as const),
    ...(['DB3007', 'DB3009'] as const),
  ],
  sometimes: {
    DB2009: 'that a schedule drills is seen, which modes the file has is not',
    DB2011: 'the bounds of one value are seen, what two values are to each other is not',
    DB2021: 'the type of a default is seen; values, patterns and bounds of its own are not',
    DB2047: 'a map in place of text is seen; in a field that takes anything a secret is a map like others',
    DB2052: 'under which keys of a body of JSON a secret belongs is not seen',
    DB2040: 'that a cron has five fields is seen, what stands in them is not',
  },
  // What the input of a trigger may be is declared elsewhere in the file.
  unseen: [/^inputs\.\w+ must be /],
  ofMaps: ['DB2001', 'DB2019', 'DB2022', 'DB2048'],
};

const refusalsOf = validator(runbookSchema());
const files = goldenCases().flatMap(({ name, runbooks }) =>
  Object.entries(runbooks).map(([file, text]): [string, string, string] => [name, file, text]),
);

describe('a golden runbook has the same verdict from the JSON Schema, at shape level', () => {
  test.each(files)('%s %s', (_, file, text) => {
    expectSameVerdict(text, compile({ file, text }).diagnostics, refusalsOf, level);
  });
});

test('the lists name codes that are there', () => {
  expect([...level.seen, ...Object.keys(level.sometimes)].filter(code => !(code in catalogue))).toEqual([]);
});
