import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Mode } from '../../actions/contract.ts';
import type { Json } from '../../actions/json.ts';
import { canonical, sha256Hex } from '../../compiler/hash.ts';
import type { Plan } from '../../compiler/plan.ts';
import { loadConfig } from '../../control/config/config.ts';
import { listLibrary } from '../../control/library/listed.ts';
import { publish } from '../../control/library/publish.ts';
import { findPublished, publishedTexts, showVersion, whyNotPublished } from '../../control/library/published.ts';
import { addWithdrawal } from '../../control/library/store.ts';
import { signWithdrawal } from '../../control/library/withdrawal.ts';
import { withdraw } from '../../control/library/withdraw.ts';
import { judgeWithdrawnAt, whyWithdrawn } from '../../control/library/why-withdrawn.ts';
import { prepare } from '../../control/prepare.ts';
import { readWanted } from '../../control/schedules/wanted.ts';
import type { Sign } from '../../control/say.ts';
import { newKey, signWithText } from '../../control/signing.ts';
import { makeFolder } from '../cli/folder.ts';
import { config as sites } from '../cli/sample-config.ts';

const people = `people: { ana: { name: Ana }, bo: { name: Bo } }\n`;
const open = `${sites}${people}identity: { unverified: allow }\n`;
const runbook = (vpg: string) => `apiVersion: drillbook/v1
name: pay
site: site-b
modes: [drill, failover]
inputs: { word: { type: string, default: go } }
steps:
  - { id: go, uses: approval, with: { message: "\${{ inputs.word }}", from: [ana] }, timeout: 1h }
  - { id: db, uses: zerto/recover, with: { vpg: ${vpg} }, timeout: 2m }
  - { id: commit, only: [failover], uses: zerto/commit, with: { reverse-protect: true } }
`;
const now = Date.now();

function project(config = open) {
  const dir = makeFolder({ 'drillbook.yaml': config, 'pay.yaml': runbook('db') });
  const configPath = join(dir, 'drillbook.yaml');
  const read = () => loadConfig(configPath);
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
  };
  let at = now;
  const put = async (sign?: Sign): Promise<string> => {
    at += 1_000;
    const asked = { files: [join(dir, 'pay.yaml')], config: await read(), cwd: dir, by: 'ana', reason: 'reviewed' };
    const done = await publish({ ...asked, sign, now: at, dry: false });
    return done.kind === 'published' ? (done.runbooks[0]?.version ?? '') : done.report;
  };
  return {
    ...{ dir, configPath, read, write, put },
    now: () => at,
    take: async (hash: string, { by = 'ana', sign }: { by?: string; sign?: Sign } = {}) => {
      at += 1_000;
      const asked = { config: await read(), name: 'pay', hash, by, reason: 'it commits too early', sign, now: at };
      return await withdraw(asked);
    },
    find: async (hash?: string) => await findPublished(await read(), { name: 'pay', hash }, at),
    plan: async (mode: Mode = 'failover', inputs: Record<string, unknown> = {}) => {
      const made = await prepare({ file: join(dir, 'pay.yaml'), mode, inputs, configPath });
      if (made.kind === 'refused') throw new Error(made.report);
      return made.plan;
    },
    files: (folder: string) => readdirSync(join(dir, 'library', folder)),
  };
}

describe('a withdrawn version', () => {
  it('is started by nobody, by name, hash or file, in any mode and with any inputs; the sentence says who, when, why and what stands', async () => {
    const { put, take, find, plan, read, write, now: at, configPath } = project();
    const old = await put();
    const before = await plan();
    write('pay.yaml', runbook('other'));
    const bad = await put();
    const withInputs = { word: 'Really?' };
    const plans = [
      await plan(),
      await plan('drill'),
      await plan('drill', withInputs),
      await plan('failover', withInputs),
    ];
    for (const each of plans) expect(await whyWithdrawn(each, await read(), at())).toBeUndefined();
    const done = await take(bad.slice(0, 8));
    expect(done).toMatchObject({ name: 'pay', version: bad, by: 'ana', stands: old, signed: false });
    const why = `pay@${bad.slice(0, 12)} does not start: it was withdrawn by ana at ${done.at} (it commits too early). The newest that stands is ${old.slice(0, 12)}, of `;
    for (const each of plans) {
      expect(await whyWithdrawn(each, await read(), at())).toContain(why);
      expect(await judgeWithdrawnAt(configPath, each, at())).toEqual({
        refused: expect.stringContaining(why) as string,
      });
    }
    expect(await whyNotPublished(plans[0] ?? before, await read(), at())).toContain(why);
    expect(await find(bad.slice(0, 12))).toEqual({ why: expect.stringContaining(why) as string });
    expect(await find()).toMatchObject({ version: old });
    expect(await whyWithdrawn(before, await read(), at())).toBeUndefined();
    expect(await whyNotPublished(before, await read(), at())).toBeUndefined();
    // A webhook is that of what would run.
    expect((await publishedTexts(await read(), at())).get('pay')).toBe(runbook('db'));
  });

  it('stays where it is, is shown with its word, is published never again and withdrawn once', async () => {
    const { put, take, read, files, now: at } = project();
    const version = await put();
    await take(version);
    expect(files('versions')).toEqual([`${version}.json`]);
    expect(files('publications')).toHaveLength(1);
    const { versions, problems } = await listLibrary(await read(), at());
    expect(problems).toEqual([]);
    expect(versions).toMatchObject([{ version, withdrawn: { by: 'ana', reason: 'it commits too early' } }]);
    const shown = await showVersion(await read(), { name: 'pay', hash: version.slice(0, 8) }, at());
    expect(shown).toMatchObject({ version, withdrawn: { by: 'ana' }, content: { main: 'pay.yaml' } });
    await expect(take(version)).rejects.toThrow(/was withdrawn by ana at .*: it commits too early$/);
    await expect(take('000000')).rejects.toThrow('There is no version pay@000000 in');
    await expect(put()).rejects.toThrow(
      /^Nothing was published: pay\.yaml is pay@\w{12}, and it was withdrawn by ana at/,
    );
  });

  it('is put into no schedule', async () => {
    const { put, take, read, write, dir } = project();
    const schedule = 'triggers: [ { schedule: { mode: drill, cron: "0 2 * * 6", time-zone: Europe/London } } ]\n';
    write('pay.yaml', `${runbook('db')}${schedule}`);
    const version = await put();
    const wanted = async () => await readWanted([join(dir, 'pay.yaml')], dir, await read());
    expect(await wanted()).toMatchObject({ kind: 'read', wanted: [{ id: 'pay/drill' }] });
    await take(version);
    const why = `pay.yaml, schedule drill: pay@${version.slice(0, 12)} does not start: it was withdrawn by ana at `;
    expect(await wanted()).toMatchObject({ kind: 'refused', report: expect.stringContaining(why) as string });
  });

  it('the last of a runbook: nothing stands, and it says so', async () => {
    const { put, take, find, plan, read, now: at } = project();
    const version = await put();
    expect(await take(version)).not.toHaveProperty('stands');
    const why = 'No other version of it stands: an admin publishes one that is mended ("drillbook publish")';
    expect(await find()).toEqual({ why: expect.stringContaining(why) as string });
    expect(await whyNotPublished(await plan(), await read(), at())).toContain(why);
  });

  it('a mended file that it calls makes another Plan, which starts as a drill before it is published', async () => {
    const { put, take, plan, read, write, now: at } = project();
    const sub = (vpg: string) =>
      runbook(vpg)
        .replace('name: pay', 'name: sub')
        .replace(/inputs:.*\n/, '')
        .replace(/\$\{\{ inputs\.word \}\}/, 'Go?');
    write('sub.yaml', sub('db'));
    write(
      'pay.yaml',
      `apiVersion: drillbook/v1\nname: pay\nsite: site-b\nmodes: [drill, failover]\nsteps:\n  - { id: all, uses: runbook, with: { file: sub.yaml } }\n`,
    );
    await take(await put());
    expect(await whyWithdrawn(await plan('drill'), await read(), at())).toContain('does not start');
    write('sub.yaml', sub('mended'));
    expect(await whyWithdrawn(await plan('drill'), await read(), at())).toBeUndefined();
    const mended = await put();
    expect(await whyWithdrawn(await plan(), await read(), at())).toBeUndefined();
    expect(await whyNotPublished(await plan(), await read(), at())).toBeUndefined();
    write('sub.yaml', sub('db'));
    expect(await whyWithdrawn(await plan(), await read(), at())).toContain(
      `The newest that stands is ${mended.slice(0, 12)}`,
    );
  });
});

describe('defect: a withdrawn runbook that calls files started where its Plan had another hash', () => {
  const sub = (vpg: string) => `apiVersion: drillbook/v1
name: sub
site: site-b
modes: [drill]
inputs: { word: { type: string, required: true } }
steps:
  - { id: go, uses: approval, with: { message: "\${{ inputs.word }}", from: [ana] }, timeout: 1h }
  - { id: db, uses: zerto/recover, with: { vpg: ${vpg} }, timeout: 2m }
`;
  const outer = `apiVersion: drillbook/v1
name: pay
site: site-b
modes: [drill]
inputs: { word: { type: string, required: true } }
steps:
  - { id: all, uses: runbook, with: { file: sub.yaml, inputs: { word: "\${{ inputs.word }}" } } }
`;
  /** As another release, or one with another drillbook.yaml, made it of the same files. */
  const byAnother = (plan: Plan): Plan => {
    const { hash: _, ...rest } = { ...plan, limits: { ...plan.limits, askMs: 1 } };
    return { ...rest, hash: sha256Hex(canonical(rest as unknown as Json)) };
  };

  it('by another release or drillbook.yaml, with required inputs; a mended file starts', async () => {
    const { put, take, plan, read, write, now: at } = project();
    write('sub.yaml', sub('db'));
    write('pay.yaml', outer);
    const bad = await put();
    await take(bad);
    const given = await plan('drill', { word: 'Go?' });
    expect(byAnother(given).hash).not.toBe(given.hash);
    const stopped = `pay@${bad.slice(0, 12)} does not start`;
    for (const each of [given, byAnother(given)])
      expect(await whyWithdrawn(each, await read(), at())).toContain(stopped);
    write('sub.yaml', sub('mended'));
    const mended = await plan('drill', { word: 'Go?' });
    for (const published of [false, true]) {
      if (published) await put();
      expect(await whyWithdrawn(mended, await read(), at())).toBeUndefined();
      expect(await whyWithdrawn(byAnother(mended), await read(), at())).toBeUndefined();
      expect(await whyWithdrawn(byAnother(given), await read(), at())).toContain(stopped);
    }
  });
});

describe('who withdraws', () => {
  const keys = { ana: newKey(), bo: newKey() };
  const signs = (name: keyof typeof keys): Sign => signWithText(keys[name].pem, name);
  const strict = (admin = 'ana', listed = Object.keys(keys) as (keyof typeof keys)[]) =>
    `${sites}${people}identity: { unverified: drills, keys: [ ${listed.map(name => `{ id: ${name}-1, person: ${name}, public: "${keys[name].publicKey}" }`).join(', ')} ] }
roles: [ { role: admin, to: [${admin}] } ]\n`;

  it('must be an admin and prove it, as a publisher must', async () => {
    const { put, take, find, write } = project(strict());
    const version = await put(signs('ana'));
    await expect(take(version)).rejects.toThrow(
      /^Nothing was withdrawn: nothing proves that ana withdrew it.*--key\.$/,
    );
    await expect(take(version, { by: 'bo', sign: signs('bo') })).rejects.toThrow('bo is no admin of pay in mode drill');
    await expect(take(version, { by: 'ana', sign: signs('bo') })).rejects.toThrow(
      'the key bo-1 signs for bo, not for ana',
    );
    expect(await find()).toMatchObject({ version });
    write('drillbook.yaml', strict().replace('person: ana', 'person: ana, for: [decisions]'));
    await expect(take(version, { sign: signs('ana') })).rejects.toThrow('the key ana-1 is not for library');
    write('drillbook.yaml', strict());
    expect(await take(version, { sign: signs('ana') })).toMatchObject({ signed: true, by: 'ana' });
    expect(await find()).toHaveProperty('why');
  });

  it('what is dangerous stays so when the admin leaves, and when the key is not listed any more, which is told', async () => {
    const { put, take, find, read, write, now: at, files, dir } = project(strict('ana, bo'));
    const version = await put(signs('ana'));
    await take(version, { by: 'bo', sign: signs('bo') });
    write('drillbook.yaml', strict('ana'));
    expect(await find()).toEqual({ why: expect.stringContaining('withdrawn by bo at') as string });
    write('drillbook.yaml', strict('ana', ['ana']));
    expect(await find()).toHaveProperty('why');
    expect((await listLibrary(await read(), at())).problems).toMatchObject([
      {
        file: join(dir, 'library/withdrawals', files('withdrawals')[0] ?? ''),
        sentence: expect.stringMatching(
          /withdrawn by bo .*that is not proved now: the key .* is not listed any more.*It stays withdrawn\.$/,
        ) as string,
      },
    ]);
    // Damaged: which version it is of stands in its name.
    write('drillbook.yaml', strict('ana, bo'));
    const [name = ''] = files('withdrawals');
    expect(name.startsWith(`${version}-`)).toBe(true);
    const file = join(dir, 'library/withdrawals', name);
    writeFileSync(file, readFileSync(file, 'utf8').replace('early', 'late'));
    expect(await find()).toEqual({ why: expect.stringContaining(`${file} is damaged: put it back`) as string });
    expect((await listLibrary(await read(), at())).problems).toMatchObject([{ file }]);
  });
});

describe('defect: a withdrawn version came to life again where its withdrawal was not proved any more', () => {
  const key = newKey();
  const sign = signWithText(key.pem, 'bo');
  const admin = newKey();
  const config = (identity: string, scope = '') =>
    `${sites}${people}identity: { unverified: ${identity}, keys: [ { id: ana-1, person: ana, public: "${admin.publicKey}" }${scope === 'gone' ? '' : `, { id: bo-1, person: bo, public: "${key.publicKey}"${scope} }`} ] }
roles: [ { role: admin, to: [ana, bo] } ]\n`;
  const later = [
    ['identity.unverified goes to refuse', undefined, config('refuse'), 'nothing proves that bo withdrew it'],
    ['its key is narrowed', sign, config('drills', ', for: [decisions]'), 'the key bo-1 is not for library'],
    ['its key is taken off the list', sign, config('drills', 'gone'), 'list it with its "until", or withdraw it again'],
  ] as const;

  it.each(later)('%s: it does not start, and is published never again', async (_, signed, after, why) => {
    const { put, take, find, plan, read, write, now: at, configPath } = project(config('allow'));
    const signAna = signWithText(admin.pem, 'ana');
    const version = await put(signAna);
    await take(version, { by: 'bo', ...(signed === undefined ? {} : { sign: signed }) });
    write('drillbook.yaml', after);
    const sentence = `pay@${version.slice(0, 12)} does not start: it is said to have been withdrawn by bo at `;
    for (const mode of ['drill', 'failover'] as const) {
      const told = await whyWithdrawn(await plan(mode), await read(), at());
      expect(told).toContain(sentence);
      expect(told).toContain(why);
      expect(told).toContain('what is to run after all an admin publishes as a changed version');
      expect(await judgeWithdrawnAt(configPath, await plan(mode), at())).toEqual({ refused: told });
    }
    expect(await whyNotPublished(await plan(), await read(), at())).toContain(sentence);
    expect(await find()).toEqual({ why: expect.stringContaining(sentence) as string });
    expect(await publishedTexts(await read(), at())).toEqual(new Map());
    await expect(put(signAna)).rejects.toThrow('and it is said to have been withdrawn by bo');
    // An admin may say it anew, and prove it.
    await take(version, { sign: signAna });
    expect(await find()).toEqual({ why: expect.stringContaining('it was withdrawn by ana at') as string });
  });

  it('a withdrawal that was forged stops too, and the list names its file', async () => {
    const { put, find, read, now: at, dir } = project(config('drills'));
    const version = await put(signWithText(admin.pem, 'ana'));
    const given = { id: 'x', at: new Date(at()).toISOString(), by: 'bo', reason: 'none', name: 'pay', version };
    await addWithdrawal({ dir: join(dir, 'library') }, { ...signWithdrawal(given, sign), reason: 'another' });
    expect(await find()).toEqual({
      why: expect.stringContaining('not proved now: the signature by the key bo-1 is not of it') as string,
    });
    const { problems } = await listLibrary(await read(), at());
    expect(problems).toMatchObject([{ sentence: expect.stringContaining(join(dir, 'library/withdrawals')) as string }]);
  });
});

describe('defect: an old version that was deleted or damaged was in the way of others', () => {
  it('listing and starting the others go on, and it is named', async () => {
    const { dir, put, find, plan, read, write, now: at } = project(`${open}library: { keep: 1d }\n`);
    const old = await put();
    write('pay.yaml', runbook('other'));
    const standing = await put();
    const file = join(dir, 'library/versions', `${old}.json`);
    writeFileSync(file, 'x');
    mkdirSync(join(dir, 'library/publications/notes'));
    const { versions, problems } = await listLibrary(await read(), at());
    expect(versions).toHaveLength(2);
    expect(problems.map(({ sentence }) => sentence.split(' ')[0])).toEqual([
      join(dir, 'library/publications/notes'),
      file,
    ]);
    expect(await find()).toMatchObject({ version: standing });
    expect(await whyNotPublished(await plan(), await read(), at())).toBeUndefined();
    expect(await find(old)).toEqual({ why: expect.stringContaining(`${file} is not what was published`) as string });
    rmSync(file);
    rmSync(join(dir, 'library/publications/notes'), { recursive: true });
    // As the page says, whoever needs no more deletes by hand: past `keep` that is no problem.
    expect((await listLibrary(await read(), at())).problems).toHaveLength(1);
    const later = at() + 2 * 86_400_000;
    expect(await listLibrary(await read(), later)).toMatchObject({ problems: [], past: [old], gone: [old] });
    expect(await find()).toMatchObject({ version: standing });
  });

  it('a newest publication that is damaged is named before an older version starts in its place', async () => {
    const { dir, put, find, write, files } = project();
    const old = await put();
    write('pay.yaml', runbook('other'));
    await put();
    const file = join(dir, 'library/publications', files('publications').sort()[1] ?? '');
    writeFileSync(file, '{');
    expect(await find()).toMatchObject({
      version: old,
      told: [expect.stringContaining(`${file} is not what was published`)],
    });
  });

  it('a version by its hash that is not the newest is told as such', async () => {
    const { put, find, write } = project();
    const old = await put();
    write('pay.yaml', runbook('other'));
    const standing = await put();
    const [first, newest] = [await find(old), await find()];
    if ('why' in first || 'why' in newest) throw new Error('none');
    expect(newest.told).toEqual([]);
    expect(first.told.join()).toMatch(
      new RegExp(
        `^pay@${old.slice(0, 12)}, of \\S+, is not the newest version: ${standing.slice(0, 12)}, of \\S+ by ana, is`,
      ),
    );
  });
});
