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
  it('links to files that are there, and to each of its own', () => {
    const links = [...page.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target = '']) => target);
    expect(links.filter(target => !existsSync(join(docs, target)))).toEqual([]);
    const told = files.filter(name => page.includes(`operate/${name}`));
    expect([...told].sort()).toEqual([...files].sort());
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

/** Commands of the page's blocks, in their order. */
const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) => text.trim().split('\n'));
const at = (part: string): number => commands.findIndex(line => line.includes(part));

describe('a machine with systemd', () => {
  it('defect: nothing made the folders and put the project there; every file of a unit is installed before it starts', () => {
    const start = at('systemctl enable --now drillbook-worker drillbook-console');
    const wanted = ['worker', 'console'].flatMap(name => {
      const unit = read(`operate/drillbook-${name}.service`);
      return [...unit.matchAll(/^(?:EnvironmentFile=|LoadCredential=[^:]+:|Environment=DRILLBOOK_CONFIG=)(\S+)$/gm)];
    });
    const files = wanted.map(([, file = '']) => file);
    expect(files).toContain('/etc/drillbook/drillbook.yaml');
    for (const file of files) {
      const folder = file.slice(0, file.lastIndexOf('/'));
      const isPut = (line: string): boolean => {
        const name = file.slice(folder.length + 1);
        const named = /for name in ([^;]+);/.exec(line)?.[1]?.split(' ') ?? [];
        return (
          line.includes(file) ||
          (line.includes(`/${name} `) && line.endsWith(`${folder}/`)) ||
          (named.includes(name) && line.includes(`${folder}/$name`))
        );
      };
      const put = commands.findIndex(line => line.includes('install ') && isPut(line));
      expect([file, put >= 0 && put < start], 'is put there').toEqual([file, true]);
      const made = commands.findIndex(line => new RegExp(`install -d[^&]* ${folder}( |$)`).test(line));
      expect([folder, made >= 0 && made <= put], 'its folder is made').toEqual([folder, true]);
    }
    expect(commands.some(line => line.includes('runbooks/*.yaml /etc/drillbook/runbooks/'))).toBe(true);
  });

  it('a site has a worker of its own: the unit, changed by a file beside it', () => {
    const conf = read('operate/site-worker.conf');
    expect(conf).toMatch(
      /^ExecStart=\nExecStart=\/opt\/drillbook\/bin\/drillbook worker --site site-a --probe lan-a$/m,
    );
    expect(conf).toMatch(/^LoadCredential=\nLoadCredential=zvm-a:/m);
    expect(at('drillbook-worker.service.d/site-a.conf')).toBeGreaterThan(0);
    expect(read('operate/kubernetes/site-worker.yaml')).toContain('args: [worker, --site, site-a, --probe, lan-a]');
    expect(read('operate/kubernetes/site-worker.yaml')).not.toMatch(/zvm-b|decision-key/);
  });
});

describe('Temporal', () => {
  it('defect: no version of the chart; its values are in the layout of the one that is named', () => {
    const install = commands.find(line => line.startsWith('helm install')) ?? '';
    const version = / --version (\d+\.\d+\.\d+) /.exec(install)?.[1] ?? 'none';
    const text = read('operate/kubernetes/temporal-values.yaml');
    expect(text).toContain(`version ${version}:`);
    const { server } = parse(text, { merge: true }) as {
      server: { config: { numHistoryShards?: number; persistence: Record<string, unknown> } };
    };
    // Charts from 1.0.0 on: the server's own keys below `persistence`, and none beside it.
    expect(server.config.numHistoryShards).toBeUndefined();
    expect(server.config.persistence).toMatchObject({
      ...{ defaultStore: 'default', visibilityStore: 'visibility', numHistoryShards: 512 },
      datastores: {
        default: { sql: { databaseName: 'temporal', existingSecret: 'temporal-postgres', manageSchema: true } },
        visibility: { sql: { databaseName: 'temporal_visibility', existingSecret: 'temporal-postgres' } },
      },
    });
    expect(at('create secret generic temporal-postgres')).toBeLessThan(at('helm install'));
  });

  it('Temporal Cloud: search attributes, retention, and both ways to sign in', () => {
    const text = commands.join('\n');
    for (const name of searchAttributeNames) expect(text).toContain(`--search-attribute "${name}=Keyword"`);
    expect(text).toMatch(/tcld namespace retention set .*--retention-days 90$/m);
    for (const name of ['TEMPORAL_API_KEY', 'TEMPORAL_TLS_CLIENT_CERT_PATH', 'TEMPORAL_TLS_CLIENT_KEY_PATH']) {
      expect(page).toContain(`\`${name}\``);
      expect(read('operate/temporal.env')).toContain(`# ${name}=`);
    }
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
