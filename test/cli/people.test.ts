import { describe, expect, it } from 'vitest';
import type { Outside } from '../../cli/outside.ts';
import type { Pending } from '../../control/pending.ts';
import { control, drillbook, render } from './command-line.ts';
import { config } from './sample-config.ts';
import { makeFolder } from './folder.ts';
import { played } from './sample-run.ts';

const since = Date.UTC(2026, 10, 21, 2, 30);

const approval: Pending = {
  key: 'go',
  kind: 'approval',
  since,
  message: 'Fail over?\nReally',
  from: ['dr-managers'],
  count: 2,
  choices: ['commit', 'roll-back', 'reject'],
  votes: [{ by: 'bo', choice: 'commit', at: since }],
  expiresAt: since + 900_000,
};
const manual: Pending = {
  ...{ key: 'switch', kind: 'manual', since, message: 'Turn it', from: [], votes: [] },
  choices: ['done', 'failed', 'not-applicable'],
};
const question: Pending = {
  ...{ key: 'front[a b]', kind: 'question', since, message: '"front[a b]" timed out', from: [], votes: [] },
  choices: ['retry', 'skip', 'roll-back', 'abort'],
};
const paused: Pending = {
  ...{ key: '', kind: 'paused', since, message: 'paused by bo', from: [], votes: [] },
  choices: ['resume'],
};
const held: Pending = {
  ...{ key: '', kind: 'held', since, message: 'held: no', from: [], votes: [] },
  choices: ['commit', 'roll-back', 'go-on'],
};
const gathered: Pending = {
  ...held,
  ...{ from: ['dr-managers'], count: 2, votes: [{ by: 'bo', choice: 'commit', at: since, verified: true }] },
};

/** Records what is sent; every word counts. */
function hearing(pending: readonly Pending[] = []) {
  const said: unknown[] = [];
  const hear = (name: string) => (_control: unknown, run: string, word: unknown) => {
    said.push([name, run, word]);
    return Promise.resolve({ counted: true, text: 'it counts' });
  };
  const outside = {
    connect: () => Promise.resolve(control),
    vote: hear('vote'),
    report: hear('report'),
    decide: hear('decide'),
    answerRun: hear('answer'),
    pauseRun: hear('pause'),
    resumeRun: hear('resume'),
    extendRun: hear('extend'),
    rollBackRun: hear('roll-back'),
    abortRun: hear('abort'),
    pendingOfRun: () => Promise.resolve(pending),
  } satisfies Partial<Outside>;
  return { outside, said };
}

it.each<[line: string, word: unknown]>([
  ['approve r go', ['vote', 'r', { key: 'go', by: 'ana', reason: '', breakGlass: false }]],
  [
    'approve r go --choice commit --reason ok --break-glass',
    ['vote', 'r', { key: 'go', by: 'ana', reason: 'ok', breakGlass: true, choice: 'commit' }],
  ],
  ['reject r go --reason no', ['vote', 'r', { key: 'go', by: 'ana', reason: 'no', choice: 'reject' }]],
  [
    'answer r switch --outcome not-applicable --note gone',
    ['report', 'r', { key: 'switch', outcome: 'not-applicable', by: 'ana', note: 'gone' }],
  ],
  [
    'answer r switch --outcome failed --reason it',
    ['report', 'r', { key: 'switch', outcome: 'failed', by: 'ana', note: 'it' }],
  ],
  ['retry r db', ['answer', 'r', { key: 'db', choice: 'retry', by: 'ana', reason: '' }]],
  ['skip r db --reason old', ['answer', 'r', { key: 'db', choice: 'skip', by: 'ana', reason: 'old' }]],
  ['commit r --reason seen', ['decide', 'r', { choice: 'commit', by: 'ana', reason: 'seen' }]],
  ['pause r', ['pause', 'r', { by: 'ana', reason: '' }]],
  ['extend r --by 1h30m --reason slow', ['extend', 'r', { by: 'ana', reason: 'slow', byMs: 5_400_000 }]],
])('drillbook %s', async (line, word) => {
  const { outside, said } = hearing();
  expect(render(await drillbook(line.split(' '), { outside }))).toBe('out: counted: it counts\nexit 0');
  expect(said).toEqual([word]);
});

it('an answer that does not count: why, and exit 1', async () => {
  const answerRun = () => Promise.resolve({ counted: false, text: 'ana may not roll back: she is not in dr' });
  const outside = { ...hearing([question]).outside, answerRun };
  for (const line of ['retry r db', 'skip r db --reason x', 'roll-back r --reason x'])
    expect(render(await drillbook(line.split(' '), { outside }))).toBe(
      'err: refused: ana may not roll back: she is not in dr\nexit 1',
    );
});

it.each([true, false])('what a run says cannot steer the terminal (counted: %s)', async counted => {
  const text = 'ana\rcounted: \u001b[2Jall is well\n\u202edne\u009b1A';
  const hear = () => Promise.resolve({ counted, text });
  const outside = { ...hearing().outside, vote: hear, report: hear, decide: hear, answerRun: hear };
  const lines = ['approve r go', 'reject r go', 'answer r m --outcome done', 'commit r --reason x', 'retry r db'];
  const seen = await Promise.all(lines.map(line => drillbook(line.split(' '), { outside })));
  const word = counted ? 'counted' : 'refused';
  for (const { stdout, stderr } of seen)
    expect(stdout + stderr).toBe(`${word}: ana counted: ␛[2Jall is well ‹U+202E›dne‹U+009B›1A\n`);
});

describe('a reason or a note', () => {
  const lines: readonly (readonly string[])[] = [
    ['approve', 'r', 'go', '--reason'],
    ['answer', 'r', 'm', '--outcome', 'done', '--note'],
    ['commit', 'r', '--reason'],
    ['skip', 'r', 'db', '--reason'],
    ['abort', 'r', '--reason'],
    ['run', 'a.yaml', '--mode', 'drill', '--reason'],
  ];
  it.each(lines)('that is blank is as wrong as an empty one: %s %s %s %s %s %s', async (...line) => {
    for (const blank of ['', ' ', '\t\n\u00a0'])
      expect(await drillbook([...line, blank])).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/does not fit --(reason|note): it is empty\.\n$/) as string,
      });
  });
  it.each(lines)('over 2,000 characters is wrong usage: %s %s %s %s %s %s', async (...line) => {
    const { code, stderr } = await drillbook([...line, 'ä'.repeat(2_001)]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('at most 2,000 characters are kept; this is longer.')]);
    expect(stderr.length).toBeLessThan(200);
  });
  it('of 2,000 characters is taken', async () => {
    const { outside, said } = hearing();
    const text = '🚑'.repeat(2_000);
    expect((await drillbook(['commit', 'r', '--reason', text], { outside })).code).toBe(0);
    expect(said).toEqual([['decide', 'r', { choice: 'commit', by: 'ana', reason: text }]]);
  });
});

it('a commit that is being gathered: 1 of 2, and who may break the glass says so with a reason', async () => {
  const { outside, said } = hearing([gathered]);
  const pendingOfAll = () => Promise.resolve([{ run: 'r', pending: [gathered] }]);
  const { stdout } = await drillbook(['pending'], { outside: { ...outside, pendingOfAll } });
  expect(stdout).toContain('to commit: 1 of 2 of dr-managers; so far bo: commit (signed)\n');
  expect((await drillbook(['commit', 'r', '--break-glass', '--reason', 'alone'], { outside })).code).toBe(0);
  expect(said).toEqual([['decide', 'r', { choice: 'commit', by: 'ana', reason: 'alone', breakGlass: true }]]);
});

it('what does not count: why, and exit 1', async () => {
  const vote = () => Promise.resolve({ counted: false, text: 'vote of ana refused: it came too late' });
  const seen = await drillbook(['approve', 'r', 'go'], { outside: { ...hearing().outside, vote } });
  expect(render(seen)).toBe('err: refused: vote of ana refused: it came too late\nexit 1');
});

it('roll-back leads a held run out, or answers a question that offers it; else the run is told at once', async () => {
  const ways: readonly (readonly [readonly Pending[], string, unknown])[] = [
    [[held, question], '', ['decide', 'r', { choice: 'roll-back', by: 'ana', reason: 'no' }]],
    [[approval, question], '', ['answer', 'r', { key: 'front[a b]', choice: 'roll-back', by: 'ana', reason: 'no' }]],
    [[held], 'db', ['answer', 'r', { key: 'db', choice: 'roll-back', by: 'ana', reason: 'no' }]],
  ];
  for (const [pending, step, word] of ways) {
    const { outside, said } = hearing(pending);
    const named = step === '' ? [] : [step];
    expect((await drillbook(['roll-back', 'r', ...named, '--reason', 'no'], { outside })).code).toBe(0);
    expect(said).toEqual([word]);
  }
  const none = hearing([manual]);
  expect((await drillbook(['roll-back', 'r', '--reason', 'no'], { outside: none.outside })).code).toBe(0);
  expect(none.said).toEqual([['roll-back', 'r', { by: 'ana', reason: 'no' }]]);
});

it('resume goes on with a held run or a paused one', async () => {
  const { outside, said } = hearing([held]);
  expect((await drillbook(['resume', 'r', '--reason', 'seen'], { outside })).code).toBe(0);
  expect(said).toEqual([['decide', 'r', { choice: 'go-on', by: 'ana', reason: 'seen' }]]);
  expect(await drillbook(['resume', 'r'], { outside })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--reason is needed') as string,
  });
  expect(render(await drillbook(['resume', 'r'], { outside: hearing().outside }))).toBe(
    'err: r is neither paused nor held ("drillbook pending" lists what waits).\nexit 1',
  );
  const stopped = hearing([paused]);
  expect((await drillbook(['resume', 'r'], { outside: stopped.outside })).code).toBe(0);
  expect(stopped.said).toEqual([['resume', 'r', { by: 'ana', reason: '' }]]);
});

it('pending lists what waits, and what to type', async () => {
  const all = [
    { run: 'r-1', pending: [approval, manual] },
    { run: 'r-2', pending: [held, question] },
    { run: 'r-3', pending: [], silent: true },
  ] as const;
  const outside = { ...hearing().outside, pendingOfAll: () => Promise.resolve(all) };
  expect((await drillbook(['pending'], { outside })).stdout).toMatchInlineSnapshot(`
    "r-1
      go  waits for votes since 2026-11-21T02:30:00Z, until 2026-11-21T02:45:00Z
        Fail over? Really
        wanted: 2 votes of dr-managers; so far bo: commit
        drillbook approve r-1 go --choice commit
        drillbook approve r-1 go --choice roll-back
        drillbook reject r-1 go
      switch  waits for word of what was done since 2026-11-21T02:30:00Z
        Turn it
        drillbook answer r-1 switch --outcome done|failed|not-applicable

    r-2
      the run  is held since 2026-11-21T02:30:00Z
        held: no
        drillbook commit r-2 --reason TEXT
        drillbook roll-back r-2 --reason TEXT
        drillbook resume r-2 --reason TEXT
      front[a b]  asks what to do since 2026-11-21T02:30:00Z
        "front[a b]" timed out
        drillbook retry r-2 'front[a b]'
        drillbook skip r-2 'front[a b]' --reason TEXT
        drillbook roll-back r-2 'front[a b]' --reason TEXT
        drillbook abort r-2 --reason TEXT

    r-3 does not answer: no worker serves it.
    "
  `);
  expect(JSON.parse((await drillbook(['pending', '--json'], { outside })).stdout)).toEqual(all);
  const empty = { ...outside, pendingOfAll: () => Promise.resolve([]) };
  expect(render(await drillbook(['pending'], { outside: empty }))).toBe('out: Nothing waits.\nexit 0');
});

it('pending --mine: what names my groups or nobody, and has not my vote', async () => {
  const people = `${config}people: { ana: { name: Ana }, bo: { name: Bo, os-user: ben } }\ngroups: { dr-managers: [ana, bo], others: [bo] }\n`;
  const cwd = makeFolder({ 'drillbook.yaml': people });
  const theirs = { ...approval, key: 'theirs', from: ['others'], votes: [] };
  const pendingOfAll = () => Promise.resolve([{ run: 'r', pending: [approval, manual, theirs] }]);
  const outside = { ...hearing().outside, pendingOfAll };
  const { stdout } = await drillbook(['pending', '--mine', '--json'], { outside, cwd });
  expect(JSON.parse(stdout)).toEqual([{ run: 'r', pending: [approval, manual] }]);
  const votes = [{ by: 'ana', choice: 'commit', at: since }];
  const voted = { ...outside, pendingOfAll: () => Promise.resolve([{ run: 'r', pending: [{ ...approval, votes }] }]) };
  expect((await drillbook(['pending', '--mine'], { outside: voted, cwd })).stdout).toBe('Nothing waits.\n');
  const nowhere = await drillbook(['pending', '--mine', '--config', 'none.yaml'], { outside, cwd });
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be read (ENOENT)') as string });
});

it('a watched run tells what it waits for, once each time that it changes', async () => {
  const { outside } = played([
    { kind: 'waits', pending: [approval] },
    { kind: 'waits', pending: [approval, manual] },
    { kind: 'waits', pending: [manual] },
  ]);
  const { stderr, code } = await drillbook(['watch', 'r', '--wait', '1s'], { outside });
  expect(stderr.split('waits for votes')).toHaveLength(2);
  expect(stderr.split('drillbook answer r switch --outcome done|failed|not-applicable')).toHaveLength(2);
  expect(code).toBe(8);
});
