import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { application } from '../../cli/application.ts';
import { searchAttributeNames } from '../../control/search-attributes.ts';

/** What needs a fleet to be run is held to what can be read: commands, files, names. */
const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const read = (name: string): string => readFileSync(join(docs, name), 'utf8');
const page = read('operate.md');
const files = readdirSync(join(docs, 'operate'), { recursive: true, encoding: 'utf8' }).filter(name =>
  /\.\w+$|Dockerfile$/.test(name),
);

describe('docs/operate.md', () => {
  it('links to files that are there, and to each of its own but the one that only Docker reads', () => {
    const links = [...page.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target = '']) => target);
    expect(links.filter(target => !existsSync(join(docs, target)))).toEqual([]);
    const told = files.filter(name => page.includes(`operate/${name}`));
    expect([...told, 'Dockerfile.dockerignore'].sort()).toEqual([...files].sort());
  });

  it('names commands that there are', () => {
    if (!('getAllEntries' in application.root)) throw new Error('drillbook has commands');
    const names = application.root.getAllEntries().map(entry => entry.name['convert-camel-to-kebab']);
    const said = [...page.matchAll(/`drillbook ([a-z-]+)/g)].map(([, name = '']) => name);
    expect(said.length).toBeGreaterThan(8);
    expect(said.filter(name => !names.includes(name))).toEqual([]);
  });

  it('names the search attributes', () => {
    for (const name of searchAttributeNames) {
      expect(page).toContain(`\`${name}\``);
      expect(read('operate/compose.yaml')).toContain(name);
    }
  });
});

describe.each(files.filter(name => name.endsWith('.yaml')))('%s', name => {
  it('is YAML without a mistake', () => {
    const documents = parseAllDocuments(read(`operate/${name}`));
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  });
});

describe.each(files.filter(name => name.endsWith('.service')))('%s', name => {
  const unit = read(`operate/${name}`);
  it('starts a command that there is, for ever, and waits for calls under way', () => {
    expect(unit).toMatch(/^ExecStart=\/opt\/drillbook\/bin\/drillbook (worker|console)$/m);
    expect(unit).toMatch(/^Restart=always$/m);
    if (name.includes('worker')) expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(60);
  });
});

describe('secrets of the ZVMs and the key that speaks for everybody', () => {
  it('are never in the same container', () => {
    const compose = parse(read('operate/compose.yaml'), { merge: true }) as {
      services: Record<string, { command?: string[]; secrets?: string[] }>;
    };
    const secretsOf = (service: string): readonly string[] => compose.services[service]?.secrets ?? [];
    expect([secretsOf('worker'), secretsOf('console')]).toEqual([
      ['zvm-a', 'zvm-b'],
      ['console-key', 'decision-key'],
    ]);
    const pods = [...read('operate/kubernetes/drillbook.yaml').matchAll(/secretName: (\S+),/g)].map(([, name]) => name);
    expect(pods).toEqual(['drillbook-worker-secrets', 'drillbook-console-secrets']);
    for (const [name, wanted, not] of [
      ['worker', 'zvm-a', 'decision-key'],
      ['console', 'decision-key', 'zvm-a'],
    ] as const) {
      const unit = read(`operate/drillbook-${name}.service`);
      expect([unit.includes(wanted), unit.includes(not)]).toEqual([true, false]);
    }
  });
});
