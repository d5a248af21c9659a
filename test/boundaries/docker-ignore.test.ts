import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { loginFile } from '../../control/access/login.ts';
import { makeKey } from '../../control/keys.ts';
import { stateFolder } from '../../control/state-folder.ts';
import { drillbook } from '../cli/command-line.ts';
import { makeFolder } from '../cli/folder.ts';
import { isLeftOut } from './docker-ignore.ts';

/** Defect: `COPY . .` took the private keys, sealed tokens and passwords of the folder into a layer of the image. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const linesOf = (text: string): readonly string[] => text.split('\n');

/** Where drillbook itself writes what others must not have, from the folder of drillbook.yaml, which is also a home folder. */
async function written(): Promise<readonly string[]> {
  const dir = makeFolder({ 'drillbook.yaml': '' });
  const { file } = await makeKey(join(dir, 'drillbook.yaml'), 'ana', { person: 'ana' });
  const state = stateFolder(dir, {});
  const below = ['sessions/key', 'audit.jsonl', 'dev/secrets/zvm-a', 'reports/r.html'].map(name => join(state, name));
  return [file, ...below, loginFile({ XDG_CONFIG_HOME: join(dir, '.config') })].map(path => relative(dir, path));
}

/** Where compose.yaml has people put secrets: from the repository's folder. */
function told(): readonly string[] {
  const { secrets, services } = parse(read('docs/operate/compose.yaml'), { merge: true }) as {
    secrets: Record<string, { file: string }>;
    services: Record<string, { env_file?: readonly string[] }>;
  };
  const files = [
    ...Object.values(secrets).map(({ file }) => file),
    ...Object.values(services).flatMap(each => each.env_file ?? []),
  ];
  return files.map(file => join('docs/operate', file));
}

const usual = ['.env', 'site.env', '.env.local', 'a/b/.env', 'zvm-a.key', 'secrets/zvm-a', '.git/config'];

describe("the repository's .dockerignore", () => {
  const lines = linesOf(read('.dockerignore'));
  it('keeps out every place where drillbook writes secrets, or people are told to', async () => {
    const from = ['', 'runbooks/', 'docs/operate/project/', 'docs/example/'];
    const places = from.flatMap(folder => usual.map(name => `${folder}${name}`));
    const own = (await written()).flatMap(name => from.map(folder => `${folder}${name}`));
    // Those of docs/operate.md are not in it at all.
    expect(told().length).toBeGreaterThan(5);
    expect(told().filter(path => !path.startsWith('../dr-secrets/'))).toEqual([]);
    const all = [...places, ...own, 'my-project/drillbook.yaml', 'token.txt', '.npmrc', 'zerto/.npmrc'];
    expect(all.filter(path => !isLeftOut(lines, path) && !path.endsWith('.git/config'))).toEqual([]);
    expect(isLeftOut(lines, '.git/config')).toBe(true);
  });

  it('lets through all that the image is built of', () => {
    const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
    const { references } = JSON.parse(read('tsconfig.json')) as { references: { path: string }[] };
    const rooms = references.map(({ path }) => path).filter(path => !path.endsWith('.json'));
    const { files } = JSON.parse(read('package.json')) as { files: string[] };
    const packed = files.map(name => name.split('/')[0] ?? '').filter(name => !['dist', 'docs'].includes(name));
    const wanted = new Set([...rooms, ...packed]);
    const top = /^(tsconfig.*\.json|package(-lock)?\.json|worker(-hosts)?\.ts|LICENSE|README\.md)$/;
    const needed = tracked.filter(path => top.test(path) || wanted.has(path.split('/')[0] ?? ''));
    expect(needed.length).toBeGreaterThan(500);
    expect(needed.filter(path => isLeftOut(lines, path))).toEqual([]);
    expect(isLeftOut(lines, 'docs/operate.md')).toBe(false);
  });
});

describe('the .dockerignore and .gitignore of a new project', () => {
  it('keep out every place where drillbook writes secrets in it', async () => {
    const cwd = makeFolder();
    expect((await drillbook(['init'], { cwd })).code).toBe(0);
    const docker = linesOf(readFileSync(join(cwd, '.dockerignore'), 'utf8'));
    const paths = [
      ...(await written()).filter(path => !path.startsWith('.config')),
      ...usual,
      'decision-ed25519.pem',
      'notifications.jsonl',
    ];
    expect(paths.filter(path => !isLeftOut(docker, path))).toEqual([]);
    const [, said = ''] = /```\n(\.git\n[\s\S]*?)```/.exec(read('docs/operate.md')) ?? [];
    expect(said).toBe(readFileSync(join(cwd, '.dockerignore'), 'utf8'));
    for (const path of ['drillbook.yaml', 'runbooks/first-drill.yaml', 'certs/zvm-a.pem', 'library/versions/a.json'])
      expect([path, isLeftOut(docker, path)]).toEqual([path, false]);
    execFileSync('git', ['init', '--quiet'], { cwd });
    const inGit = paths.filter(path => !path.startsWith('.git/'));
    const ignored = execFileSync('git', ['check-ignore', ...inGit], { cwd, encoding: 'utf8' })
      .trim()
      .split('\n');
    expect(ignored).toEqual(inGit);
  });
});
