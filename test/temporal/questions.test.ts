import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerRun } from '../../control/runs.ts';
import { drillbook } from './command.ts';
import { type Harness, startHarness, until } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

/** A change whose network does not exist: its step fails, and the mode asks. */
const change = `
apiVersion: drillbook/v1
name: ask
site: site-b
modes: [change]
steps:
  - { id: edit, uses: zerto/edit-vpg, with: { vpg: crm, set: { networks: { test: Nope } } } }
`;

async function asking(): Promise<string> {
  const id = await harness.start(harness.plan(change, 'change'));
  await until('it asks', async () => (await harness.progress(id)).at(-1) === 'edit asking');
  return id;
}

const tell = (...args: string[]) => drillbook(args, { env: { TEMPORAL_ADDRESS: harness.server.address } });

it('a question is answered by retry, which asks again, and by abort', async () => {
  const id = await asking();
  expect((await tell('retry', id, 'edit')).code).toBe(0);
  await until(
    'it was tried again',
    async () => (await harness.journal(id)).entries.filter(e => e.kind === 'failed').length === 2,
  );
  expect(await tell('retry', id, 'edti')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"edti" asks nothing') as string,
  });
  expect((await tell('abort', id, '--reason', 'no such network')).code).toBe(0);
  const result = await harness.result(id);
  expect(result.ended).toBe('by-person');
  expect(result.reasons.join()).toContain('no such network');
});

it('a question is answered by skip: passed with exceptions, exit code 3', async () => {
  const id = await asking();
  expect((await tell('skip', id, 'edit', '--reason', 'later')).code).toBe(0);
  expect((await harness.result(id)).verdict).toBe('passed_with_exceptions');
  expect((await tell('watch', id)).code).toBe(3);
});

it('an answer to a whole for-each counts, once, for all items that ask', async () => {
  const each = change
    .replace('vpg: crm,', 'vpg: "${{ each.value }}",')
    .replace('} } } }', '} } }, for-each: [crm, payments-db], max-parallel: 2 }');
  const id = await harness.start(harness.plan(each, 'change'));
  const failures = async (n: number) => {
    await until(
      `${n} failures`,
      async () => (await harness.journal(id)).entries.filter(e => e.kind === 'failed').length === n,
    );
  };
  await failures(2);
  const answer = async (choice: 'retry' | 'skip') =>
    await answerRun(harness.control, id, { key: 'edit', choice, by: 'ana', reason: 'both of them' });
  expect(await answer('retry')).toMatchObject({ counted: true });
  await failures(4);
  expect(await answer('skip')).toMatchObject({ counted: true });
  expect((await harness.result(id)).verdict).toBe('passed_with_exceptions');
});

it('a run under another drillbook.yaml than the worker’s is refused before it is started, and at sign-in', async () => {
  const other = join(harness.dir, 'other.yaml');
  const text = readFileSync(harness.configPath, 'utf8');
  writeFileSync(other, text.replace(/^policy:\n/m, '$&  drill-interval: 33d\n'));
  const file = join(harness.dir, 'change.yaml');
  writeFileSync(file, change);
  for (const line of [
    ['run', file, '--mode', 'change', '--config', other],
    ['plan', file, '--mode', 'change', '--config', other],
  ]) {
    const { code, stderr } = await tell(...line);
    expect(stderr).toMatch(/the workers read another drillbook\.yaml .* nothing was started/);
    expect(code).toBe(1);
  }
  const id = await harness.start(harness.plan(change, 'change'), { configSha256: 'f'.repeat(64) });
  expect((await harness.result(id)).verdict).toBe('inconclusive');
  expect(JSON.stringify(await harness.journal(id))).toContain('another drillbook.yaml');
});

it('defect: a person that was added to drillbook.yaml made each later start fail until all workers restarted', async () => {
  const other = join(harness.dir, 'people.yaml');
  writeFileSync(
    other,
    `# paired with Paris\n${readFileSync(harness.configPath, 'utf8')}\norganisation: Somebody Else\n`,
  );
  const file = join(harness.dir, 'change.yaml');
  writeFileSync(file, change);
  const { stdout } = await tell('run', file, '--mode', 'change', '--config', other, '--detach');
  const id = stdout.trim();
  await until('it asks', async () => (await harness.progress(id)).at(-1) === 'edit asking');
  expect((await tell('abort', id, '--reason', 'enough')).code).toBe(0);
});
