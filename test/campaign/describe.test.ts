import { expect, it } from 'vitest';
import { describeOutcome } from './describe.ts';
import { facts, request, task, vpg, word } from './made-up.ts';
import { draw } from './schedule.ts';

const schedule = draw(4711);
const quiet = { verbose: false };
const seen = {
  vpgs: [vpg('crm', { id: '0c5ea4d1-aaaa-4bbb-8ccc-0123456789ab' })],
  requests: [
    request('POST', '/v1/vpgs/0c5ea4d1-aaaa-4bbb-8ccc-0123456789ab/FailoverTest', 'svc-drills', 0),
    request('GET', '/v1/vpgs', 'svc-drills'),
  ],
  tasks: [task(1_000, 'FailOverTest', 'crm')],
};
const held = { schedule, facts: facts('drill of one VPG', { seen }), broken: [], tookMs: 3_000 };

it('a seed that holds is a line', () => {
  expect(describeOutcome(held, quiet)).toMatch(/^seed 4711: [^\n]*\n$/);
});

it('a seed that broke something says what, how to replay it alone, and what happened', () => {
  const words = [word(900, 'go', 'ana', 'approve')];
  const broken = [{ invariant: 'a stranger’s test is left alone', text: 'it was not' }];
  const told = describeOutcome({ ...held, facts: facts('drill of one VPG', { seen, words }), broken }, quiet);
  expect(told).toContain('BROKEN: a stranger’s test is left alone: it was not');
  expect(told).toContain('npm run campaign -- --seeds 1 --first-seed 4711\n');
  expect(told).toContain('site-b POST /v1/vpgs/crm/FailoverTest no answer svc-drills');
  expect(told).toContain('ana says approve at "go"');
  expect(told.indexOf('ana says')).toBeLessThan(told.indexOf('task FailOverTest'));
  expect(told).not.toContain('GET /v1');
  expect(describeOutcome({ ...held, broken }, { verbose: false })).toContain('4711\n');
});
