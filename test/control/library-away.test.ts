import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Mode } from '../../actions/contract.ts';
import { answerUnpublished } from '../../activities/starts.ts';
import { loadConfig } from '../../control/config/config.ts';
import { peopleOf } from '../../control/config/people.ts';
import { makeLift } from '../../control/library/lift.ts';
import { listLibrary } from '../../control/library/listed.ts';
import { publish } from '../../control/library/publish.ts';
import { findPublished, publishedTexts, whyNotPublishedAt } from '../../control/library/published.ts';
import { withdraw } from '../../control/library/withdraw.ts';
import { judgeWithdrawnAt } from '../../control/library/why-withdrawn.ts';
import { prepare } from '../../control/prepare.ts';
import { readShelf } from '../../control/runbook-shelf.ts';
import { readWanted } from '../../control/schedules/wanted.ts';
import { judgeByLibrary } from '../../control/starts.ts';
import type { RunStart } from '../../workflows/messages.ts';
import { makeFolder } from '../cli/folder.ts';
import { config as sites } from '../cli/sample-config.ts';

const open = `${sites}people: { ana: { name: Ana }, bo: { name: Bo } }\nidentity: { unverified: allow }\n`;
const runbook = `apiVersion: drillbook/v1
name: pay
site: site-b
modes: [drill, failover]
triggers: [ { schedule: { mode: drill, cron: "0 2 * * 6", time-zone: Europe/London } } ]
steps:
  - { id: go, uses: approval, with: { message: Go?, from: [ana] }, timeout: 1h }
  - { id: db, uses: zerto/recover, with: { vpg: db }, timeout: 2m }
  - { id: commit, only: [failover], uses: zerto/commit, with: { reverse-protect: true } }
`;
const now = Date.now();

/** Published and withdrawn; then the share of the library is gone. */
async function away(config = open) {
  const dir = makeFolder({ 'drillbook.yaml': config, 'pay.yaml': runbook });
  const configPath = join(dir, 'drillbook.yaml');
  const file = join(dir, 'pay.yaml');
  const read = await loadConfig(configPath);
  const by = { config: read, by: 'ana', reason: 'reviewed', now };
  const done = await publish({ ...by, files: [file], cwd: dir, dry: false });
  if (done.kind === 'refused') throw new Error(done.report);
  await withdraw({ ...by, name: 'pay', hash: done.runbooks[0]?.version ?? '' });
  renameSync(join(dir, 'library'), join(dir, 'kept'));
  writeFileSync(join(dir, 'library'), '');
  const told: string[] = [];
  const start = async (mode: Mode, lifted = false): Promise<RunStart> => {
    const made = await prepare({ file, mode, inputs: {}, configPath });
    if (made.kind === 'refused') throw new Error(made.report);
    const { plan } = made;
    const lift = lifted ? { lift: makeLift('r', plan, { by: 'bo', reason: 'site-a is lost' }, undefined) } : {};
    return { plan, run: { id: 'r', trigger: 'cli', requester: 'ana' }, ...lift } as unknown as RunStart;
  };
  const library = {
    judgeWithdrawn: (plan: RunStart['plan']) => judgeWithdrawnAt(configPath, plan, now),
    whyNotPublished: (plan: RunStart['plan']) => whyNotPublishedAt(configPath, plan, now),
    tell: (sentence: string) => void told.push(sentence),
  };
  const judge = async (mode: Mode, lifted?: boolean) =>
    await judgeByLibrary(await start(mode, lifted), library, Date.now());
  return { dir, read, told, judge };
}

describe('defect: a library that cannot be read refused every run, past a lift too', () => {
  it('a drill begins, and the worker tells it', async () => {
    const { judge, told, dir } = await away();
    expect(await judge('drill')).toEqual({});
    expect(told).toEqual([
      `A run of pay in mode drill begins: Whether this version of pay was withdrawn cannot be found out: the library cannot be read (ENOTDIR at ${join(dir, 'library/publications')}).`,
    ]);
  });

  it('a live run needs a lift, which the sentence names, and begins with one', async () => {
    const { judge, read } = await away();
    const { refused, unpublished } = await judge('failover');
    expect(refused).toBeUndefined();
    expect(unpublished?.question).toBeUndefined();
    expect(unpublished?.why).toMatch(
      /the library cannot be read \(ENOTDIR at .*An approver lifts that \("drillbook lift"/,
    );
    const lifted = (await judge('failover', true)).unpublished;
    if (lifted === undefined) throw new Error('nothing to lift');
    expect(answerUnpublished(lifted, peopleOf(read), Date.now())).toEqual({ lifted: 'bo: site-a is lost' });
  });

  it('where live runs need nothing published it begins without', async () => {
    const { judge, told } = await away(`${open}policy: { live-needs: { published: false } }\n`);
    expect(await judge('failover')).toEqual({});
    expect(told).toHaveLength(1);
  });

  it('pages, webhooks and schedules go on; what is of the library alone says why not', async () => {
    const { dir, read } = await away();
    expect(await readShelf(dir, read, now)).toMatchObject([{ name: 'pay', withdrawn: [] }]);
    expect(await publishedTexts(read, now)).toEqual(new Map());
    const warnings = expect.stringContaining('was withdrawn cannot be found out') as string;
    expect(await readWanted([join(dir, 'pay.yaml')], dir, read)).toMatchObject({ kind: 'read', warnings });
    const why = expect.stringContaining('Name its file: a drill starts from that') as string;
    expect(await findPublished(read, { name: 'pay' }, now)).toEqual({ why });
    await expect(listLibrary(read, now)).rejects.toThrow('The library cannot be read (ENOTDIR at ');
  });
});
