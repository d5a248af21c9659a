import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Outside } from '../../cli/outside.ts';
import { control, drillbook } from '../cli/command-line.ts';

/** Every command of docs/leases.md is one that the command line takes. */
const page = readFileSync(new URL('../../docs/leases.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```\w*\n([\s\S]*?)```/g)].flatMap(([, text = '']) => text.trim().split('\n'));
const lines = blocks
  .filter(line => /^(bin\/)?drillbook /.test(line))
  .map(line => line.replace(/^(bin\/)?drillbook /, ''));

it('has commands', () => {
  expect(lines).toHaveLength(5);
});

it.each(lines)('drillbook %s', async line => {
  const nothing = { open: [], leases: [], strangers: [], left: [], silent: [], paused: false };
  const heard = () => Promise.resolve({ counted: true, text: 'done' });
  const outside = {
    connect: () => Promise.resolve(control),
    listLeases: () => Promise.resolve(nothing),
    adoptOpening: heard,
    endOpening: heard,
  } satisfies Partial<Outside>;
  const args = line.replace('SITE/VPG', 'site-b/db').replace('TEXT', 'why').split(' ');
  expect(await drillbook(args, { outside })).toMatchObject({ code: 0, stderr: '' });
});
