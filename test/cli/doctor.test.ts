import { expect, it } from 'vitest';
import { drillbook, render } from './command-line.ts';

const fine = { what: 'Node', ok: true, found: '22.1.0' };
const missing = {
  what: 'Temporal dev server',
  ok: false,
  found: 'not here yet',
  mend: 'it is fetched at the first `npm run demo`',
};
const finding = (...findings: (typeof fine)[]) => ({ outside: { examineMachine: () => Promise.resolve(findings) } });

it('all there: exit 0', async () => {
  expect(render(await drillbook(['doctor'], finding(fine)))).toBe('out: ✓ Node  22.1.0\nexit 0');
});

it('something missing: how to get it, exit 1', async () => {
  expect(render(await drillbook(['doctor'], finding(fine, missing)))).toMatchInlineSnapshot(`
    "out: ✓ Node                 22.1.0
    out: ✗ Temporal dev server  not here yet
    out:                        it is fetched at the first \`npm run demo\`
    exit 1"
  `);
});

it('with --json gives one document', async () => {
  const { stdout, code } = await drillbook(['doctor', '--json'], finding(fine, missing));
  expect([JSON.parse(stdout), code]).toEqual([{ findings: [fine, missing] }, 1]);
});
