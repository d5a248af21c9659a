import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findRunbook, listRunbooks } from '../../control/runbook-files.ts';
import { makeScratch } from '../local/scratch.ts';

const runbook = (name: string): string => `apiVersion: drillbook/v1\nname: ${name}\nsite: site-b\nmodes: [drill]\n`;

it('finds runbooks where all are links within the folder, as in a mounted ConfigMap; none that a link leads out to', async () => {
  const outside = makeScratch();
  writeFileSync(join(outside, 'secret.yaml'), runbook('secret'));
  const root = makeScratch();
  mkdirSync(join(root, '..2026_11_22'));
  writeFileSync(join(root, '..2026_11_22', 'payments.yaml'), runbook('payments'));
  symlinkSync('..2026_11_22', join(root, '..data'));
  symlinkSync('..data/payments.yaml', join(root, 'payments.yaml'));
  symlinkSync(join(outside, 'secret.yaml'), join(root, 'stolen.yaml'));
  expect(await listRunbooks(root)).toEqual([{ name: 'payments', file: 'payments.yaml' }]);
  expect(await findRunbook(root, 'payments')).toBeDefined();
  expect(await findRunbook(root, 'secret')).toBeUndefined();
});

it('defect: of two files with one name the first by file was started, an old copy in archive/ too', async () => {
  const root = makeScratch();
  for (const folder of ['archive', 'runbooks']) {
    mkdirSync(join(root, folder));
    writeFileSync(join(root, folder, 'fo.yaml'), runbook('fo'));
  }
  await expect(findRunbook(root, 'fo')).rejects.toThrow(
    '2 files are the runbook "fo": archive/fo.yaml and runbooks/fo.yaml.',
  );
  // Its file says which.
  expect(await findRunbook(root, 'runbooks/fo.yaml')).toMatch(/runbooks\/fo\.yaml$/);
});
