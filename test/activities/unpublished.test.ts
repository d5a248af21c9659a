import { expect, it } from 'vitest';
import { answerUnpublished } from '../../activities/starts.ts';
import { parseConfig } from '../../control/config/config.ts';
import { peopleOf } from '../../control/config/people.ts';
import { decodeLift, encodeLift, makeLift, refuseOtherPlan } from '../../control/library/lift.ts';
import { newKey, signWithText } from '../../control/signing.ts';
import { judgeUnpublished } from '../../control/unpublished.ts';
import type { Lift, RunStart } from '../../workflows/messages.ts';
import { config } from '../cli/sample-config.ts';

/** An approver's word that a run of what is not published may start: made by one person, counted where a run begins. */
const keys = { ana: newKey(), bo: newKey(), cem: newKey() };
const listed = Object.entries(keys).map(
  ([name, { publicKey }]) => `{ id: ${name}-1, person: ${name}, public: "${publicKey}" }`,
);
const text = `${config}people: { ana: { name: Ana }, bo: { name: Bo, os-user: bobby }, cem: { name: Cem } }
identity: { unverified: drills, keys: [ ${listed.join(', ')} ] }
roles: [ { role: operator, to: [bo, cem] }, { role: approver, to: [ana, bo], runbooks: [pay] } ]
`;
const read = parseConfig(text, 'drillbook.yaml');
if (read.config === undefined) throw new Error(JSON.stringify(read.diagnostics));
const people = peopleOf(read.config);

const plan = { name: 'pay', mode: 'failover', hash: 'a'.repeat(64) } as RunStart['plan'];
const lifted = (by: keyof typeof keys, more: Partial<Lift> = {}): Lift => ({
  ...makeLift('pay-1', plan, { by, reason: 'the bank is on fire' }, signWithText(keys[by].pem, by)),
  ...more,
});
const answer = (lift: Lift | undefined, { requester = 'cem', now = Date.now(), of = plan } = {}) => {
  const run = { id: 'pay-1', requester } as RunStart['run'];
  const start = { plan: of, run, ...(lift === undefined ? {} : { lift }) };
  return answerUnpublished(judgeUnpublished(start, 'pay is not published', now), people, now);
};
const hour = 3_600_000;

it('lets one run start at the word of another person who may approve', () => {
  expect(answer(lifted('ana'))).toEqual({ lifted: 'ana: the bank is on fire' });
  expect(answer(decodeLift(encodeLift(lifted('ana'))), { now: Date.now() + 71 * hour })).toHaveProperty('lifted');
});

it.each<[string, Parameters<typeof answer>, string]>([
  ['nobody', [undefined], 'pay is not published'],
  ['the requester', [lifted('bo'), { requester: 'bo' }], 'bo asked for this run, and another person lifts it'],
  ['the requester under his login', [lifted('bo'), { requester: 'bobby' }], 'asked for this run'],
  ['somebody who approves nothing', [lifted('cem'), { requester: 'bo' }], 'cem may not start unpublished here'],
  [
    'an unsigned name',
    [{ run: 'pay-1', plan: plan.hash, by: 'ana', reason: 'x', id: 'i' }],
    'nothing proves that this is ana',
  ],
  ['another’s key', [lifted('bo', { by: 'ana' })], 'the key bo-1 signs for bo, not for ana'],
  ['other words than were signed', [lifted('ana', { reason: 'another' })], 'is not of this word'],
  ['a word about another run', [lifted('ana', { run: 'pay-2' })], 'is of another run or plan'],
  [
    'a word about another plan',
    [lifted('ana'), { of: { ...plan, hash: 'b'.repeat(64) } }],
    'is of another run or plan',
  ],
  ['an old word', [lifted('ana'), { now: Date.now() + 73 * hour }], 'it counts for three days'],
  ['a word of tomorrow', [lifted('ana'), { now: Date.now() - hour }], 'it counts for three days'],
  ['an approver of other runbooks', [lifted('ana'), { of: { ...plan, name: 'crm' } }], 'ana may not start unpublished'],
  ['no lift at all', [{ by: 'ana' } as unknown as Lift], 'is of another run or plan'],
])('does not at that of %s', (_, given, why) => {
  const { refused } = answer(...given);
  expect(refused).toContain('pay is not published');
  expect(refused).toContain(why);
});

it('is of one plan, and told so where it is given', () => {
  expect(() => {
    refuseOtherPlan(lifted('ana'), { name: 'pay', hash: 'b'.repeat(64) });
  }).toThrow('ana has lifted another plan (aaaaaaaaaaaa) than this of pay (bbbbbbbbbbbb)');
  for (const wrong of ['', 'lift.', 'lift.e30', 'lift.@@', 'x'])
    expect(() => decodeLift(wrong)).toThrow('This is no lift');
});
