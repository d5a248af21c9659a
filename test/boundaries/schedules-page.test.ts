// Loaded here and not by the first command: that takes seconds on a busy machine.
import '../../compiler/compile.ts';
import '../../control/config/config.ts';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Outside } from '../../cli/outside.ts';
import { control, drillbook } from '../cli/command-line.ts';
import { makeFolder } from '../cli/folder.ts';
import { config } from '../cli/sample-config.ts';

/** Every command of docs/schedules.md is one that the command line takes. What they do to a server: test/temporal/schedules.test.ts. */
const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const lines = [...read('docs/schedules.md').matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) =>
  text.trim().split('\n'),
);

/** The calendar that the page shows. */
const [, calendars = ''] = /```yaml\n(# drillbook\.yaml[\s\S]*?)```/.exec(read('docs/schedules.md')) ?? [];

it('has commands', () => {
  expect(lines).toHaveLength(7);
  expect(lines.filter(line => !line.startsWith('drillbook schedule '))).toEqual([]);
});

it.each(lines)('%s', async line => {
  const cwd = makeFolder({
    'drillbook.yaml': `${config}probes: { bubble-b: { proxy: "socks5://127.0.0.1:1080" } }\n${calendars}`,
    'runbooks/drill-shop.yaml': read('runbooks/drill-shop.yaml'),
  });
  const done = () => Promise.resolve();
  const applied: string[] = [];
  const outside = {
    connect: () => Promise.resolve(control),
    compareSchedules: (_control, _project, { wanted }) =>
      Promise.resolve({
        changes: wanted.map(one => ({ do: 'create', id: one.id, file: one.file, wanted: one }) as const),
        ...{ unchanged: 0, refused: [], paused: {}, kept: {}, left: [], unknown: [], ending: [], startsNone: [] },
      }),
    applyChanges: (_control, _project, changes) => {
      applied.push(...changes.map(({ id }) => id));
      return Promise.resolve({});
    },
    listSchedules: () => Promise.resolve([]),
    pauseSchedule: done,
    resumeSchedule: done,
    triggerSchedule: () => Promise.resolve('drill-shop-drill-20261121-0230-7f3a'),
  } satisfies Partial<Outside>;
  const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '').slice(1);
  const { code, stderr } = await drillbook(args, { cwd, outside });
  expect([code, stderr]).toEqual([args[1] === 'diff' ? 3 : 0, expect.anything()]);
  expect(applied).toEqual(args[1] === 'apply' ? ['drill-shop/weekly'] : []);
});
