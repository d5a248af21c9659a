import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** What `npm pack` has in it, beside the libraries that a production install has: all that a service or an image gets. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
};

let folder: string;
let product: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'drillbook-packed-'));
  product = join(folder, 'package');
  const answer = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(answer) as { filename: string }[];
  execFileSync('tar', ['-xzf', join(folder, packed?.filename ?? ''), '-C', folder]);
  for (const [place, { dev, devOptional }] of Object.entries(lock.packages)) {
    const isTopLevel = place.startsWith('node_modules/') && place.lastIndexOf('node_modules/') === 0;
    if (!isTopLevel || dev === true || devOptional === true || !existsSync(join(root, place))) continue;
    mkdirSync(dirname(join(product, place)), { recursive: true });
    symlinkSync(join(root, place), join(product, place));
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const bin = () => join(product, 'bin', 'drillbook');

it('validates its own runbooks', () => {
  const text = execFileSync(bin(), ['validate', join(product, 'runbooks', 'payments.yaml')], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(text).toBe('');
});

it('brings its simulated sites up: nothing is read that is not packed', async () => {
  const child = spawn(bin(), ['simulator', '--json'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = (await Promise.race([once(child.stdout, 'data'), ended])) as [Buffer];
  expect(String(line)).toContain('https://127.0.0.1:');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

/** Defect: messages and units pointed to docs/ that nobody had who installed the package. */
const filesBelow = (place: string, ending: RegExp): readonly string[] =>
  readdirSync(join(product, place), { recursive: true, encoding: 'utf8' })
    .map(name => join(place, name))
    .filter(name => ending.test(name));

it('has every page that a message, a unit or another page leads to', () => {
  const named = filesBelow('dist', /\.js$/).flatMap(file =>
    [...readFileSync(join(product, file), 'utf8').matchAll(/\bdocs\/[\w/-]+\.md/g)].map(([page]) => page),
  );
  const units = filesBelow('docs/operate', /\.service$/).flatMap(file =>
    [...readFileSync(join(product, file), 'utf8').matchAll(/file:\/opt\/drillbook\/(\S+)/g)].map(([, to = '']) => to),
  );
  const links = filesBelow('docs', /\.md$/).flatMap(file =>
    [...readFileSync(join(product, file), 'utf8').matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, to = '']) =>
      join(dirname(file), to),
    ),
  );
  expect([named.length > 5, units.length, links.length > 50]).toEqual([true, 2, true]);
  expect([...new Set([...named, ...units, ...links])].filter(page => !existsSync(join(product, page)))).toEqual([]);
});
