import { afterEach, expect, it } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { Plan } from '../../compiler/plan.ts';
import { approval, watched } from '../control/watched.ts';
import { csrfIn, form, signInAt } from './browser.ts';
import { baseConfig, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

const config = `${baseConfig}people: { ana: { name: Ana } }
roles: [ { role: approver, to: [ana] } ]
identity: { tokens: [${listedToken('ana')}] }
`;
const at = Date.UTC(2026, 10, 22, 2, 30);
const head = (name: string) => `apiVersion: drillbook/v1\nname: ${name}\nsite: site-b\nmodes: [failover]\nsteps:\n`;
const ask = '  - { id: go, uses: approval, with: { message: Go?, from: [ana], choices: [all, none] }, timeout: 15m }\n';
const failover = 'uses: zerto/failover, with: { vpg: crm } }\n';

function planOf(steps: string): Plan {
  const load = () => ({ file: 'part.yaml', text: `${head('part')}  - { id: db, ${failover}` });
  const planned = compile({ file: 'payments.yaml', text: `${head('payments')}${ask}${steps}` }, { load }).plan(
    'failover',
    {},
  );
  if (!('plan' in planned)) throw new Error(planned.diagnostics.map(d => `${d.code} ${d.message}`).join('\n'));
  return planned.plan;
}

let stage: Stage;
afterEach(() => {
  stage.close();
});

it.each([
  ['calls a sub-runbook that fails over', '  - { id: dr, uses: runbook, with: { file: part.yaml } }\n'],
  ['fails over under `!=`', `  - { id: db, if: "steps.go.outputs.choice != 'none'", ${failover}`],
  ['fails over under quotes of another kind', `  - { id: db, if: 'steps.go.outputs.choice == "all"', ${failover}`],
])('defect: a vote for what %s counted without the name of the runbook', async (_, steps) => {
  const pending = [approval('go', { from: ['ana'], choices: ['all', 'none', 'reject'] })];
  const facts = watched({ mode: 'failover', plan: planOf(steps), pending });
  stage = await startStage(config, {
    runs: { [facts.id]: { runbook: 'payments', mode: 'failover', pending } },
    clock: () => at,
    change: deps => ({
      ...deps,
      watched: {
        look: () => Promise.resolve({ facts, at }),
        async *follow() {
          yield await Promise.resolve({ facts, at });
        },
      },
    }),
  });
  const { session } = await signInAt(stage, tokenOf('ana'));
  const shown = await (
    await stage.ask(`/runs/${facts.id}`, { headers: { cookie: session, accept: 'text/html' } })
  ).text();
  expect(shown).toContain('Fails over crm to site-b: production.');
  expect(shown).toMatch(/Type <b class="token">payments<\/b> to confirm: All/);
  const sent = { csrf: csrfIn(shown), kind: 'approval', step: 'go', choice: 'all', reason: 'site A is lost' };
  const refused = await stage.ask(`/runs/${facts.id}/decide`, form(sent, session));
  expect(refused.status).toBe(409);
  expect(await refused.text()).toContain('was not confirmed: type the runbook&#39;s name, payments.');
  expect(stage.said).toEqual([]);
  await stage.ask(`/runs/${facts.id}/decide`, form({ ...sent, confirm: 'payments' }, session));
  expect(stage.said).toMatchObject([{ update: 'approve', word: { choice: 'all' } }]);
});
