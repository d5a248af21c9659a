import { expect, it } from 'vitest';
import { control, drillbook } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { config } from './sample-config.ts';
import { runbook } from './sample-run.ts';

it('config check: mistakes with their places, or that there are none; nothing is asked of a worker', async () => {
  const good = makeFolder({ 'drillbook.yaml': config });
  expect(await drillbook(['config', 'check'], { cwd: good })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('has no mistakes') as unknown,
  });
  const bad = makeFolder({ 'drillbook.yaml': `${config}targets: { x: { file: { pfad: x } } }\n` });
  const found = await drillbook(['config', 'check', '--live'], { cwd: bad });
  expect(found).toMatchObject({ code: 1, stdout: '' });
  expect(found.stderr).toMatch(/drillbook\.yaml:\d+:\d+ error DB80/);
  const none = await drillbook(['config', 'check'], { cwd: makeFolder({}) });
  expect(none).toMatchObject({ code: 1, stdout: '' });
  expect(none.stderr).toContain('There is no drillbook.yaml');
});

it('config check --live: what the worker found, one line each; 1 where something failed', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config });
  const fine = { what: 'site site-b', ok: true, found: 'signed in' };
  const outside = (findings: readonly object[]) => ({
    connect: () => Promise.resolve(control),
    checkLive: () => Promise.resolve(findings as never),
    readLogin: () => Promise.resolve(undefined),
  });
  expect(await drillbook(['config', 'check', '--live'], { cwd, outside: outside([fine]) })).toMatchObject({
    code: 0,
    stdout: '✓ site site-b: signed in\n',
  });
  const down = { what: 'target chat', ok: false, found: 'hooks.example.com answered 404' };
  expect(await drillbook(['config', 'check', '--live'], { cwd, outside: outside([fine, down]) })).toMatchObject({
    code: 1,
    stdout: '✓ site site-b: signed in\n✗ target chat: hooks.example.com answered 404\n',
  });
});

it('config check and validate tell of a trigger to which no runbook listens', async () => {
  const triggers = `triggers:
  pager: { kind: pagerduty, secret: zvm, may: [ { runbooks: [small], modes: [drill] } ] }
  idle: { kind: hmac, secret: zvm, may: [ { runbooks: [small], modes: [drill] } ] }
  chat: { kind: slack, secret: zvm, may: [ { runbooks: [small], modes: [drill] } ] }
`;
  const webhook = 'triggers: [ { webhook: { name: page, mode: drill, from: pager, if: payload.x == 1 } } ]\nsteps:';
  const cwd = makeFolder({
    'drillbook.yaml': config + triggers,
    'runbooks/small.yaml': runbook.replace('steps:', webhook),
  });
  const told = 'Nothing listens to the trigger idle of drillbook.yaml: no runbook has a webhook "from: idle".';
  const checked = await drillbook(['config', 'check'], { cwd });
  expect([checked.code, checked.stderr]).toEqual([0, `${told}\n`]);
  const validated = await drillbook(['validate'], { cwd });
  expect([validated.code, validated.stderr]).toEqual([0, `${told}\n2 files: no errors, no warnings\n`]);
});

it('defect: config check looked for listeners beside drillbook.yaml alone, where the console was told of another folder', async () => {
  const triggers =
    'triggers: { pager: { kind: pagerduty, secret: zvm, may: [ { runbooks: [small], modes: [drill] } ] } }\n';
  const webhook = 'triggers: [ { webhook: { name: page, mode: drill, from: pager, if: payload.x == 1 } } ]\nsteps:';
  const cwd = makeFolder({
    'etc/drillbook.yaml': config + triggers,
    'books/a.yaml': runbook.replace('steps:', webhook),
  });
  const check = async (...words: string[]) => {
    const { code, stderr } = await drillbook(['config', 'check', '--config', 'etc/drillbook.yaml', ...words], { cwd });
    return [code, stderr];
  };
  expect(await check()).toEqual([0, expect.stringContaining('Nothing listens to the trigger pager')]);
  expect(await check('--project', 'books')).toEqual([0, '']);
  expect(await check('--project', 'nowhere')).toEqual([1, `There is no folder ${cwd}/nowhere (--project).\n`]);
});

it('defect: a calendar’s file that is missing or broken was told by nobody, and no drill began', async () => {
  const event = (...lines: string[]): string =>
    ['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:a', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join(
      '\r\n',
    );
  const cwd = makeFolder({
    'drillbook.yaml': `${config}calendars:
  gone: { file: gone.ics }
  text: { file: text.ics }
  zone: { file: zone.ics }
  rule: { file: rule.ics }
  good: { file: good.ics }
`,
    'text.ics': 'hello',
    'zone.ics': event('SUMMARY:Freeze', 'DTSTART;TZID=Pacific Standard Time:20270115T080000', 'DURATION:PT1H'),
    'rule.ics': event('SUMMARY:Each minute', 'DTSTART:20200101T000000Z', 'RRULE:FREQ=MINUTELY'),
    'good.ics': event('DTSTART;VALUE=DATE:20261224'),
  });
  for (const [words, stream] of [
    [['config', 'check'], 'stderr'],
    [['validate'], 'stdout'],
  ] as const) {
    const told = await drillbook(words, { cwd });
    expect(told.code).toBe(1);
    expect(told[stream].match(/drillbook\.yaml:\d+:\d+ error DB8040 .*/g)).toEqual([
      'drillbook.yaml:10:17 error DB8040 this calendar cannot be used: there is no such file',
      expect.stringMatching(/:11:17 error DB8040 this calendar cannot be used: ./),
      expect.stringContaining(':12:17 error DB8040 this calendar cannot be used: the event "Freeze" has the time zone'),
      expect.stringContaining(
        ':13:17 error DB8040 this calendar cannot be used: the event "Each minute" has more than',
      ),
    ]);
  }
});
