import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** Compares a generated text with the file that is checked in; with `UPDATE=1` it is written anew. */
export function expectGenerated(path: string, text: string): void {
  const file = join(import.meta.dirname, '../..', path);
  if (process.env['UPDATE'] === '1') writeFileSync(file, text);
  expect(text, `${path} is not what the code says: UPDATE=1 writes it anew`).toBe(readFileSync(file, 'utf8'));
}
