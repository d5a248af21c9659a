import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FetchProblem, fillCache, lookInCache, temporalVersion } from '../../local/temporal-cache.ts';
import { describeProvision, findTemporal, TemporalMissing } from '../../local/temporal-cli.ts';
import { makeScratch } from './scratch.ts';

function writeProgram(folder: string, name: string, exitCode = 0): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\nexit ${exitCode}\n`, { mode: 0o755 });
  return path;
}

function writeCached(cacheDir: string, sha256?: string): string {
  const path = writeProgram(join(cacheDir, temporalVersion), 'temporal');
  const own = createHash('sha256').update('#!/bin/sh\nexit 0\n').digest('hex');
  writeFileSync(join(cacheDir, temporalVersion, 'sha256'), `${sha256 ?? own}\n`);
  return path;
}

/** All ways at once; a test takes away from the front. */
function prepare(): { env: Record<string, string>; cacheDir: string; named: string; onPath: string; cached: string } {
  const folder = makeScratch();
  const named = writeProgram(join(folder, 'named'), 'my-temporal');
  const onPath = writeProgram(join(folder, 'path'), 'temporal');
  const cacheDir = join(folder, 'cache');
  const cached = writeCached(cacheDir);
  const env = {
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    TEMPORAL_CLI: named,
    PATH: `${join(folder, 'none')}:${join(folder, 'path')}`,
  };
  return { env, cacheDir, named, onPath, cached };
}

const log = (): void => undefined;

describe('the Temporal dev server is looked for in this order', () => {
  test('TEMPORAL_ADDRESS', async () => {
    const { env, cacheDir } = prepare();
    expect(await findTemporal({ log, env, cacheDir })).toEqual({ kind: 'server', address: '127.0.0.1:1' });
  });

  test('TEMPORAL_CLI', async () => {
    const { env, cacheDir, named } = prepare();
    const found = await findTemporal({ log, env: { ...env, TEMPORAL_ADDRESS: '' }, cacheDir });
    expect(found).toEqual({ kind: 'executable', path: named, from: 'TEMPORAL_CLI' });
  });

  test('the PATH', async () => {
    const { env, cacheDir, onPath } = prepare();
    const found = await findTemporal({ log, env: { PATH: env['PATH'] }, cacheDir });
    expect(found).toEqual({ kind: 'executable', path: onPath, from: 'PATH' });
  });

  test('the cache', async () => {
    const { cacheDir, cached } = prepare();
    const found = await findTemporal({ log, env: {}, cacheDir });
    expect(found).toEqual({ kind: 'executable', path: cached, from: 'cache' });
    expect(found === undefined ? '' : describeProvision(found)).toBe(`Temporal: a dev server by ${cached} (cache)`);
  });

  test('nothing', async () => {
    expect(await findTemporal({ log, env: {}, cacheDir: makeScratch() })).toBeUndefined();
  });
});

describe('what does not work is said', () => {
  test('TEMPORAL_CLI that is no program', async () => {
    const env = { TEMPORAL_CLI: '/nowhere/temporal' };
    await expect(findTemporal({ log, env })).rejects.toThrow(TemporalMissing);
    await expect(findTemporal({ log, env })).rejects.toThrow(
      'TEMPORAL_CLI names /nowhere/temporal, which is not a program',
    );
  });

  test('TEMPORAL_CLI that does not start', async () => {
    const env = { TEMPORAL_CLI: writeProgram(makeScratch(), 'temporal', 3) };
    await expect(findTemporal({ log, env })).rejects.toThrow('does not answer to --version');
  });

  test('a program on the PATH that does not start is passed over', async () => {
    const folder = makeScratch();
    writeProgram(folder, 'temporal', 3);
    const lines: string[] = [];
    expect(
      await findTemporal({ log: line => lines.push(line), env: { PATH: folder }, cacheDir: join(folder, 'cache') }),
    ).toBeUndefined();
    expect(lines).toEqual([`${join(folder, 'temporal')} does not answer to --version; it is passed over.`]);
  });

  test('a damaged cache is not used', async () => {
    const cacheDir = makeScratch();
    writeCached(cacheDir, '0'.repeat(64));
    const lines: string[] = [];
    expect(await findTemporal({ log: line => lines.push(line), env: {}, cacheDir })).toBeUndefined();
    expect(lines.join()).toContain('SHA-256');
  });
});

describe('the cache', () => {
  const fetchText = (text: string) => (scratch: string) => {
    const path = join(scratch, 'download');
    writeFileSync(path, text);
    return Promise.resolve({ path, sha256: createHash('sha256').update(text).digest('hex') });
  };

  test('is filled by two at once and whole', async () => {
    const folder = join(makeScratch(), 'version');
    const paths = await Promise.all([fillCache(folder, fetchText('same')), fillCache(folder, fetchText('same'))]);
    expect(paths).toEqual([join(folder, 'temporal'), join(folder, 'temporal')]);
    expect(await lookInCache(folder)).toEqual({ kind: 'found', path: join(folder, 'temporal') });
    expect(readdirSync(folder).sort()).toEqual(['sha256', 'temporal']);
  });

  test('keeps nothing of a fetch that failed', async () => {
    const folder = join(makeScratch(), 'version');
    await expect(fillCache(folder, () => Promise.reject(new FetchProblem('no')))).rejects.toThrow('no');
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(join(folder, 'temporal'))).toBe(false);
  });
});
