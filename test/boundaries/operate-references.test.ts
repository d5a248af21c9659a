import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../control/config/config.ts';
import { drillbook } from '../cli/command-line.ts';
import { makeFolder } from '../cli/folder.ts';

/** Defect: the page's objects referred to what nothing had made. Whatever one names, a command or another object of the page makes. */
const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const read = (name: string): string => readFileSync(join(docs, name), 'utf8');
const page = read('operate.md');
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
const lines = blocks.flatMap(text => text.trim().split('\n'));
const before = (line: string): readonly string[] => lines.slice(0, lines.indexOf(line));

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string };
  readonly persistentVolumeClaim?: { readonly claimName: string };
}
interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly subPath?: string }[];
}
interface Made {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly serviceName?: string;
    readonly selector?: Readonly<Record<string, unknown>>;
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: readonly Container[]; readonly volumes: readonly Volume[] };
    };
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
  };
}
const objectsOf = (name: string): readonly Made[] =>
  parseAllDocuments(read(`operate/kubernetes/${name}`)).map(each => each.toJS() as Made);

/** What `kubectl create` of these lines makes: kind, name and keys, by `NAMESPACE/kind/name`. */
function madeBy(given: readonly string[]): ReadonlyMap<string, string> {
  const made = given.flatMap(line => {
    const [, kind = '', name = '', rest = ''] =
      /^kubectl create (configmap|secret generic|service externalname|namespace) (\S+)(.*)$/.exec(line) ?? [];
    if (kind === '') return [];
    const namespace = / --namespace (\S+)/.exec(rest)?.[1] ?? '';
    return [[`${namespace}/${kind.split(' ')[0] ?? ''}/${name}`, rest] as const];
  });
  return new Map(made);
}

/** Of a drillbook.yaml, the files that its secrets are read from. */
const secretFiles = (text: string): readonly string[] =>
  Object.values((parse(text) as { secrets: Record<string, { file: string }> }).secrets).map(({ file }) => file);

describe.each(['drillbook.yaml', 'site-worker.yaml'])('kubernetes/%s', name => {
  const objects = objectsOf(name);
  const apply = `kubectl apply --namespace drillbook --filename docs/operate/kubernetes/${name}`;
  const made = madeBy(before(apply));
  const has = (kind: string, wanted: string): boolean =>
    made.has(`drillbook/${kind}/${wanted}`) ||
    objects.some(each => each.kind.toLowerCase() === kind && each.metadata.name === wanted);
  const pods = objects.flatMap(({ spec }) => (spec?.template === undefined ? [] : [{ spec, pod: spec.template.spec }]));

  it('every ConfigMap, Secret, claim and Service that it names is made before, or by it', () => {
    expect(lines).toContain(apply);
    expect(made.has('/namespace/drillbook')).toBe(true);
    expect(pods.length).toBeGreaterThan(0);
    const missing = pods.flatMap(({ spec, pod }) => [
      ...pod.volumes.flatMap(({ configMap, secret, persistentVolumeClaim: claim }) => [
        ...(configMap === undefined || has('configmap', configMap.name) ? [] : [`configmap ${configMap.name}`]),
        ...(secret === undefined || has('secret', secret.secretName) ? [] : [`secret ${secret.secretName}`]),
        ...(claim === undefined || has('persistentvolumeclaim', claim.claimName) ? [] : [`claim ${claim.claimName}`]),
      ]),
      ...pod.containers.flatMap(({ envFrom = [] }) =>
        envFrom.filter(each => !has('configmap', each.configMapRef.name)).map(each => each.configMapRef.name),
      ),
      ...(spec.serviceName === undefined || has('service', spec.serviceName) ? [] : [`service ${spec.serviceName}`]),
    ]);
    expect(missing).toEqual([]);
  });

  it('every volume is mounted, every mount is of a volume, and every Service finds pods', () => {
    for (const { spec, pod } of pods) {
      const volumes = [...pod.volumes, ...(spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata)];
      const mounted = pod.containers.flatMap(({ volumeMounts }) => volumeMounts.map(each => each.name));
      expect([...new Set(mounted)].sort()).toEqual(volumes.map(each => each.name).sort());
    }
    const labels = pods.map(({ spec }) => spec.template?.metadata.labels['app']);
    const services = objects.filter(({ kind }) => kind === 'Service');
    expect(services.map(({ spec }) => spec?.selector?.['app']).filter(app => !labels.includes(String(app)))).toEqual(
      [],
    );
  });

  it('nothing is mounted in a ConfigMap, where no folder can be made, and the image is one that the page pushes', () => {
    for (const { pod } of pods)
      for (const { image, volumeMounts } of pod.containers) {
        expect(lines).toContain(`docker push ${image}`);
        const whole = volumeMounts.filter(({ subPath }) => subPath === undefined).map(({ mountPath }) => mountPath);
        for (const { mountPath } of volumeMounts)
          expect(whole.filter(each => mountPath.startsWith(`${each}/`))).toEqual([]);
        const config = volumeMounts.find(({ mountPath }) => mountPath === '/etc/drillbook/drillbook.yaml');
        expect(config?.subPath).toBe('drillbook.yaml');
      }
    expect(made.get('drillbook/configmap/drillbook-project')).toContain('--from-file=drillbook.yaml=');
  });

  it('each secret that its pods read has the key that drillbook.yaml names', () => {
    const keys = [...made.entries()]
      .filter(([key]) => key.startsWith('drillbook/secret/'))
      .flatMap(([, rest]) => [...rest.matchAll(/--from-file=([^=\s]+)=\.\.\/dr-secrets\/(\S+)/g)]);
    for (const [, key, file] of keys) expect(key).toBe(file);
    const files = keys.map(([, key = '']) => `/run/secrets/${key}`);
    const wanted = secretFiles(read('operate/drillbook.yaml'));
    expect(files.filter(file => !wanted.includes(file))).toEqual([]);
    if (name === 'drillbook.yaml') expect([...files].sort()).toEqual([...wanted].sort());
  });
});

describe('every secret that a command takes is made before', () => {
  it('in ../dr-secrets', () => {
    const made = (line: string): readonly string[] =>
      before(line).flatMap(each => {
        const named = /^for name in ([^;]+);.*> "\.\.\/dr-secrets\/\$name"/.exec(each)?.[1]?.split(' ') ?? [];
        const written = [...each.matchAll(/(?:> |-keyout |mv \S+ )\.\.\/dr-secrets\/([\w.-]+)/g)];
        return [...named, ...written.map(([, name = '']) => name)];
      });
    const taken = lines.flatMap(line => {
      const looped = /^for name in ([^;]+);.*install -m 0600 "\.\.\/dr-secrets\/\$name"/.exec(line)?.[1]?.split(' ');
      const named = [...line.matchAll(/(?:=|chown .*?)\.\.\/dr-secrets\/([\w.-]+)/g)].map(([, name = '']) => name);
      return [...(looped ?? []), ...named].map(name => [line, name] as const);
    });
    expect(taken.length).toBeGreaterThan(8);
    expect(taken.filter(([line, name]) => !made(line).includes(name))).toEqual([]);
    const { secrets } = parse(read('operate/compose.yaml'), { merge: true }) as {
      secrets: Record<string, { file: string }>;
    };
    const up = lines.find(line => line.endsWith('compose.yaml up -d')) ?? '';
    const files = [...Object.values(secrets).map(({ file }) => file), '../../../dr-secrets/postgres.env'];
    expect(files.filter(file => !made(up).includes(file.replace('../../../dr-secrets/', '')))).toEqual([]);
  });
});

describe('compose.yaml', () => {
  interface Service {
    readonly secrets?: readonly string[];
    readonly volumes?: readonly string[];
    readonly depends_on?: object;
  }
  const given = parse(read('operate/compose.yaml'), { merge: true }) as {
    readonly services: Readonly<Record<string, Service>>;
    readonly secrets: object;
    readonly volumes: object;
  };
  it('defines each secret, volume and service that it names, and mounts all that is defined', () => {
    const services = Object.values(given.services);
    const named = services.flatMap(({ volumes = [] }) => volumes.map(each => each.split(':')[0] ?? ''));
    const own = named.filter(each => !each.startsWith('.'));
    expect([...new Set(own)].sort()).toEqual(Object.keys(given.volumes).sort());
    expect([...new Set(services.flatMap(({ secrets = [] }) => secrets))].sort()).toEqual(
      Object.keys(given.secrets).sort(),
    );
    const awaited = services.flatMap(each => Object.keys(each.depends_on ?? {}));
    expect(awaited.filter(each => !Object.hasOwn(given.services, each))).toEqual([]);
  });

  it('mounts of the project only what the page makes, and neither secrets nor keys', () => {
    const mounted = (given.services['worker']?.volumes ?? []).flatMap(
      each => /^\.\.\/\.\.\/\.\.\/dr\/([^:]+)/.exec(each)?.[1] ?? [],
    );
    expect(mounted).toEqual(['drillbook.yaml', 'runbooks', 'certs', 'library']);
    expect(lines).toContain('cp docs/operate/drillbook.yaml ../dr/drillbook.yaml');
    expect(lines).toContain('mkdir -p ../dr/certs ../dr/library');
  });
});

describe('the chart of Temporal', () => {
  it('finds the Secret and the Service that its values name, made before', () => {
    const made = madeBy(before(lines.find(line => line.startsWith('helm install')) ?? ''));
    const text = read('operate/kubernetes/temporal-values.yaml');
    const [, secret] = /existingSecret: (\S+)/.exec(text) ?? [];
    const [, key] = /secretKey: (\S+)/.exec(text) ?? [];
    const [, service] = /connectAddr: ([^.]+)\.temporal\.svc:5432/.exec(text) ?? [];
    expect(made.get(`temporal/secret/${String(secret)}`)).toContain(`--from-file=${String(key)}=`);
    expect(made.has(`temporal/service/${String(service)}`)).toBe(true);
    expect(made.has('/namespace/temporal')).toBe(true);
    for (const [, name = ''] of text.matchAll(/databaseName: (\S+)/g))
      expect(lines.some(line => line.startsWith('createdb ') && line.endsWith(` ${name}`))).toBe(true);
  });
});

describe('the drillbook.yaml of the page', () => {
  it('is one, in a new project, and its secrets are where compose and Kubernetes mount them', async () => {
    const dir = makeFolder();
    expect((await drillbook(['init', 'dr'], { cwd: dir })).code).toBe(0);
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(dir, 'dr', 'drillbook.yaml'), read('operate/drillbook.yaml'));
    const { stderr, code } = await drillbook(['validate'], { cwd: join(dir, 'dr') });
    expect([code, stderr]).toEqual([0, '2 files: no errors, no warnings\n']);
  });

  it('names only paths that compose and Kubernetes mount, and all that is mounted of the project is in it or in runbooks/', () => {
    const compose = parse(read('operate/compose.yaml'), { merge: true }) as {
      services: Record<string, { volumes?: readonly string[] }>;
    };
    const composed = (compose.services['console']?.volumes ?? []).map(each => each.split(':')[1] ?? '');
    const pods = objectsOf('drillbook.yaml').flatMap(({ spec }) => spec?.template?.spec.containers ?? []);
    const text = read('operate/drillbook.yaml');
    const {
      console: served,
      library,
      targets,
    } = parse(text) as {
      console: { tls: { certificate: string } };
      library: { dir: string };
      targets: { 'dr-drills': { file: { path: string } } };
    };
    const named = [served.tls.certificate, library.dir, 'runbooks', 'drillbook.yaml'].map(
      each => `/etc/drillbook/${each}`,
    );
    const state = targets['dr-drills'].file.path;
    expect(pods).toHaveLength(2);
    for (const mounts of [...pods.map(each => each.volumeMounts.map(({ mountPath }) => mountPath)), composed]) {
      const isBelow = (path: string, mount: string): boolean => path === mount || path.startsWith(`${mount}/`);
      const all = [...named, state, ...(mounts === composed ? [] : secretFiles(text))];
      expect(all.filter(path => !mounts.some(mount => isBelow(path, mount)))).toEqual([]);
      expect(mounts.filter(mount => mount !== '/tmp' && !all.some(path => isBelow(path, mount)))).toEqual([]);
    }
  });

  it('of systemd: the page changes it so that each service has its secrets as files of its own', async () => {
    const line = lines.find(each => each.startsWith('sed -e ')) ?? '';
    const rules = [...line.matchAll(/-e 's#([^#]+)#([^#]+)#'/g)];
    const changed = read('operate/drillbook.yaml')
      .split('\n')
      .map(text => rules.reduce((each, [, from = '', to = '']) => each.replace(from, to), text))
      .join('\n');
    const units = ['worker', 'console'].flatMap(name =>
      [...read(`operate/drillbook-${name}.service`).matchAll(/^LoadCredential=([^:]+):/gm)].map(
        ([, credential = '']) => `/run/credentials/drillbook-${name}.service/${credential}`,
      ),
    );
    expect([...secretFiles(changed)].sort()).toEqual([...units].sort());
    const dir = makeFolder({ 'drillbook.yaml': changed });
    expect((await loadConfig(join(dir, 'drillbook.yaml'))).organisation).toBe('Example Bank');
  });
});

/** `drillbook …` of the page, of units and of manifests, without what the shell makes of it. */
const calls = [
  ...lines.flatMap(line => [...line.matchAll(/bin\/drillbook (.*?)(?= \||$)/g)].map(([, rest = '']) => rest)),
  ...['drillbook-worker.service', 'drillbook-console.service', 'site-worker.conf'].flatMap(name =>
    [...read(`operate/${name}`).matchAll(/^ExecStart=\/opt\/drillbook\/bin\/drillbook (.+)$/gm)].map(
      ([, rest = '']) => rest,
    ),
  ),
  ...['drillbook.yaml', 'site-worker.yaml'].flatMap(name =>
    objectsOf(name).flatMap(({ spec }) => (spec?.template?.spec.containers ?? []).map(({ args }) => args.join(' '))),
  ),
];

it('every flag of a command that the page, a unit or a manifest has is one of ours', async () => {
  expect(calls.length).toBeGreaterThan(9);
  for (const call of calls) {
    const words = call.split(' ');
    const flags = words.filter(word => word.startsWith('--'));
    const depth = ['keys', 'config'].includes(words[0] ?? '') ? 2 : 1;
    const { stdout, code } = await drillbook([...words.slice(0, depth), '--help']);
    expect([call, code]).toEqual([call, 0]);
    expect([call, flags.filter(flag => !stdout.includes(flag))]).toEqual([call, []]);
  }
});
