import { hostname } from 'node:os';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRunbooks } from '../../../cli/find-runbooks.ts';
import { loadConfig } from '../../../control/config/config.ts';
import { applyChanges } from '../../../control/schedules/apply.ts';
import { compareSchedules } from '../../../control/schedules/compare.ts';
import { pauseSchedule } from '../../../control/schedules/hand.ts';
import { readWanted } from '../../../control/schedules/wanted.ts';
import { makeFolder } from '../../cli/folder.ts';
import { config } from '../../cli/sample-config.ts';
import { fakeTemporal } from './temporal.ts';

const runbook = (name: string): string => `apiVersion: drillbook/v1
name: ${name}
site: site-b
modes: [drill]
triggers: [ { schedule: { name: weekly, mode: drill, cron: "30 3 * * 6", time-zone: UTC } } ]
steps:
  - { id: t, uses: zerto/failover-test, with: { vpg: db } }
  - { id: up, uses: assert, with: { that: 'size(steps.t.outputs.vms) > 0', message: None. } }
`;

type Temporal = ReturnType<typeof fakeTemporal>;

/** A project's folder; `dr` below one of its own, where it is not named. */
function folder(...names: string[]): string {
  const root = join(makeFolder({}), 'dr');
  mkdirSync(join(root, 'runbooks'), { recursive: true });
  for (const name of names) writeFileSync(join(root, 'runbooks', `${name}.yaml`), runbook(name));
  return root;
}

/** As `schedule apply` does it; what it found. */
async function apply({ control }: Temporal, root: string, { project = '', removePaused = false } = {}) {
  writeFileSync(join(root, 'drillbook.yaml'), `${config}${project === '' ? '' : `project: ${project}\n`}`);
  const read = await loadConfig(join(root, 'drillbook.yaml'));
  const own = { root, config: read, name: read.project ?? 'dr', isNamed: read.project !== undefined };
  const asked = await readWanted((await findRunbooks(root)).runbooks, root, read);
  if (asked.kind === 'refused') throw new Error(asked.report);
  const applier = { requester: 'ana', at: 0 };
  const scope = { scope: ['runbooks'], missing: [], removePaused };
  const found = await compareSchedules(control, own, { wanted: asked.wanted, ...scope }, applier);
  if (found.refused.length === 0) expect(await applyChanges(control, own, found.changes, applier)).toEqual({});
  return { ...found, changes: found.changes.map(change => `${change.do} ${change.id}`) };
}

const noted = ({ all }: Temporal): unknown =>
  Object.fromEntries([...all].map(([id, { state }]) => [id, state.paused === true ? state.note : 'goes on']));

describe('defect: two folders of one name took each other’s schedules away', () => {
  it('nothing is changed or removed that another folder applied, without `project:`; the sentence has the mend', async () => {
    const temporal = fakeTemporal();
    const [one, two] = [folder('payments'), folder('ledger')];
    expect((await apply(temporal, one)).changes).toEqual(['create payments/weekly']);
    expect((await apply(temporal, one)).changes).toEqual([]);
    expect((await apply(temporal, two)).refused).toEqual([
      `The schedule payments/weekly (runbooks/payments.yaml) of the project dr was applied from ${hostname()}:${one}, and nothing says whether this folder is the same project: write \`project: dr\` in drillbook.yaml if it is, else a name of its own.`,
    ]);
    expect((await apply(temporal, folder('payments'))).refused).toHaveLength(1);
    expect([...temporal.all.keys()]).toEqual(['payments/weekly']);
    expect(await apply(temporal, two, { project: 'team-b' })).toMatchObject({
      changes: ['create ledger/weekly'],
      refused: [],
      left: [],
    });
    expect(await apply(temporal, one)).toMatchObject({ changes: [], refused: [] });
    expect([...temporal.all.keys()]).toEqual(['payments/weekly', 'ledger/weekly']);
  });

  it('with `project:` what its files declare is taken over from another folder of that name; what they do not is left', async () => {
    const temporal = fakeTemporal();
    await apply(temporal, folder('payments', 'ledger'));
    const found = await apply(temporal, folder('payments'), { project: 'dr' });
    expect(found.changes).toEqual(['change payments/weekly']);
    expect(found.left).toEqual([expect.stringContaining('The schedule ledger/weekly (runbooks/ledger.yaml) stays')]);
    expect(await apply(temporal, folder('payments'), { project: 'dr' })).toMatchObject({ changes: [], refused: [] });
    // Named and then not: nothing says that it is the same.
    const [first] = (await apply(temporal, folder('payments'))).refused;
    expect(first).toContain(
      'payments/weekly (runbooks/payments.yaml) of the project dr was applied from a folder whose',
    );
  });

  it('a project that is given a name keeps what its own folder has applied, and removes it later', async () => {
    const temporal = fakeTemporal();
    const root = folder('payments');
    await apply(temporal, root);
    expect((await apply(temporal, root, { project: 'bank' })).changes).toEqual(['change payments/weekly']);
    expect((await apply(temporal, root, { project: 'bank' })).changes).toEqual([]);
    rmSync(join(root, 'runbooks/payments.yaml'));
    expect((await apply(temporal, root, { project: 'bank' })).changes).toEqual(['remove payments/weekly']);
  });
});

describe('defect: a pause was lost with its file', () => {
  it('a schedule that is paused is not removed with its file, and said once; with the file back it is still paused', async () => {
    const temporal = fakeTemporal();
    const root = folder('payments', 'ledger');
    await apply(temporal, root);
    await pauseSchedule(temporal.control, 'payments/weekly', 'ana', 'audit week');
    const [file, away] = [join(root, 'runbooks/payments.yaml'), join(root, 'payments.yaml')];
    renameSync(file, away);
    const note = 'paused by ana: audit week';
    const gone = { changes: [], paused: {}, kept: { 'payments/weekly': note } };
    expect(await apply(temporal, root)).toMatchObject(gone);
    renameSync(away, file);
    expect(await apply(temporal, root)).toMatchObject({ changes: [], kept: {}, paused: { 'payments/weekly': note } });
    expect(noted(temporal)).toEqual({ 'payments/weekly': note, 'ledger/weekly': 'goes on' });
    rmSync(file);
    expect(await apply(temporal, root, { removePaused: true })).toMatchObject({
      changes: ['remove payments/weekly'],
      ...{ kept: {}, paused: {} },
    });
    expect(noted(temporal)).toEqual({ 'ledger/weekly': 'goes on' });
  });

  it('a renamed runbook stays paused', async () => {
    const temporal = fakeTemporal();
    const root = folder('payments', 'ledger');
    await apply(temporal, root);
    await pauseSchedule(temporal.control, 'payments/weekly', 'ana', 'audit week');
    writeFileSync(join(root, 'runbooks/payments.yaml'), runbook('pay'));
    writeFileSync(join(root, 'runbooks/ledger.yaml'), runbook('books'));
    expect((await apply(temporal, root)).changes).toEqual([
      'create books/weekly',
      'remove ledger/weekly',
      'create pay/weekly',
    ]);
    const note = 'paused by ana: audit week';
    expect(noted(temporal)).toEqual({ 'payments/weekly': note, 'books/weekly': 'goes on', 'pay/weekly': note });
  });
});

it('defect: a second pause overwrote who had paused first, and why', async () => {
  const temporal = fakeTemporal();
  await apply(temporal, folder('payments'));
  await pauseSchedule(temporal.control, 'payments/weekly', 'ana', 'audit week');
  await pauseSchedule(temporal.control, 'payments/weekly', 'bo', 'SAN is moved');
  expect(noted(temporal)).toEqual({ 'payments/weekly': 'paused by ana: audit week; paused by bo: SAN is moved' });
});

it('whoever only looks is not taken for the one who applies', async () => {
  const temporal = fakeTemporal();
  const root = folder('payments');
  await apply(temporal, root);
  writeFileSync(join(root, 'runbooks/ledger.yaml'), runbook('ledger'));
  const strict = 'people: { ana: { name: Ana } }\nidentity: { unverified: refuse }\n';
  writeFileSync(join(root, 'drillbook.yaml'), `${config}${strict}`);
  const read = await loadConfig(join(root, 'drillbook.yaml'));
  const asked = await readWanted((await findRunbooks(root)).runbooks, root, read);
  if (asked.kind === 'refused') throw new Error(asked.report);
  const found = await compareSchedules(
    temporal.control,
    { root, config: read, name: 'dr', isNamed: false },
    { wanted: asked.wanted, scope: ['runbooks'], missing: [], onlyLooks: true },
    { requester: 'eve', at: 0 },
  );
  expect(found.changes.map(({ id }) => id)).toEqual(['ledger/weekly']);
  // Of what would be made nothing is said: whoever makes it must sign it.
  expect(found.ending).toEqual([
    'payments/weekly: it is not signed, and identity.unverified is refuse: none of its drills starts until it is applied anew.',
  ]);
  expect(found.startsNone).toEqual(['payments/weekly']);
});
