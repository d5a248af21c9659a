import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

/** One file in a zip: where its bytes lie and how they are packed (APPNOTE.TXT 4.3.7, 4.3.12). */
export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly packedSize: number;
  readonly headerOffset: number;
}

const endSize = 22;
const longestComment = 0xffff;

/** Reads the central directory. Enough for a Python wheel: no encryption, no zip64, no parts. */
export async function listZip(path: string): Promise<readonly ZipEntry[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, endSize + longestComment));
    await file.read(tail, 0, tail.length, size - tail.length);
    const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    if (end < 0) throw new Error('not a zip file');
    const directory = Buffer.alloc(tail.readUInt32LE(end + 12));
    await file.read(directory, 0, directory.length, tail.readUInt32LE(end + 16));
    return parseDirectory(directory, tail.readUInt16LE(end + 10));
  } finally {
    await file.close();
  }
}

function parseDirectory(directory: Buffer, count: number): readonly ZipEntry[] {
  const entries: ZipEntry[] = [];
  for (let index = 0, at = 0; index < count; index++) {
    const method = directory.readUInt16LE(at + 10);
    if (method !== 0 && method !== 8)
      throw new Error(`packed by method ${method}, which is neither stored nor deflated`);
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: method === 0 ? 'stored' : 'deflated',
      packedSize: directory.readUInt32LE(at + 20),
      headerOffset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** The unpacked bytes of an entry, as a stream. */
export async function openZipEntry(path: string, entry: ZipEntry): Promise<Readable> {
  if (entry.packedSize === 0) return Readable.from([]);
  const file = await open(path);
  const header = Buffer.alloc(30);
  try {
    await file.read(header, 0, header.length, entry.headerOffset);
  } finally {
    await file.close();
  }
  const start = entry.headerOffset + header.length + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = createReadStream(path, { start, end: start + entry.packedSize - 1, highWaterMark: 1 << 20 });
  if (entry.method === 'stored') return packed;
  const unpacked = createInflateRaw({ chunkSize: 1 << 20 });
  packed.once('error', error => unpacked.destroy(error));
  return packed.pipe(unpacked);
}
