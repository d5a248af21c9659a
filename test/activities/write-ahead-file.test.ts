import { appendFileSync, chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createWriteAhead, type WriteAhead } from '../../activities/write-ahead-file.ts';
import { opening, over, sent } from './written-lines.ts';

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'drillbook-openings-'));
  onTestFinished(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  return join(dir, 'openings');
}

const openAt = async (file: WriteAhead, site = 'site-b') => (await file.open(site)).map(({ vpg }) => vpg);

it('another worker of the machine reads what was written; only this user may', async () => {
  const dir = folder();
  await createWriteAhead(dir, 'test').write('site-b', opening('db', 1));
  const other = createWriteAhead(dir, 'test');
  expect(await openAt(other)).toEqual(['db']);
  expect(await openAt(other, 'site-a')).toEqual([]);
  expect([statSync(dir).mode & 0o777, statSync(join(dir, 'site-b.jsonl')).mode & 0o777]).toEqual([0o700, 0o600]);
});

it('before anything was written nothing is open, and no folder is made', async () => {
  const dir = folder();
  const file = createWriteAhead(dir, 'test');
  await file.compact();
  expect(await openAt(file)).toEqual([]);
  expect(() => readdirSync(dir)).toThrow(/ENOENT/);
});

it('a line that a crash has torn does not spoil the next', async () => {
  const dir = folder();
  const file = createWriteAhead(dir, 'test');
  await file.write('site-b', opening('db', 1));
  appendFileSync(join(dir, 'site-b.jsonl'), '{"kind":"opening","id":"x","tempo');
  await file.write('site-b', opening('front', 2));
  expect(await openAt(file)).toEqual(['db', 'front']);
});

it('compacting drops what is over, and keeps what is open with its task', async () => {
  const dir = folder();
  const file = createWriteAhead(dir, 'test');
  for (const line of [opening('db', 1), opening('front', 2), sent('front', 3), over('db', 4)])
    await file.write('site-b', line);
  await file.compact();
  expect(readdirSync(dir)).toEqual(['site-b.jsonl']);
  expect(readFileSync(join(dir, 'site-b.jsonl'), 'utf8')).not.toContain('test of db');
  expect((await file.open('site-b')).map(o => o.opening.sent?.taskId)).toEqual(['task-front']);
});

it('what a compaction that was killed has put aside is read, and put back by the next', async () => {
  const dir = folder();
  const file = createWriteAhead(dir, 'test');
  await file.write('site-b', opening('db', 1));
  const text = readFileSync(join(dir, 'site-b.jsonl'));
  rmSync(join(dir, 'site-b.jsonl'));
  appendFileSync(join(dir, 'site-b.jsonl.aside'), text);
  expect(await openAt(file)).toEqual(['db']);
  await file.compact();
  expect(readdirSync(dir)).toEqual(['site-b.jsonl']);
  expect(await openAt(file)).toEqual(['db']);
});

it('two workers that write while both compact lose nothing', async () => {
  const dir = folder();
  const workers = [createWriteAhead(dir, 'test'), createWriteAhead(dir, 'test')];
  const names = Array.from({ length: 40 }, (_, n) => `vpg-${String(n).padStart(2, '0')}`);
  await Promise.all(
    workers.flatMap((worker, w) => [
      ...names.filter((_, n) => n % 2 === w).map((vpg, n) => worker.write('site-b', opening(vpg, n + 1))),
      ...Array.from({ length: 8 }, () => worker.compact()),
    ]),
  );
  expect((await openAt(workers[0] as WriteAhead)).sort()).toEqual(names);
});

it('a folder that cannot be written to is told', async () => {
  const dir = folder();
  const file = createWriteAhead(join(dir, 'below'), 'test');
  await createWriteAhead(dir, 'test').write('site-b', opening('db', 1));
  // Root may write anywhere, but not make a folder below a file.
  rmSync(dir, { recursive: true });
  appendFileSync(dir, '');
  chmodSync(dir, 0o400);
  await expect(file.write('site-b', opening('db', 1))).rejects.toThrow(/ENOTDIR|EACCES/);
});
