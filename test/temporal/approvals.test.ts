import { setTimeout as sleep } from 'node:timers/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decide, DecisionRefused, report, RunSilent, vote } from '../../control/decisions.ts';
import { say as sayTo } from '../../control/say.ts';
import { taskQueue } from '../../control/connection.ts';
import { pendingOfAll, pendingOfRun } from '../../control/pending.ts';
import { drillbook } from './command.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { pendingOf } from './live.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const gate = (given: string, timeout = '10m') => `
apiVersion: drillbook/v1
name: ask
site: site-b
modes: [change]
steps:
  - id: go
    uses: approval
    with: { message: May it begin?, ${given} }
    timeout: ${timeout}
  - { id: proof, uses: notify, with: { to: dr-drills, message: begun } }
`;

const two = 'from: [dr-managers], count: 2, not-requester: true, break-glass: [dr-duty]';

const locked = `
apiVersion: drillbook/v1
name: locked
site: site-b
modes: [change]
steps:
  - { id: point, uses: zerto/tag-checkpoint, with: { vpg: crm, tag: here } }
`;

const done = (evidence = 'none') => `
apiVersion: drillbook/v1
name: by-hand
site: site-b
modes: [change]
steps:
  - id: switch
    uses: manual
    with: { instructions: Turn the switch, assignee: dr-duty, evidence: ${evidence} }
    on-failure: abort
`;

async function asking(text: string, requester = 'ana'): Promise<string> {
  const id = await harness.start(harness.plan(text, 'change'), { requester });
  await until('it asks', async () => (await pendingOf(harness, id)).length > 0);
  return id;
}

const say = (id: string, by: string, more: Partial<Parameters<typeof vote>[2]> = {}) =>
  vote(harness.control, id, { key: 'go', by, reason: '', ...more });

it('two of a group decide; who asked for the run, and who is not asked, do not', async () => {
  const id = await asking(gate(two));
  expect(await say(id, 'ana')).toEqual({
    counted: false,
    text: 'vote of ana for approve refused: ana has started the run, and another must decide',
  });
  expect((await say(id, 'cem')).text).toMatch(/cem may not vote here: only dr-managers$/);
  expect(await say(id, 'bo')).toEqual({ counted: true, text: 'bo voted approve (1 of 2)' });
  expect((await pendingOfRun(harness.control, id))[0]).toMatchObject({
    key: 'go',
    kind: 'approval',
    from: ['dr-managers'],
    choices: ['approve', 'reject'],
    votes: [{ by: 'bo', choice: 'approve' }],
  });
  await expect(say(id, 'bo', { choice: 'commit' })).rejects.toThrow(
    `${id}: "commit" is no choice of "go": choose approve, or reject.`,
  );
  await expect(vote(harness.control, id, { key: 'proof', by: 'bo', reason: '' })).rejects.toThrow(DecisionRefused);

  // A manager who is added during the disaster may vote.
  const before = readFileSync(harness.configPath, 'utf8');
  writeFileSync(harness.configPath, before.replace(/dr-managers:\n/, 'dr-managers:\n    - cem\n'));
  try {
    expect((await say(id, 'cem')).text).toBe('cem voted approve (2 of 2)');
  } finally {
    writeFileSync(harness.configPath, before);
  }
  const result = await harness.result(id);
  expect(result.verdict).toBe('passed');
});

it('a person whose vote comes twice at once counts once', async () => {
  const id = await asking(gate(two));
  const votes = await Promise.all([say(id, 'bo'), say(id, 'bo'), say(id, 'bo')]);
  expect(votes.filter(({ counted }) => counted)).toHaveLength(1);
  expect((await pendingOfRun(harness.control, id))[0]?.votes).toHaveLength(1);
  // One reject ends it, also of somebody who has voted for it.
  expect(await say(id, 'bo', { choice: 'reject', reason: 'too early' })).toMatchObject({ counted: true });
  const result = await harness.result(id);
  expect([result.verdict, result.ended]).toEqual(['inconclusive', 'stopped']);
  expect(result.reasons.join()).toContain('refused by bo: too early');
});

it('nobody may vote while drillbook.yaml is broken, and the run says why', async () => {
  const id = await asking(gate(two));
  const before = readFileSync(harness.configPath, 'utf8');
  writeFileSync(harness.configPath, `${before}\nnonsense: [`);
  try {
    expect((await say(id, 'bo')).text).toMatch(/who may vote cannot be found out: drillbook\.yaml has mistakes/);
  } finally {
    writeFileSync(harness.configPath, before);
  }
  expect((await say(id, 'bo')).counted).toBe(true);
  // Past the quorum, with a reason.
  await expect(say(id, 'cem', { breakGlass: true })).rejects.toThrow('must give a reason');
  expect((await say(id, 'bo', { breakGlass: true, reason: 'now' })).text).toMatch(/bo may not break the glass here/);
  expect(await say(id, 'cem', { breakGlass: true, reason: 'nobody answers' })).toMatchObject({ counted: true });
  const result = await harness.result(id);
  expect(result.verdict).toBe('passed_with_exceptions');
  expect(result.reasons.join()).toContain('cem alone, who broke the glass: nobody answers');
});

it('an approval that nobody decides expires: inconclusive', async () => {
  const id = await asking(gate(two, '2s'));
  const result = await harness.result(id);
  expect([result.verdict, result.ended]).toEqual(['inconclusive', 'stopped']);
  expect(result.reasons.join()).toContain('expired: no decision within 2s');
  await expect(say(id, 'bo')).rejects.toThrow('has ended');
});

it('a manual step is told by whom it was given to', async () => {
  const told = (id: string, by: string, outcome: 'done' | 'failed', note = '') =>
    report(harness.control, id, { key: 'switch', by, outcome, note });
  const id = await asking(done('required'));
  expect(await told(id, 'bo', 'done', 'seen')).toEqual({
    counted: false,
    text: 'bo may not report here: only dr-duty',
  });
  await expect(told(id, 'cem', 'done')).rejects.toThrow('needs a note');
  expect(await told(id, 'cem', 'done', 'it is green')).toEqual({ counted: true, text: 'done by cem: it is green' });
  expect((await harness.result(id)).verdict).toBe('passed');

  const other = await asking(done());
  expect((await told(other, 'cem', 'failed', 'stuck')).counted).toBe(true);
  expect((await harness.result(other)).verdict).toBe('failed');
});

it('on the command line: what waits, what to type, and how it counted', async () => {
  const id = await asking(gate('from: [dr-managers]'), 'cem');
  const tell = (user: string, ...args: string[]) =>
    drillbook(args, {
      cwd: harness.dir,
      env: { TEMPORAL_ADDRESS: harness.server.address, DRILLBOOK_USER: user },
    });
  const [watched, mine, others, held] = await Promise.all([
    tell('bo', 'watch', id, '--wait', '2s'),
    tell('bo', 'pending', '--mine'),
    tell('cem', 'pending', '--mine'),
    tell('bo', 'roll-back', id, '--reason', 'no'),
  ]);
  expect(watched.code).toBe(8);
  expect(watched.stderr).toContain(`drillbook approve ${id} go`);
  expect(mine.stdout).toContain(`drillbook reject ${id} go`);
  expect(others.stdout).not.toContain(id);
  expect(held).toMatchObject({ code: 1, stderr: expect.stringContaining('changes nothing live') as string });
  await expect(decide(harness.control, id, { choice: 'commit', by: 'bo', reason: 'x' })).rejects.toThrow(
    'the run is not held',
  );
  expect(await tell('cem', 'approve', id, 'go')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cem may not vote here') as string,
  });
  expect(await tell('bo', 'approve', id, 'go', '--reason', 'ok')).toMatchObject({
    code: 0,
    stdout: 'counted: bo voted approve (1 of 1): ok\n',
  });
  expect((await harness.result(id)).verdict).toBe('passed');
});

it('a run whose worker is away is listed as silent', async () => {
  const id = await asking(gate(two));
  await harness.stopWorker();
  try {
    expect(await pendingOfAll(harness.control)).toContainEqual({ run: id, pending: [], silent: true });
    await expect(pendingOfRun(harness.control, id)).rejects.toThrow(RunSilent);
    const word = { update: 'reject', to: 'vote', by: 'bo', reason: 'not now', step: 'go', choice: 'reject' } as const;
    const began = Date.now();
    const fields = { key: 'go', reason: word.reason };
    await expect(sayTo(harness.control, id, { ...word, fields, id: 'unheard', withinMs: 1_000 })).rejects.toThrow(
      new RunSilent(id),
    );
    expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);
    expect(new RunSilent(id).message).toBe(
      `No worker answers for ${id}: nothing says that it was heard. Look with "drillbook pending", and say it again once a worker runs.`,
    );
  } finally {
    await harness.startWorker();
  }
  await until('it answers', async () => (await pendingOfAll(harness.control)).some(run => run.pending.length > 0));
  await say(id, 'bo', { choice: 'reject' });
  expect((await harness.result(id)).verdict).toBe('inconclusive');
});

it('words that are not well-formed leave no trace; none can carry another event into the run', async () => {
  const id = await asking(gate('from: [dr-managers]'));
  const handle = harness.control.client.workflow.getHandle(id);
  const length = async () => (await handle.fetchHistory()).events?.length;
  let before = -1;
  // Whoever is to vote is being told of it.
  await until('nothing of its own is under way', async () => {
    const now = (await length()) ?? 0;
    const still = now === before;
    before = now;
    await sleep(300);
    return still;
  });
  const send = (update: string, given: unknown) => handle.executeUpdate(update, { args: [given] });
  const forged = { kind: 'vote', id: 'q', key: 'go', by: 'bo', choice: 'approve', reason: '', now: false };
  const bad: readonly (readonly [string, unknown])[] = [
    ['cancel', forged],
    ['cancel', []],
    ['approve', { id: '1', key: 'go', by: 'bo' }],
    ['approve', { id: '1', key: 'go', by: 'bo', reason: 5 }],
    ['approve', { id: '1', key: 'go', by: 'bo', reason: 'x'.repeat(2_001) }],
    ['reject', { id: '1', key: 'go', by: 'b'.repeat(201), reason: '' }],
    ['report', { key: 'go', outcome: {}, by: 'bo', note: '' }],
    ['decide', { choice: 'commit', by: 'bo', reason: null }],
    ['answer', null],
  ];
  for (const [update, given] of bad) await expect(send(update, given), update).rejects.toThrow();
  expect(await length()).toBe(before);
  expect((await say(id, 'bo')).counted).toBe(true);
  expect((await harness.result(id)).verdict).toBe('passed');
});

it('a request that makes no sense does not stop the locks of the namespace', async () => {
  const locks = harness.control.client.workflow;
  await locks.signalWithStart('locks', {
    workflowId: 'drillbook-locks',
    taskQueue,
    args: [],
    signal: 'request',
    signalArgs: [{}],
  });
  const id = await harness.start(harness.plan(locked, 'change'));
  expect((await harness.result(id)).verdict).toBe('passed');
});
