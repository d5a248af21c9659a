import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keptBundles } from '../../control/kept-bundles.ts';
import { OlderBuilds } from '../../control/older-builds.ts';
import { readBundle } from '../../control/own-bundle.ts';
import type { Build } from '../../control/versions.ts';
import { makeFolder } from '../cli/folder.ts';

const idOf = (letter: string): string => letter.repeat(64);
const own = idOf('b');
const day = 24 * 60 * 60 * 1_000;

function setUp() {
  const dir = makeFolder({ 'drillbook.yaml': '' });
  const kept = keptBundles(join(dir, 'drillbook.yaml'), {});
  const lines: string[] = [];
  const calls: string[] = [];
  const older = new OlderBuilds({
    own: { id: own, path: join(dir, 'own.js') },
    kept,
    tell: line => lines.push(line),
    clock: Date.now,
    start: ({ id }) => {
      calls.push(`start ${id.slice(0, 2)}`);
      return Promise.resolve({ shutdown: () => calls.push(`end ${id.slice(0, 2)}`) });
    },
  });
  return { dir, kept, older, lines, calls };
}

const build = (id: string, more: Partial<Build> = {}): Build => ({
  id,
  current: false,
  served: false,
  openRuns: 0,
  examples: [],
  ...more,
});

test('a build with runs is hosted until they have ended, and the one that new runs begin with as long as it is', async () => {
  const { dir, kept, older, lines, calls } = setUp();
  for (const letter of ['a', 'c']) {
    writeFileSync(join(dir, 'x.js'), letter);
    kept.keep({ id: idOf(letter), path: join(dir, 'x.js') });
  }
  const [a, c] = [idOf('a'), idOf('c')];
  await older.adjust({ current: c, builds: [build(own), build(a, { openRuns: 2 }), build(c, { current: true })] });
  expect(calls).toEqual(['start aa', 'start cc']);
  expect(lines).toEqual([
    'Build aaaaaaaaaaaa is hosted beside this one: 2 runs go on with it.',
    'Build cccccccccccc is hosted beside this one: new runs begin with it.',
    'New runs begin with build cccccccccccc; this worker is build bbbbbbbbbbbb. To change that: drillbook worker promote',
  ]);
  const over = { current: own, builds: [build(own, { current: true }), build(a), build(c, { openRuns: 1 })] };
  await older.adjust(over);
  expect(calls).toHaveLength(2);
  await older.adjust(over);
  expect(calls.slice(2)).toEqual(['end aa']);
  expect(older.hosted()).toEqual([c]);
});

test('a bundle that is missing is told once, with the runs that stand still and where it belongs', async () => {
  const { older, lines, calls, kept } = setUp();
  const a = idOf('a');
  const versions = { current: own, builds: [build(a, { openRuns: 7, examples: ['pay-1', 'pay-2'] })] };
  await older.adjust(versions);
  await older.adjust(versions);
  expect(calls).toEqual([]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('The runs pay-1, pay-2 and 5 more need build aaaaaaaaaaaa, which no worker serves');
  expect(lines[0]).toContain(kept.pathOf(a));
});

test('another worker serves it: nothing is missing', async () => {
  const { older, lines } = setUp();
  await older.adjust({ current: own, builds: [build(idOf('a'), { openRuns: 1, served: true })] });
  expect(lines).toEqual([]);
});

test('a bundle that no run needs is kept for 90 days', async () => {
  const { dir, kept, older } = setUp();
  writeFileSync(join(dir, 'x.js'), 'x');
  const [a, c, d] = [idOf('a'), idOf('c'), idOf('d')];
  for (const id of [a, c, d]) kept.keep({ id, path: join(dir, 'x.js') });
  writeFileSync(join(kept.folder, 'not-ours.js'), 'x');
  const old = new Date(Date.now() - 91 * day);
  for (const id of [a, c]) utimesSync(kept.pathOf(id), old, old);
  utimesSync(join(kept.folder, 'not-ours.js'), old, old);
  await older.adjust({ current: own, builds: [build(c, { openRuns: 1, served: true })] });
  // What is in use is new again.
  expect(readdirSync(kept.folder).sort()).toEqual([`${c}.js`, `${d}.js`, 'not-ours.js'].sort());
});

test('the build id is of the code, not of the map that names folders', async () => {
  const dir = makeFolder({ 'a.js': 'code\n//# sourceMappingURL=one', 'b.js': 'code\n//# sourceMappingURL=two' });
  const [a, b] = await Promise.all(['a.js', 'b.js'].map(file => readBundle(join(dir, file))));
  expect(a?.id).toBe(b?.id);
  await expect(readBundle(join(dir, 'none.js'))).rejects.toThrow('npm run build');
});

test('the state folder: DRILLBOOK_STATE, else beside drillbook.yaml', () => {
  const dir = makeFolder({});
  expect(keptBundles(join(dir, 'drillbook.yaml'), {}).folder).toBe(join(dir, '.drillbook', 'bundles'));
  expect(keptBundles(join(dir, 'drillbook.yaml'), { DRILLBOOK_STATE: '/state' }).folder).toBe('/state/bundles');
  writeFileSync(join(dir, 'file'), '');
  const kept = keptBundles(join(dir, 'file', 'drillbook.yaml'), {});
  expect(kept.keep({ id: own, path: join(dir, 'file') })).toMatch(/ENOTDIR|EEXIST/);
  expect(existsSync(kept.folder)).toBe(false);
});
