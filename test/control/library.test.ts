import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../actions/json.ts';
import { canonical, sha256Hex } from '../../compiler/hash.ts';
import type { Plan } from '../../compiler/plan.ts';
import { loadConfig } from '../../control/config/config.ts';
import { publish } from '../../control/library/publish.ts';
import { listLibrary } from '../../control/library/listed.ts';
import { findPublished, whyNotPublished } from '../../control/library/published.ts';
import { prepare } from '../../control/prepare.ts';
import type { Sign } from '../../control/say.ts';
import { newKey, signWithText } from '../../control/signing.ts';
import { makeFolder } from '../cli/folder.ts';
import { config as sites } from '../cli/sample-config.ts';

const open = `${sites}identity: { unverified: allow }\n`;
const runbook = (name: string, more = '') => `apiVersion: drillbook/v1
name: ${name}
site: site-b
modes: [drill, failover]
inputs:
  point: { type: checkpoint, default: latest }
  wait: { type: duration, default: 5m }
  names: { type: list, of: string, default: [a, b] }
  waits: { type: list, of: duration, default: [5m, 90s] }
  many: { type: number, default: 1.5 }
  word: { type: string, required: true }
steps:
  - { id: go, uses: approval, with: { message: "\${{ inputs.word }}", from: [ana] }, timeout: 1h }
  - { id: sub, uses: runbook, with: { file: parts/sub.yaml } }
${more}`;
const sub = (vpg: string) => `apiVersion: drillbook/v1
name: sub
site: site-b
modes: [drill, failover]
steps:
  - { id: db, uses: zerto/recover, with: { vpg: ${vpg} }, timeout: 2m }
  - { id: commit, only: [failover], uses: zerto/commit, with: { reverse-protect: true } }
`;
const now = Date.UTC(2026, 10, 21, 12);
const people = `people: { ana: { name: Ana }, bo: { name: Bo } }\n`;

function project(config = `${open}${people}`) {
  const dir = makeFolder({
    'drillbook.yaml': config,
    'runbooks/pay.yaml': runbook('pay'),
    'runbooks/parts/sub.yaml': sub('db'),
  });
  const configPath = join(dir, 'drillbook.yaml');
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
  };
  return {
    dir,
    write,
    read: () => loadConfig(configPath),
    put: async (more: { by?: string; sign?: Sign; files?: string[]; dry?: boolean; at?: number } = {}) =>
      await publish({
        files: (more.files ?? ['runbooks/pay.yaml']).map(file => join(dir, file)),
        config: await loadConfig(configPath),
        cwd: dir,
        by: more.by ?? 'ana',
        reason: 'reviewed',
        sign: more.sign,
        now: more.at ?? now,
        dry: more.dry ?? false,
      }),
    plan: async (inputs: Record<string, unknown> = { word: 'Go?' }): Promise<Plan> => {
      const file = join(dir, 'runbooks/pay.yaml');
      const prepared = await prepare({ file, mode: 'failover', inputs, configPath });
      if (prepared.kind === 'refused') throw new Error(prepared.report);
      return prepared.plan;
    },
    why: async (plan: Plan) => await whyNotPublished(plan, await loadConfig(configPath), now),
    files: (folder: string) => {
      try {
        return readdirSync(join(dir, 'library', folder));
      } catch {
        return [];
      }
    },
  };
}

const told = (done: Awaited<ReturnType<typeof publish>>) =>
  done.kind === 'published' ? done.runbooks.map(({ name, what }) => `${name} ${what}`) : done.report;

describe('what is published', () => {
  it('is what a live Plan must come from, with whatever inputs; a changed file, also one that is called, is not', async () => {
    const { put, plan, why, write } = project();
    expect(await why(await plan())).toContain('pay is not published, and a live run needs that.');
    expect(told(await put({ dry: true }))).toEqual(['pay new']);
    expect(await why(await plan())).toContain('is not published');
    expect(told(await put())).toEqual(['pay new']);
    expect(await why(await plan())).toBeUndefined();
    const given = { word: 'x', wait: '90s', names: 'c,d', point: 'before:2026-11-21T02:10:00Z' };
    expect(await why(await plan(given))).toBeUndefined();
    write('runbooks/parts/sub.yaml', sub('other'));
    expect(await why(await plan())).toContain('a file that it calls');
    expect(told(await put())).toEqual(['pay changed']);
    expect(await why(await plan())).toBeUndefined();
    write('runbooks/parts/sub.yaml', sub('db'));
    // What was published before still is.
    expect(await why(await plan())).toBeUndefined();
    write('runbooks/pay.yaml', runbook('pay', '  - { id: last, uses: check/tcp, with: { host: h, port: 1 } }\n'));
    expect(await why(await plan())).toMatch(/^pay as it stands in pay\.yaml is not published.*"drillbook run pay"$/);
  });

  it('a Plan of other steps with the source hash of what is published is not', async () => {
    const { put, plan, why } = project();
    await put();
    const { hash: _, ...made } = await plan();
    const steps = made.steps.map(step => ({ ...step, timeoutMs: step.timeoutMs + 1 }));
    const forged = { ...made, steps };
    const hash = sha256Hex(canonical(JSON.parse(JSON.stringify(forged)) as Json));
    expect(await why({ ...forged, hash })).toContain('this is not what');
  });

  it('the same content twice is one version, and nothing new', async () => {
    const { put, files } = project();
    await put();
    expect(told(await put({ at: now + 1 }))).toEqual(['pay unchanged']);
    expect([files('versions').length, files('publications').length]).toEqual([1, 1]);
  });

  it('stays, also beyond library.keep: that is only told, and of the newest of a runbook never', async () => {
    const { put, write, read } = project();
    await put({ at: Date.UTC(2010, 0, 1) });
    expect((await listLibrary(await read(), now)).past).toEqual([]);
    write('runbooks/parts/sub.yaml', sub('other'));
    await put({ at: Date.UTC(2011, 0, 1) });
    const { past, versions } = await listLibrary(await read(), now);
    expect(past).toEqual([versions[1]?.version]);
    expect(await findPublished(await read(), { name: 'pay', hash: past[0] }, now)).not.toHaveProperty('why');
  });

  it('of several files all are published or none', async () => {
    const { put, write, files } = project();
    write('runbooks/bad.yaml', runbook('bad').replace('site: site-b', 'site: nowhere'));
    const both = ['runbooks/pay.yaml', 'runbooks/bad.yaml'];
    expect(await put({ files: both })).toMatchObject({
      kind: 'refused',
      report: expect.stringContaining('unknown site "nowhere"') as string,
    });
    write('runbooks/bad.yaml', runbook('pay'));
    await expect(put({ files: both })).rejects.toThrow(/both called pay\.$/);
    expect(files('publications')).toEqual([]);
  });

  it('by its name is the newest, by the beginning of a hash another; a name that nobody published tells the mend', async () => {
    const { put, write, read } = project();
    await put();
    const first = await findPublished(await read(), { name: 'pay' }, now);
    write('runbooks/parts/sub.yaml', sub('other'));
    await put({ at: now + 1000 });
    const second = await findPublished(await read(), { name: 'pay' }, now);
    if ('why' in first || 'why' in second) throw new Error('none');
    expect(second.version).not.toBe(first.version);
    expect(second.content.files['runbooks/parts/sub.yaml']).toBe(sub('other'));
    const older = await findPublished(await read(), { name: 'pay', hash: first.version.slice(0, 8) }, now);
    expect(older).toMatchObject({ version: first.version, by: 'ana', reason: 'reviewed', signed: false });
    expect(await findPublished(await read(), { name: 'crm' }, now)).toEqual({
      why: expect.stringMatching(/^crm is not published in .*library: an admin does that/) as string,
    });
  });
});

describe('the store', () => {
  it('takes many publications at once, and loses none', async () => {
    const { put, write, read } = project();
    const names = Array.from({ length: 12 }, (_, n) => `book-${n}`);
    for (const name of names) write(`runbooks/${name}.yaml`, runbook(name));
    await Promise.all([
      ...names.map(name => put({ files: [`runbooks/${name}.yaml`] })),
      ...Array.from({ length: 8 }, () => put()),
    ]);
    const { versions, problems } = await listLibrary(await read(), now);
    expect(versions.map(({ name }) => name).sort()).toEqual([...names, 'pay'].sort());
    expect(problems).toEqual([]);
  });

  it('what was only begun when the machine stopped is not published, and is in nobody’s way', async () => {
    const { dir, put, plan, why, read, files } = project();
    await put();
    const [publication = ''] = files('publications');
    const text = readFileSync(join(dir, 'library/publications', publication), 'utf8');
    const other = project();
    for (const folder of ['versions', 'publications'])
      mkdirSync(join(other.dir, 'library', folder), { recursive: true });
    other.write(`library/publications/.${publication}.0a1b2c`, text.slice(0, 100));
    for (const name of files('versions'))
      other.write(`library/versions/${name}`, readFileSync(join(dir, 'library/versions', name), 'utf8'));
    expect(await other.why(await other.plan())).toContain('is not published');
    expect((await listLibrary(await other.read(), now)).problems).toEqual([]);
    expect(told(await other.put())).toEqual(['pay new']);
    expect(await other.why(await other.plan())).toBeUndefined();
    expect([await why(await plan()), (await listLibrary(await read(), now)).problems]).toEqual([undefined, []]);
  });

  it('a version that was changed on the disk is found, never run, and put right by publishing again', async () => {
    const { dir, put, plan, why, read, write, files } = project();
    await put();
    const [name = ''] = files('versions');
    const file = join('library/versions', name);
    write(file, readFileSync(join(dir, file), 'utf8').replace('vpg: db', 'vpg: xx'));
    expect(await why(await plan())).toMatch(/versions.*\.json is not what was published: it does not have the hash/);
    expect((await listLibrary(await read(), now)).problems).toHaveLength(1);
    expect(await findPublished(await read(), { name: 'pay' }, now)).toHaveProperty('why');
    expect(told(await put({ at: now + 1 }))).toEqual(['pay again']);
    expect([await why(await plan()), (await listLibrary(await read(), now)).problems]).toEqual([undefined, []]);
  });

  it('a publication that was changed on the disk does not count, and is told', async () => {
    const { dir, put, plan, why, read, write, files } = project();
    await put();
    const [name = ''] = files('publications');
    const file = join('library/publications', name);
    write(file, readFileSync(join(dir, file), 'utf8').replace('"by":"ana"', '"by":"eve"'));
    expect(await why(await plan())).toMatch(/pay is not published.*publications.*is not what was published/);
    expect((await listLibrary(await read(), now)).problems).toMatchObject([
      { sentence: expect.stringContaining(name) as string },
    ]);
  });
});

describe('who published', () => {
  const keys = { ana: newKey(), bo: newKey() };
  const signs = (name: keyof typeof keys): Sign => signWithText(keys[name].pem, name);
  const listed = (name: keyof typeof keys, more = '') =>
    `{ id: ${name}-1, person: ${name}, public: "${keys[name].publicKey}"${more} }`;
  const strict = (of = [listed('ana'), listed('bo')], admin = 'ana') =>
    `${sites}${people}identity: { unverified: drills, keys: [ ${of.join(', ')} ] }
roles: [ { role: admin, to: [${admin}] }, { role: operator, to: [bo] } ]\n`;
  // Signatures are of this moment.
  const at = () => Date.now();

  it('must be an admin, and prove it', async () => {
    const { put, plan, read } = project(strict());
    await expect(put({ at: at() })).rejects.toThrow(/nothing proves that ana published it.*--key\.$/);
    await expect(put({ at: at(), by: 'bo', sign: signs('bo') })).rejects.toThrow('bo is no admin of pay in mode drill');
    await expect(put({ at: at(), by: 'ana', sign: signs('bo') })).rejects.toThrow(
      'the key bo-1 signs for bo, not for ana',
    );
    expect(told(await put({ at: at(), sign: signs('ana') }))).toEqual(['pay new']);
    expect(await whyNotPublished(await plan(), await read(), at())).toBeUndefined();
    expect(await findPublished(await read(), { name: 'pay' }, at())).toMatchObject({ signed: true, by: 'ana' });
  });

  it('is looked at when a run starts: a key taken off the list, an admin who is none any more, a date or text made up', async () => {
    const { dir, put, plan, read, write, files } = project(strict());
    await put({ at: at(), sign: signs('ana') });
    const made = await plan();
    const why = async () => await whyNotPublished(made, await read(), at());
    write('drillbook.yaml', strict([listed('ana', ', until: "2099-01-01"')]));
    expect(await why()).toBeUndefined();
    write('drillbook.yaml', strict([listed('ana', ', until: "2020-01-01"')]));
    expect(await why()).toContain('the key ana-1 was not valid on');
    write('drillbook.yaml', strict([listed('ana', ', for: [starts, decisions]')]));
    expect(await why()).toContain('the key ana-1 is not for library, only for starts and decisions');
    await expect(put({ at: at(), sign: signs('ana') })).rejects.toThrow(
      'no worker would count it: the key ana-1 is not',
    );
    write('drillbook.yaml', strict([listed('ana', ', for: [library]')]));
    expect(await why()).toBeUndefined();
    write('drillbook.yaml', strict([listed('bo')]));
    expect(await why()).toContain('is not listed any more');
    write('drillbook.yaml', strict(undefined, 'bo'));
    expect(await why()).toContain('ana is no admin of pay');
    expect(told(await put({ at: at(), by: 'bo', sign: signs('bo') }))).toEqual(['pay again']);
    expect(await why()).toBeUndefined();
    write('drillbook.yaml', strict());
    expect(await why()).toBeUndefined();

    const [name = ''] = files('publications');
    const publication = JSON.parse(readFileSync(join(dir, 'library/publications', name), 'utf8')) as Record<
      string,
      Json
    >;
    const forge = async (change: Record<string, Json>) => {
      const other = project(strict());
      mkdirSync(join(other.dir, 'library/publications'), { recursive: true });
      const text = canonical({ ...publication, ...change });
      const { at: dated } = { ...publication, ...change } as { at: string };
      const stamp = dated.replace(/[-:.]/g, '');
      other.write(`library/publications/${stamp}-${sha256Hex(text)}.json`, text);
      return await whyNotPublished(made, await other.read(), at());
    };
    const soon = new Date(at() + 60_000).toISOString();
    const late = new Date(at() + 3_600_000).toISOString();
    expect(await forge({ reason: 'another' })).toContain('the signature by the key ana-1 is not of it');
    expect(await forge({ at: soon })).toContain('the signature by the key ana-1 is not of it');
    expect(await forge({ at: late })).toContain('which is yet to come');
    // It counts; what it is of does not lie there.
    expect(await forge({})).toContain('is not there: put it back from a copy of the library');
  });
});
