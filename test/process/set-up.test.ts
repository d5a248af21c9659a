import { execFile, spawn } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeScratch } from '../local/scratch.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fakeNpm = fileURLToPath(new URL('./fake-npm-cli.js', import.meta.url));
const oldNode = new URL('./old-node.mjs', import.meta.url).href;

/** Two rooms are enough: the real launcher and scripts, compiler and bundler, and a command line that says what it was given. */
const tree: Readonly<Record<string, string>> = {
  'tsconfig.json': JSON.stringify({ files: [], references: [{ path: 'workflows' }, { path: 'cli' }] }),
  'workflows/tsconfig.json': room('workflows'),
  'workflows/index.ts': 'export async function nothing(): Promise<number> { return Promise.resolve(1); }\n',
  'cli/tsconfig.json': room('cli'),
  'cli/main.ts': 'console.log(JSON.stringify(process.argv.slice(2)));\nprocess.exitCode = 3;\n',
};

function room(name: string): string {
  const compilerOptions = {
    rootDir: '.',
    outDir: `../dist/${name}`,
    tsBuildInfoFile: `../dist/${name}.tsbuildinfo`,
    types: [`${root}/node_modules/@types/node`],
  };
  return JSON.stringify({ extends: '../tsconfig.base.json', compilerOptions, include: ['**/*.ts'] });
}

let prepared: string;
let firstRun: End;
let clone: string;

/** One fresh clone is set up for all tests; each works on a copy of it. */
beforeAll(async () => {
  prepared = join(mkdtempSync(join(tmpdir(), 'drillbook-test-')), 'a clone');
  mkdirSync(prepared);
  for (const name of ['bin', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.base.json']) {
    cpSync(join(root, name), join(prepared, name), { recursive: true });
  }
  for (const [name, content] of Object.entries(tree)) {
    mkdirSync(join(prepared, name, '..'), { recursive: true });
    writeFileSync(join(prepared, name), content);
  }
  clone = prepared;
  firstRun = await launch(['validate', '--json', 'a b'], { cwd: tmpdir() });
});

afterAll(() => {
  rmSync(join(prepared, '..'), { recursive: true, force: true });
});

beforeEach(() => {
  clone = join(makeScratch(), 'another clone');
  cpSync(prepared, clone, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
});

interface End {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function launch(args: readonly string[], { node = [] as string[], env = {}, cwd = clone } = {}): Promise<End> {
  const ownEnv = { ...process.env, npm_execpath: fakeNpm, REAL_NODE_MODULES: join(root, 'node_modules'), ...env };
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [...node, join(clone, 'bin', 'drillbook'), ...args],
      { cwd, env: ownEnv },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

function changeSource(): void {
  writeFileSync(join(clone, 'cli/main.ts'), "console.log('changed');\n");
}

const readBundle = (): string => readFileSync(join(clone, 'dist/workflow-bundle.json'), 'utf8');
const npmCalls = (): string[] =>
  existsSync(join(clone, 'npm-calls')) ? readFileSync(join(clone, 'npm-calls'), 'utf8').trim().split('\n') : [];

describe('the launcher', () => {
  test('sets a fresh clone up from any folder and passes arguments and exit code through', () => {
    expect(firstRun).toMatchObject({ code: 3, stdout: '["validate","--json","a b"]\n' });
    expect(firstRun.stderr).toMatch(
      /^Installing dependencies \(npm ci\) …\nInstalled in \d+ s\.\nBuilding …\nBuilt in \d+ s\.\n$/,
    );
    expect(npmCalls()).toEqual(['ci']);
    expect(readBundle()).toMatch(/"sha256":"[0-9a-f]{64}"/);
  });

  test('does nothing and says nothing the second time', async () => {
    expect(await launch(['x'])).toMatchObject({ code: 3, stdout: '["x"]\n', stderr: '' });
    expect(npmCalls()).toEqual(['ci']);
  });

  test('builds again when a source changed, and keeps the bundle when no workflow did', async () => {
    const bundle = readBundle();
    changeSource();
    expect(await launch([])).toMatchObject({ code: 0, stdout: 'changed\n' });
    expect(readBundle()).toBe(bundle);
  });

  test('bundles again when a workflow changed, and takes away what a removed source left', async () => {
    const bundle = readBundle();
    writeFileSync(
      join(clone, 'workflows/other.ts'),
      'export async function other(): Promise<number> { return Promise.resolve(2); }\n',
    );
    writeFileSync(join(clone, 'workflows/index.ts'), "export * from './other.ts';\n");
    await launch([]);
    expect(readBundle()).not.toBe(bundle);
    expect(existsSync(join(clone, 'dist/workflows/other.js'))).toBe(true);

    rmSync(join(clone, 'workflows/other.ts'));
    writeFileSync(join(clone, 'workflows/index.ts'), tree['workflows/index.ts'] ?? '');
    await launch([]);
    expect(existsSync(join(clone, 'dist/workflows/other.js'))).toBe(false);
    expect(readBundle()).toBe(bundle);
  });

  test('installs again when the lock file changed, once when two start at the same time', async () => {
    appendFileSync(join(clone, 'package-lock.json'), '\n');
    rmSync(join(clone, 'node_modules'), { recursive: true });
    const ends = await Promise.all([launch(['one']), launch(['two'])]);
    expect(ends.map(end => end.stdout)).toEqual(['["one"]\n', '["two"]\n']);
    expect(npmCalls()).toEqual(['ci', 'ci']);
    expect(ends.map(end => end.stderr).join()).toMatch(
      /Another drillbook is setting up \(process \d+\); waiting for it …/,
    );
  });

  test.each([
    ['that was killed', { pid: 2 ** 22 + 1, host: hostname() }, new Date()],
    ['on another machine that fell silent', { pid: process.pid, host: 'another' }, new Date(0)],
    ['that died before it wrote its name', '', new Date(0)],
  ])('takes over from a set-up %s', async (_name, holder, lastSign) => {
    const lock = join(clone, '.drillbook', 'set-up.lock');
    writeFileSync(lock, holder === '' ? '' : JSON.stringify(holder));
    utimesSync(lock, lastSign, lastSign);
    changeSource();
    expect(await launch([])).toMatchObject({ code: 0, stdout: 'changed\n' });
    expect(existsSync(lock)).toBe(false);
  });

  test('waits for a set-up that lives', async () => {
    const lock = join(clone, '.drillbook', 'set-up.lock');
    writeFileSync(lock, JSON.stringify({ pid: process.pid, host: hostname() }));
    changeSource();
    const launched = launch([]);
    await sleep(1_000);
    expect(readBundle()).toBe(readFileSync(join(prepared, 'dist/workflow-bundle.json'), 'utf8'));
    expect(existsSync(lock)).toBe(true);
    rmSync(lock);
    expect(await launched).toMatchObject({
      code: 0,
      stdout: 'changed\n',
      stderr: expect.stringContaining('waiting for it') as string,
    });
  });

  test('Ctrl-C during npm ci: npm gets it once and cleans up, the lock goes, exit 130', async () => {
    rmSync(join(clone, 'node_modules'), { recursive: true });
    // A group of its own, and the signal to all of it, as a terminal does.
    const launched = spawn(process.execPath, [join(clone, 'bin', 'drillbook')], {
      env: { ...process.env, npm_execpath: fakeNpm, FAKE_NPM: 'slow' },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
    });
    let said = '';
    launched.stderr.on('data', piece => (said += String(piece)));
    const closed = once(launched, 'close');
    await expect.poll(() => npmCalls().length, { timeout: 10_000 }).toBe(2);
    await sleep(200);
    process.kill(-(launched.pid ?? 0), 'SIGINT');
    expect(await closed).toEqual([130, null]);
    expect(npmCalls().slice(2)).toEqual(['cleaning up after SIGINT', 'cleaned up']);
    expect(said).toBe('Installing dependencies (npm ci) …\nInterrupted; waiting for what runs to end …\n');
    expect(existsSync(join(clone, '.drillbook', 'set-up.lock'))).toBe(false);
  });

  test('has nothing to set up in an installed package', async () => {
    rmSync(join(clone, 'cli'), { recursive: true });
    for (const name of ['tsconfig.json', 'package-lock.json', 'npm-calls']) rmSync(join(clone, name));
    expect(await launch(['x'])).toMatchObject({ code: 3, stdout: '["x"]\n', stderr: '' });
    expect(npmCalls()).toEqual([]);
  });
});

describe('what does not work is said in a sentence', () => {
  test.each([
    [
      'npm error code ENOTFOUND\nnpm error network request failed',
      'the package registry cannot be reached. Look at the network',
    ],
    ['npm error code EBADENGINE', 'is not one that they support; use Node 20.19 or newer'],
    [
      'npm error FetchError: reason: connect ECONNREFUSED\nnpm error     at ClientRequest.<anonymous> (index.js:1:1)',
      'the package registry cannot be reached. Look at the network',
    ],
    ['npm error code E404', 'the package registry refuses or does not have a package'],
    ['npm error code EUSAGE', 'package.json and package-lock.json do not fit together'],
    ['something else', 'npm ci ended with code 1; run it by hand to see more'],
  ])('npm: %s', async (complaint, sentence) => {
    rmSync(join(clone, 'node_modules'), { recursive: true });
    const end = await launch([], { env: { FAKE_NPM: complaint } });
    expect(end).toMatchObject({ code: 1, stdout: '' });
    expect(end.stderr).toContain('The dependencies were not installed: ');
    expect(end.stderr).toContain(sentence);
    expect(end.stderr).not.toMatch(/\sat .*:\d+:\d+/);
    expect(existsSync(join(clone, '.drillbook', 'set-up.lock'))).toBe(false);
  });

  test('node_modules is a link: its packages are used as they are, and never replaced', async () => {
    const modules = join(clone, 'node_modules');
    const other = join(clone, '..', 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'mine'), 'kept');
    rmSync(modules, { recursive: true });
    symlinkSync(other, modules, 'junction');
    const end = await launch([]);
    expect(end).toMatchObject({ code: 1, stdout: '' });
    expect(end.stderr).toBe(
      'The dependencies were not installed: `node_modules` is a link to another folder, whose packages are not those of package-lock.json. Update them there, or remove the link; then run this again.\n',
    );
    expect(npmCalls()).toEqual(['ci']);
    expect(readdirSync(other)).toEqual(['mine']);
  });

  test('a source that does not compile', async () => {
    writeFileSync(join(clone, 'cli/main.ts'), 'const n: number = "text";\nconsole.log(n);\n');
    const end = await launch([]);
    expect(end).toMatchObject({ code: 1, stdout: '' });
    expect(end.stderr).toMatch(
      /cli\/main\.ts\(1,7\): error TS2322.*\nThe build failed \(tsc -b\): mend the errors above/,
    );
  });

  test('an old Node', async () => {
    const end = await launch([], { node: ['--import', oldNode] });
    expect(end).toMatchObject({ code: 1, stdout: '' });
    expect(end.stderr).toBe('drillbook needs Node 20.19 or newer, and this is Node 18.20.8: install a newer one.\n');
    expect(npmCalls()).toEqual(['ci']);
  });
});
