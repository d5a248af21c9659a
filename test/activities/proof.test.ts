import { createPrivateKey, sign } from 'node:crypto';
import { expect, it } from 'vitest';
import { type Proof, textToSign, type Word } from '../../actions/proof.ts';
import { entitle } from '../../activities/people.ts';
import { parseConfig } from '../../control/config/config.ts';
import { peopleOf } from '../../control/config/people.ts';
import { newKey } from '../../control/signing.ts';
import type { EntitlementQuestion } from '../../engine/entitlement.ts';
import { config } from '../cli/sample-config.ts';

const now = Date.UTC(2026, 10, 21, 2, 30);
const [ana, ana2, bo, service, unlisted] = [newKey(), newKey(), newKey(), newKey(), newKey()];

const parsed = (text: string) => {
  const { config: read, diagnostics } = parseConfig(text, 'drillbook.yaml');
  if (read === undefined) throw new Error(JSON.stringify(diagnostics));
  return peopleOf(read);
};

const known = (unverified = 'refuse', until = '') =>
  parsed(
    `${config}people: { ana: { name: Ana, os-user: aruiz }, bo: { name: Bo } }
identity:
  unverified: ${unverified}
  keys:
    - { id: ana, person: ana, public: "${ana.publicKey}"${until} }
    - { id: ana-2, person: ana, public: "${ana2.publicKey}" }
    - { id: bo, person: bo, public: "${bo.publicKey}", from: "2026-11-22" }
    - { id: console, public: "${service.publicKey}" }
`,
  );

const question: EntitlementQuestion = {
  ...{ by: 'aruiz', requester: 'cem', mode: 'failover', to: 'vote', names: [], run: 'run-1', runbook: 'payments' },
  ...{ step: 'go', choice: 'commit', reason: 'all green', id: 'vote-1', since: now - 60_000 },
};
const word: Omit<Word, 'at'> = {
  ...{ person: 'aruiz', run: 'run-1', step: 'go', to: 'vote', choice: 'commit', reason: 'all green', id: 'vote-1' },
};

/** As control/signing.ts signs, at a time of one's own. */
function proofOf(said: Partial<Word> = {}, key = ana): Proof {
  const at = said.at ?? new Date(now - 1_000).toISOString();
  const signature = sign(null, Buffer.from(textToSign({ ...word, ...said, at })), createPrivateKey(key.pem));
  return { key: key.publicKey, at, signature: signature.toString('base64url') };
}

const check = (proof: Proof | undefined, more: Partial<EntitlementQuestion> = {}, people = known()) =>
  entitle({ ...question, ...more, ...(proof === undefined ? {} : { proof }) }, people, now);

it('a signature by a listed key proves whose word it is', () => {
  expect(check(proofOf())).toEqual({ by: 'ana', verified: true });
  expect(check(proofOf({ person: 'bo' }, service), { by: 'bo' })).toEqual({ by: 'bo', verified: true });
});

it('a key with a purpose signs nothing else: who has the console’s cannot sign a schedule, nor who has a schedule’s start anything', () => {
  const of = (scopes: string) =>
    parsed(`${config}people: { ana: { name: Ana, os-user: aruiz } }
identity: { unverified: refuse, keys: [ { id: pipeline, for: [${scopes}], public: "${service.publicKey}" } ] }
`);
  const deeds = {
    start: 'starts',
    vote: 'decisions',
    'start unpublished': 'decisions',
    schedule: 'schedules',
  } as const;
  for (const [to, scope] of Object.entries(deeds) as [keyof typeof deeds, string][])
    for (const listed of ['starts', 'decisions', 'schedules', 'library']) {
      const { refused, verified } = check(proofOf({ to }, service), { to }, of(listed));
      if (scope === listed) expect([to, listed, verified, refused]).toEqual([to, listed, true, undefined]);
      else
        expect([to, refused]).toEqual([
          to,
          expect.stringContaining(`the key pipeline is not for ${scope}, only for ${listed}`),
        ]);
    }
  expect(check(proofOf({}, service), {}, of('starts, decisions'))).toMatchObject({ verified: true });
});

it('rotation: two keys of one person are valid beside each other', () => {
  for (const key of [ana, ana2]) expect(check(proofOf({}, key))).toEqual({ by: 'ana', verified: true });
  const ended = known('refuse', ', until: "2026-11-20"');
  expect(check(proofOf(), {}, ended).refused).toBe('the key ana was valid until 2026-11-20');
  expect(check(proofOf({}, ana2), {}, ended).verified).toBe(true);
});

it.each<[string, Proof | undefined, string, Partial<EntitlementQuestion>?]>([
  ['no signature', undefined, 'nothing proves that this is aruiz'],
  ['by a key that is not listed', proofOf({}, unlisted), 'is not listed in drillbook.yaml'],
  ['another’s key', proofOf({ person: 'bo' }), 'the key ana signs for ana, not for bo', { by: 'bo' }],
  ['a key before its first day', proofOf({ person: 'bo' }, bo), 'the key bo is valid from 2026-11-22 on', { by: 'bo' }],
  ['somebody whom nobody knows', proofOf({ person: 'eve' }, service), 'knows nobody as eve', { by: 'eve' }],
  ['of another run', proofOf({ run: 'run-2' }), 'is not of this word'],
  ['of another step', proofOf({ step: 'keep' }), 'is not of this word'],
  ['of another choice', proofOf({ choice: 'roll-back' }), 'is not of this word'],
  ['of another deed', proofOf({ to: 'cancel' }), 'is not of this word'],
  ['of another reason', proofOf({ reason: '' }), 'is not of this word'],
  ['of another vote', proofOf({ id: 'vote-2' }), 'is not of this word'],
  ['fields that run into each other', proofOf({ run: 'run-1","go', step: '' }), 'is not of this word'],
  ['forged', { ...proofOf(), signature: 'A'.repeat(86) }, 'is not of this word'],
  ['no signature at all', { ...proofOf(), signature: '' }, 'is not of this word'],
  ['with another time', { ...proofOf(), at: new Date(now).toISOString() }, 'is not of this word'],
  ['at no time', { ...proofOf(), at: 'soon' }, 'is no time'],
  ['expired', proofOf({ at: new Date(now - 301_000).toISOString() }), 'within 5 minutes', { since: 0 }],
  ['of the future', proofOf({ at: new Date(now + 301_000).toISOString() }), 'within 5 minutes'],
  ['before it was asked', proofOf({ at: new Date(now - 120_000).toISOString() }), 'before this was asked'],
])('%s is refused, whatever an unverified name may do', (_, proof, why, more = {}) => {
  expect(check(proof, more).refused).toContain(why);
  expect(check(proof, more).verified).toBeUndefined();
  // Where a bare name would do, a wrong signature does not.
  const allowing = check(proof, more, known('allow'));
  if (proof === undefined) expect(allowing).toEqual({ by: 'ana' });
  else expect(allowing.refused).toContain(why);
});

it('the start counts as it was signed, also where the run has waited for a worker', () => {
  const start = { to: 'start', step: '', choice: 'hash', reason: 'fire', id: 'run-1', since: 0 } as const;
  const at = new Date(now - 3_600_000).toISOString();
  const proof = proofOf({ ...start, at });
  expect(check(proof, { ...start, at: now - 3_599_000 })).toEqual({ by: 'ana', verified: true });
  expect(check(proof, start).refused).toContain('within 5 minutes');
  expect(check(proof, { ...start, choice: 'another plan', at: now - 3_599_000 }).refused).toContain('not of this word');
});

it('groups of the identity provider count where a key that vouches for others has signed them', () => {
  const people = parsed(`${config}people: { bo: { name: Bo } }
groups: { board: { oidc-group: change-board } }
identity:
  unverified: refuse
  keys:
    - { id: bo, person: bo, public: "${bo.publicKey}" }
    - { id: console, public: "${service.publicKey}" }
roles: [ { role: approver, to: [board] } ]
`);
  const vote = (groups: readonly string[], key = service, told = groups) =>
    check({ ...proofOf({ person: 'bo', groups }, key), groups: told }, { by: 'bo', names: ['board'] }, people);
  expect(vote(['change-board'])).toEqual({ by: 'bo', verified: true });
  expect(vote(['others']).refused).toContain('bo has none');
  // His own key says nothing about what others call him, and what is added to the list is not signed.
  expect(vote(['change-board'], bo).refused).toContain('bo has none');
  expect(vote([], service, ['change-board']).refused).toContain('is not of this word');
});

it('a trigger starts what its line lets it, signed by the console, and does nothing else', () => {
  const people = parsed(`${config}people: { bo: { name: Bo } }
triggers: { pagerduty: { kind: pagerduty, secret: zvm, may: [ { runbooks: [payments], modes: [failover] } ] } }
identity: { unverified: allow, keys: [ { id: console, public: "${service.publicKey}" } ] }
roles: [ { role: operator, to: [bo] } ]
`);
  const asks = (to: 'start' | 'cancel', more: Partial<EntitlementQuestion> = {}) => {
    const own = { by: 'pagerduty', requester: 'pagerduty', to, step: '', choice: 'hash', ...more };
    return check(proofOf({ person: 'pagerduty', to, step: '', choice: 'hash' }, service), own, people);
  };
  expect(asks('start')).toEqual({ by: 'pagerduty', verified: true });
  expect(asks('start', { runbook: 'ledger' }).refused).toBe('drillbook.yaml knows nobody as pagerduty');
  expect(asks('start', { mode: 'move' }).refused).toBe('drillbook.yaml knows nobody as pagerduty');
  expect(asks('cancel').refused).toBe('drillbook.yaml knows nobody as pagerduty');
  // Its name alone is no way past the roles.
  const unsigned = { by: 'pagerduty', requester: 'pagerduty', to: 'start' } as const;
  expect(check(undefined, unsigned, people).refused).toContain('pagerduty has none');
});
