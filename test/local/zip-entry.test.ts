import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { listZip, openZipEntry } from '../../local/zip-entry.ts';
import { makeZip } from './make-zip.ts';
import { makeScratch } from './scratch.ts';

describe('a zip', () => {
  test('gives back stored, deflated and empty files', async () => {
    const path = join(makeScratch(), 'a.zip');
    const big = randomBytes(3_000_000);
    const files = [
      { name: 'big', content: big },
      { name: 'folder/plain.txt', content: Buffer.from('plain'), stored: true },
      { name: 'empty', content: Buffer.alloc(0), stored: true },
    ];
    writeFileSync(path, makeZip(files, 'PK is in this comment too'));
    const entries = await listZip(path);
    expect(entries.map(entry => [entry.name, entry.method])).toEqual([
      ['big', 'deflated'],
      ['folder/plain.txt', 'stored'],
      ['empty', 'stored'],
    ]);
    for (const [index, entry] of entries.entries()) {
      expect((await buffer(await openZipEntry(path, entry))).equals(files[index]?.content ?? Buffer.of(1))).toBe(true);
    }
  });

  test('that is none is refused', async () => {
    const path = join(makeScratch(), 'a.zip');
    writeFileSync(path, 'this is no zip');
    await expect(listZip(path)).rejects.toThrow('not a zip file');
  });

  test('that is cut off ends the reading with an error', async () => {
    const path = join(makeScratch(), 'a.zip');
    writeFileSync(path, makeZip([{ name: 'big', content: randomBytes(100_000) }]));
    const [entry] = await listZip(path);
    if (entry === undefined) throw new Error('no entry');
    writeFileSync(path, Buffer.alloc(40));
    await expect(openZipEntry(path, entry).then(buffer)).rejects.toThrow();
  });
});
