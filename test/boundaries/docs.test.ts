import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { application } from '../../cli/application.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const skipped = new Set(['node_modules', 'dist', '.git', '.drillbook', 'coverage']);

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(ts|mjs|cjs|md)$/.test(entry.name) ? [path] : [];
  });
}

it('every page and paragraph that a comment names is there', { timeout: 60_000 }, () => {
  const missing: string[] = [];
  for (const file of sources(root)) {
    const text = readFileSync(file, 'utf8');
    for (const [, page = '', section] of text.matchAll(/\b(docs\/[\w/-]+\.md)(?: §(\d+))?/g)) {
      const path = join(root, page);
      const there = existsSync(path) && (section === undefined || readFileSync(path, 'utf8').includes(`§${section} `));
      if (!there) missing.push(`${file.slice(root.length)}: ${page}${section === undefined ? '' : ` §${section}`}`);
    }
  }
  expect(missing).toEqual([]);
});

it('every command stands in the README', () => {
  const row = /^\| commands \| (.*) \|$/m.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? '';
  if (!('getAllEntries' in application.root)) throw new Error('drillbook has commands');
  const names = application.root
    .getAllEntries()
    .flatMap(entry => (entry.hidden ? [] : [entry.name['convert-camel-to-kebab']]));
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter(name => !row.includes(`\`${name}\``))).toEqual([]);
});

it('every room stands in ARCHITECTURE.md', () => {
  const architecture = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const tracked = execFileSync('git', ['ls-files', '*/*'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const rooms = [...new Set(tracked.map(path => path.split('/')[0] ?? ''))].filter(room => !room.startsWith('.'));
  expect(rooms.filter(room => !architecture.includes(`\`${room}/\``))).toEqual([]);
});
