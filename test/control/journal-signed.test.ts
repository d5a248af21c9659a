import { expect, it } from 'vitest';
import type { HistoryEvent } from '../../control/history.ts';
import { foldDecisions, isStartSigned } from '../../control/journal-decisions.ts';
import type { Plan } from '../../compiler/plan.ts';

/** What the report calls signed is what the worker found signed: not what a sender calls so. */
const plan = { steps: [] } as unknown as Plan;
const proof = { key: 'ed25519:x', at: '2026-11-21T02:00:00Z', signature: 's1' };
const word = { id: 'w', key: 'keep', choice: 'commit', by: 'ana', reason: '', proof };
const question = { by: 'ana', to: 'vote', names: [], step: 'keep', choice: 'commit', reason: '', id: 'w', proof };

function said(update: string, sent: object, asked: object | undefined, id: number): readonly HistoryEvent[] {
  const at = 1_000 * id;
  const updated = { id, at, kind: 'updated', update, input: [sent] } as const;
  if (asked === undefined) return [updated];
  const activity = {
    kind: 'scheduled',
    activity: 'people/entitle',
    activityId: `entitle:${id}`,
    input: asked,
  } as const;
  const result = { by: 'ana', verified: true };
  return [updated, { id: id + 1, at, ...activity }, { id: id + 2, at, kind: 'succeeded', of: id + 1, result }];
}
const signedOf = (run: readonly HistoryEvent[]) => foldDecisions(plan, run).map(({ verified }) => verified === true);

it('a word that somebody else sends under the id of a signed one is not signed', () => {
  const signed = said('approve', word, question, 1);
  expect(signedOf(signed)).toEqual([true]);
  const { proof: _, ...unsigned } = word;
  const others = [
    unsigned,
    { ...word, by: 'bo' },
    { ...word, key: 'go' },
    { ...word, choice: 'roll-back' },
    { ...word, breakGlass: true },
    { ...word, proof: { ...proof, signature: 's2' } },
  ];
  for (const other of others)
    expect(signedOf([...signed, ...said('approve', other, undefined, 5)])).toEqual([true, false]);
  expect(signedOf([...signed, ...said('decide', { ...word, key: undefined }, undefined, 5)])).toEqual([true, false]);
});

it.each([
  ['decide', { ...word, breakGlass: true }, { to: 'break the glass', step: '' }],
  ['reject', { ...word, choice: undefined }, { choice: 'reject' }],
  ['report', { ...word, choice: undefined, outcome: 'done', note: '' }, { to: 'report', choice: 'done' }],
  ['answer', { ...word, choice: 'retry' }, { to: 'retry', choice: 'retry' }],
  ['cancel', { ...word, choice: undefined, now: true }, { to: 'cancel', step: '', choice: 'now' }],
  ['extend', { ...word, choice: undefined, byMs: 60_000 }, { to: 'extend', step: '', choice: '60000' }],
])('a signed %s is told as signed', (update, sent, asked) => {
  expect(signedOf(said(update, sent, { ...question, ...asked }, 1))).toEqual([true]);
});

it('a start is signed where the worker said so of the start, and nowhere else', () => {
  const start = { ...question, to: 'start', step: '', id: 'run-1' };
  expect(isStartSigned(said('x', {}, start, 1), 'run-1')).toBe(true);
  expect(isStartSigned(said('x', {}, { ...start, to: 'vote' }, 1), 'run-1')).toBe(false);
  expect(isStartSigned(said('x', {}, start, 1), 'run-2')).toBe(false);
});
