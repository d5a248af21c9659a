import { describe, expect, test } from 'vitest';
import { runPage } from '../../console/pages/run-page.ts';
import type { Config } from '../../control/config/config.ts';
import { parseConfig } from '../../control/config/config.ts';
import { viewRun } from '../../control/run-view.ts';
import { whoDecides } from '../../control/run-view/who-decides.ts';
import { missingVotes, shortApprovals } from '../../control/short-approvals.ts';
import { textOf } from '../report/page.ts';
import { approval, peers, planOf, start, watched } from './watched.ts';

function configOf(managers: string): Config {
  const text = `apiVersion: drillbook-config/v1
secrets: { zvm: { env: ZVM } }
sites:
  site-a: { url: https://127.0.0.1:9669, zerto-name: A, account: { kind: windows, username: u, password: zvm } }
people: { ana: { name: Ana }, bo: { name: Bo }, cem: { name: Cem }, dee: { name: Dee } }
groups: { dr-managers: ${managers}, dr-duty: [dee] }
roles: [{ role: approver, to: [dr-managers] }, { role: operator, to: [dr-duty] }]
`;
  const { config, diagnostics } = parseConfig(text, 'drillbook.yaml');
  if (config === undefined) throw new Error(JSON.stringify(diagnostics));
  return config;
}

describe('an approval that waited until it expired, since whoever asked for the run was one of its two voters', () => {
  test('is told before the start', () => {
    const plan = planOf('failover');
    const config = configOf('[ana, bo]');
    const [first, ...more] = shortApprovals(plan, config, { requester: 'ana' });
    expect(first).toBe(
      'The approval go needs 2 votes of dr-managers, and where ana asks for the run only bo can give one: have somebody else start it, or dee must break the glass.',
    );
    expect(more).toEqual([
      expect.stringMatching(/^The approval keep needs 2 votes of dr-managers, .*: have somebody else start it\.$/),
    ]);
    expect(shortApprovals(plan, config, { requester: 'cem' })).toEqual([]);
    expect(shortApprovals(plan, config, { requester: 'x', behind: 'bo' })).toHaveLength(2);
    expect(shortApprovals(plan, configOf('[ana, bo, cem]'), { requester: 'ana' })).toEqual([]);
    expect(shortApprovals(planOf('drill'), config, { requester: 'ana' })).toEqual([]);
    // Whoever the identity provider has in a group is known to nobody here.
    expect(shortApprovals(plan, configOf('{ oidc-group: managers }'), { requester: 'ana' })).toEqual([]);
  });

  test('counts what has been said', () => {
    const people = ['ana', 'bo'].map(person => ({ person, name: person }));
    const vote = { by: 'cem', choice: 'approve', at: 0 };
    const found = { people, outside: [] };
    expect(missingVotes({ count: 2, votes: [] }, found)).toBeUndefined();
    expect(missingVotes({ count: 4, votes: [vote] }, found)).toBe(1);
    expect(missingVotes({ count: 4, votes: [vote, vote] }, found)).toBeUndefined();
    // Defect: two who had voted differently were told that the run had to be cancelled; either may vote anew.
    expect(missingVotes({ count: 4, votes: [vote, { ...vote, by: 'dee', choice: 'commit' }] }, found)).toBeUndefined();
    expect(
      missingVotes({ count: 2, votes: [vote, { ...vote, by: 'dee', choice: 'commit' }] }, { people: [], outside: [] }),
    ).toBeUndefined();
    expect(missingVotes({ count: 4, votes: [] }, { people, outside: ['board'] })).toBeUndefined();
  });

  test('is told on the page of the run', () => {
    const config = configOf('[ana, bo]');
    const assets = { style: '/assets/page.css', script: '/assets/live.js' };
    const frame = { csrf: 'x', assets, person: { name: 'Eve', verified: true, session: true } };
    const pending = approval('go', { from: ['dr-managers'], breakGlass: ['dr-duty'] });
    const view = viewRun(watched({ mode: 'failover', pending: [pending] }), { peers }, start);
    const shown = (requester: string): string => {
      const who = () => whoDecides(config, { runbook: 'payments', mode: 'failover', requester }, pending);
      return textOf(runPage(frame, view, { at: start, csrf: 'x', may: () => undefined, who }));
    };
    expect(shown('ana')).toContain(
      'It cannot get its votes as drillbook.yaml stands: one more person is needed than may vote and have not. Somebody breaks the glass, or the run is cancelled',
    );
    expect(shown('cem')).not.toContain('cannot get its votes');
    const votes = [
      { by: 'ana', choice: 'approve', at: start },
      { by: 'bo', choice: 'hold', at: start },
    ];
    const split = { ...pending, votes, choices: ['approve', 'hold'], breakGlass: [] };
    const asking = { runbook: 'payments', mode: 'failover', requester: 'cem' } as const;
    const page = runPage(frame, viewRun(watched({ mode: 'failover', pending: [split] }), { peers }, start), {
      ...{ at: start, csrf: 'x', may: () => undefined },
      who: () => whoDecides(config, asking, split),
    });
    expect(textOf(page)).toContain('one of them has to change his vote');
    expect(textOf(page)).not.toContain('Nobody in drillbook.yaml');
  });
});
