import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { Plan } from '../../compiler/plan.ts';
import type { Mode } from '../../actions/contract.ts';
import type { Progress } from '../../engine/types.ts';
import { nowOf } from '../../control/run-view/now.ts';
import { statesOf } from '../../control/run-view/states.ts';
import { opening } from '../report/sample.ts';
import { approval, type Made, start, watched } from './watched.ts';

const part = `apiVersion: drillbook/v1
name: part
site: site-b
modes: [drill]
steps:
  - { id: first, uses: check/tcp, with: { host: 10.0.0.1, port: 1 } }
  - { id: second, uses: check/tcp, with: { host: 10.0.0.1, port: 2 } }
`;
const head = 'apiVersion: drillbook/v1\nname: payments\nsite: site-b\n';
const drill = `${head}modes: [drill]
inputs: { dns: { type: boolean, default: false }, note: { type: string, default: "" } }
preflight:
  - { id: ready, uses: zerto/check-vpgs, with: { vpgs: [payments-db] } }
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: payments-db } }
  - { id: db_up, uses: check/tcp, with: { host: 10.0.0.1, port: 5432 } }
  - { id: dns, if: inputs.dns, uses: check/tcp, with: { host: 10.0.0.1, port: 53 } }
  - { id: hand, uses: manual, with: { instructions: look, assignee: cem } }
finally:
  - { id: tell, uses: notify, with: { to: log, message: over } }
`;
const asks = `${head}modes: { drill: { on-failure: ask } }
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: payments-db } }
  - { id: db_up, uses: check/tcp, with: { host: 10.0.0.1, port: 5432 } }
  - { id: web_up, uses: check/tcp, with: { host: 10.0.0.1, port: 80 } }
`;
const branches = `${head}modes: [drill]
steps:
  - { id: a, uses: check/tcp, with: { host: 10.0.0.1, port: 1 }, on-failure: continue }
  - { id: b, needs: [], uses: check/tcp, with: { host: 10.0.0.1, port: 2 } }
  - { id: c, needs: [a], uses: check/tcp, with: { host: 10.0.0.1, port: 3 } }
  - { id: d, needs: [b], uses: check/tcp, with: { host: 10.0.0.1, port: 4 } }
  - { id: e, needs: [c], uses: check/tcp, with: { host: 10.0.0.1, port: 5 } }
  - { id: f, uses: check/tcp, with: { host: 10.0.0.1, port: 6 } }
`;
const items = `${head}modes: [drill]
steps:
  - { id: front, for-each: [one, two, three], uses: zerto/failover-test, with: { vpg: "\${{ each.value }}" } }
  - { id: up, uses: check/tcp, with: { host: 10.0.0.1, port: 1 } }
`;
const caller = `${head}modes: [drill]
steps:
  - { id: dr, uses: runbook, with: { file: part.yaml } }
  - { id: up, uses: check/tcp, with: { host: 10.0.0.1, port: 9 } }
`;
const live = `${head}modes: [failover]
steps:
  - { id: go, uses: approval, with: { message: Go?, from: [dr-managers], count: 2 }, timeout: 15m }
  - { id: db, name: Recover the database, uses: zerto/recover, with: { vpg: payments-db } }
  - { id: keep, uses: approval, with: { message: Keep?, from: [dr-managers], count: 2, choices: [commit, roll-back] }, timeout: 2h }
  - { id: commit, if: steps.keep.outputs.choice == 'commit', uses: zerto/commit, with: { reverse-protect: true } }
  - { id: tidy, if: steps.keep.outputs.choice == 'commit', uses: check/tcp, with: { host: 10.0.0.1, port: 1 } }
  - { id: back, if: steps.keep.outputs.choice == 'roll-back', uses: zerto/roll-back }
`;

function planOf(text: string, mode: Mode): Plan {
  const load = () => ({ file: 'part.yaml', text: part });
  const planned = compile({ file: 'payments.yaml', text }, { load }).plan(mode, {});
  if (!('plan' in planned)) throw new Error(planned.diagnostics.map(d => `${d.code} ${d.message}`).join('\n'));
  return planned.plan;
}

/** `db: 'running'`, in this order a second apart. */
type States = Readonly<Record<string, Progress['status']>>;

function nextIn(text: string, states: States, made: Made = {}): string {
  const plan = planOf(text, made.mode ?? 'drill');
  const progress = Object.entries(states).map(([key, status], n): Progress => {
    const id = key.replaceAll(/\[[^[\]]*\]/g, '');
    return { seq: n + 1, at: start + n * 1_000, key, status, place: plan.steps.findIndex(step => step.id === id) };
  });
  const run = watched({ plan, progress, ...made });
  return nowOf(run, statesOf(run)).next;
}

const done = { 'sign-in': 'succeeded', ready: 'succeeded' } as const;
const open = (action: string) => {
  const { closedAt: _, ...test } = opening('payments-db', 0, 0, { state: 'open', action });
  return { openings: [test] };
};
const test1 = open('zerto/failover-test');
const live1 = { mode: 'failover' as const, journal: open('zerto/failover') };
const commitOrBack =
  'after “commit”: commit, commits what this run has open; after “roll back”: back, gives up the failovers and moves that this run has open, at a person’s word';

describe('defect: what was said to be next had run, ran, or never would', () => {
  test.each<readonly [string, string, States, Made, string]>([
    [
      'the sign-in runs',
      drill,
      { 'sign-in': 'running' },
      {},
      'ready, proves that VPGs can be recovered now: payments-db',
    ],
    ['a step runs', drill, { ...done, db: 'running' }, {}, 'db_up, proves that a TCP port answers: 10.0.0.1:5432'],
    [
      'a step that its input leaves out is not next, but the person behind it',
      drill,
      { ...done, db: 'succeeded', db_up: 'running' },
      { journal: test1 },
      '“hand”, by hand: cem',
    ],
    [
      'the last step: cleanup, then the end',
      drill,
      { ...done, db: 'succeeded', db_up: 'succeeded', dns: 'skipped', hand: 'running' },
      { journal: test1 },
      'no further step: cleanup (payments-db), then finally and the end',
    ],
    [
      'the last step, and nothing is open: the author’s own finally',
      drill,
      { ...done, db: 'failed', db_up: 'succeeded', dns: 'skipped', hand: 'running' },
      {},
      'tell, tells a target',
    ],
    [
      'a required step has failed: cleanup',
      drill,
      { ...done, db: 'succeeded', db_up: 'failed' },
      { journal: test1, clock: { humanMs: 0, stage: 'draining' } },
      'no further step: cleanup (payments-db), then finally and the end',
    ],
    [
      'the same, before the run has told that it stops',
      drill,
      { ...done, db: 'succeeded', db_up: 'failed' },
      { journal: test1 },
      'no further step: cleanup (payments-db), then finally and the end',
    ],
    [
      'cleanup runs: finally',
      drill,
      { ...done, db: 'succeeded', db_up: 'failed', 'close-db': 'running' },
      { journal: test1, clock: { humanMs: 0, stage: 'closing' } },
      'tell, tells a target',
    ],
    [
      'cleanup runs after “cancel --now”: no finally',
      drill,
      { ...done, db: 'succeeded', 'close-db': 'running' },
      {
        clock: { humanMs: 0, stage: 'closing' },
        journal: {
          ...test1,
          decisions: [
            {
              at: start,
              step: '',
              by: 'ana',
              word: 'cancel now',
              reason: '',
              counted: true,
              text: '',
              brokeGlass: false,
            },
          ],
        },
      },
      'nothing more, then the end',
    ],
    [
      'finally runs',
      drill,
      { ...done, db: 'succeeded', tell: 'running' },
      { clock: { humanMs: 0, stage: 'finally' } },
      'nothing more, then the end',
    ],
    [
      'paused',
      drill,
      { ...done },
      { pending: [approval('', { kind: 'paused', message: 'paused by ana', from: [], choices: ['resume'] })] },
      'once it is resumed: db, brings a VPG up in its isolated test network: payments-db',
    ],
    [
      'a question waits: what waits for its step',
      asks,
      { 'sign-in': 'succeeded', db: 'succeeded', db_up: 'asking' },
      { pending: [approval('db_up', { kind: 'question', from: [], choices: ['retry', 'skip', 'abort'] })] },
      'once “db_up” is answered: web_up, proves that a TCP port answers: 10.0.0.1:80',
    ],
    [
      'a step is tried again at a person’s word',
      asks,
      { 'sign-in': 'succeeded', db: 'succeeded', db_up: 'running' },
      {},
      'web_up, proves that a TCP port answers: 10.0.0.1:80',
    ],
    [
      'a step was skipped at a person’s word',
      asks,
      { 'sign-in': 'succeeded', db: 'succeeded', db_up: 'skipped', web_up: 'running' },
      { journal: test1 },
      'no further step: cleanup (payments-db), then the end',
    ],
    [
      'two branches run: what is next in each',
      branches,
      { a: 'running', b: 'running' },
      {},
      'c, proves that a TCP port answers: 10.0.0.1:3; d, proves that a TCP port answers: 10.0.0.1:4',
    ],
    [
      'one branch has failed, and goes no further',
      branches,
      { a: 'failed', b: 'running' },
      {},
      'd, proves that a TCP port answers: 10.0.0.1:4',
    ],
    [
      'the items of a step, one after the other',
      items,
      { front: 'running', 'front[one]': 'succeeded', 'front[two]': 'running' },
      {},
      'front, brings a VPG up in its isolated test network: three',
    ],
    [
      'behind the last item',
      items,
      { front: 'running', 'front[one]': 'succeeded', 'front[two]': 'succeeded', 'front[three]': 'running' },
      {},
      'up, proves that a TCP port answers: 10.0.0.1:1',
    ],
    [
      'inside a sub-runbook',
      caller,
      { dr: 'running', 'dr/first': 'running' },
      {},
      'dr/second, proves that a TCP port answers: 10.0.0.1:2',
    ],
    [
      'behind a sub-runbook',
      caller,
      { dr: 'running', 'dr/first': 'succeeded', 'dr/second': 'running' },
      {},
      'up, proves that a TCP port answers: 10.0.0.1:9',
    ],
    [
      'an approval is next: who decides',
      live,
      { go: 'succeeded', db: 'running' },
      live1,
      '“keep”, decided by 2 of dr-managers: commit or roll-back',
    ],
    [
      'an approval waits',
      live,
      { go: 'running' },
      { mode: 'failover', pending: [approval('go')] },
      'after “approve”: Recover the database: payments-db',
    ],
    [
      'an approval waits that has choices: the branch of each',
      live,
      { go: 'succeeded', db: 'succeeded', keep: 'running' },
      { ...live1, pending: [approval('keep', { choices: ['commit', 'roll-back', 'reject'] })] },
      commitOrBack,
    ],
    [
      'it was decided: not the other branch',
      live,
      { go: 'succeeded', db: 'succeeded', keep: 'succeeded', commit: 'running' },
      {
        ...live1,
        journal: {
          ...live1.journal,
          decisions: [
            {
              at: start,
              step: 'keep',
              by: 'ana',
              word: 'commit',
              reason: '',
              counted: true,
              text: '',
              brokeGlass: false,
            },
          ],
        },
      },
      'tidy, proves that a TCP port answers: 10.0.0.1:1',
    ],
    [
      'lines of older steps are gone, and an approval leaves no other trace',
      live,
      { db: 'running' },
      live1,
      '“keep”, decided by 2 of dr-managers: commit or roll-back',
    ],
    [
      'the same of items',
      items,
      { front: 'running', 'front[two]': 'running' },
      {},
      'front, brings a VPG up in its isolated test network: three',
    ],
    [
      'held: who decides what',
      live,
      { go: 'succeeded', db: 'succeeded', keep: 'timed_out' },
      {
        ...live1,
        pending: [
          approval('', { kind: 'held', choices: ['commit', 'roll-back', 'go-on'], from: ['dr-managers', 'dr-duty'] }),
        ],
      },
      'a decision of dr-managers, dr-duty: commit, roll back or go on',
    ],
  ])('%s', (_, text, states, made, next) => {
    expect(nextIn(text, states, made)).toBe(next);
  });
});
