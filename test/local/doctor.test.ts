import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { examineMachine } from '../../local/doctor.ts';
import { makeScratch } from './scratch.ts';

test('every finding that is not ok has its mend', async () => {
  const findings = await examineMachine({ TEMPORAL_CLI: '/nowhere/temporal' });
  const named = Object.fromEntries(findings.map(finding => [finding.what, finding]));
  expect(named['Node']).toEqual({ what: 'Node', ok: true, found: process.versions.node });
  expect(named['loopback ports']?.ok).toBe(true);
  expect(named['Temporal dev server']).toMatchObject({
    ok: false,
    mend: expect.stringContaining('/nowhere/temporal') as string,
  });
  expect(findings.filter(({ ok, mend }) => ok === (mend !== undefined))).toEqual([]);
});

test('a dev server that is there is named, and Python is no matter then', async () => {
  const folder = makeScratch();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'temporal');
  writeFileSync(path, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const findings = await examineMachine({ PATH: folder });
  expect(findings).toContainEqual({ what: 'Temporal dev server', ok: true, found: `${path} (PATH)` });
  expect(findings.map(({ what }) => what)).not.toContain('Python with pip');
});
