import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../local/package-root.ts';
import { drillbook } from './command-line.ts';

const shipped = (name: string) => readFileSync(join(packageRoot(), 'schema', name), 'utf8');

it.each([
  [[], 'runbook.schema.json'],
  [['runbook'], 'runbook.schema.json'],
  [['config'], 'drillbook.schema.json'],
])('schema %j', async (args, file) => {
  const seen = await drillbook(['schema', ...args]);
  expect(seen).toEqual({ code: 0, stdout: shipped(file), stderr: '' });
  expect(JSON.parse(seen.stdout)).toMatchObject({ $schema: expect.stringContaining('json-schema.org') as string });
});

it('the schemas go with the package', () => {
  const { files } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { files: string[] };
  expect(files).toContain('schema');
});
