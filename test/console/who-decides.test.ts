import { afterEach, describe, expect, test } from 'vitest';
import { runPage } from '../../console/pages/run-page.ts';
import { viewRun } from '../../control/run-view.ts';
import { loadConfig } from '../../control/config/config.ts';
import { type Asking, whoDecides } from '../../control/run-view/who-decides.ts';
import { approval, peers, planOf, start, watched } from '../control/watched.ts';
import { elementsOf, textOf } from '../report/page.ts';
import { baseConfig, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

const canary = '<img src=x onerror="window.pwned=1">';
const config = (more = ''): string => `${baseConfig}
people:
  ana: { name: Ana Ruiz, telephone: "+44 20 7946 0001" }
  bo: { name: ${JSON.stringify(`Bo ${canary}`)}, telephone: ${JSON.stringify(`"ask ${canary}`)} }
  cem: { name: Cem Ak, telephone: "+44 (0)20 7946-0003" }
  dee: { name: Dee, telephone: "112" }
  eve: { name: Eve, telephone: "javascript:alert(1)" }
groups:
  dr-managers: [ana, bo, cem]
  dr-duty: [dee]
  board: { oidc-group: board }
roles:
  - { role: approver, to: [dr-managers] }
  - { role: operator, to: [dr-duty, eve] }
  - { role: viewer, to: [eve] }
identity: { tokens: [${listedToken('eve')}] }
${more}`;

const pending = approval('go', { from: ['dr-managers', 'board'], breakGlass: ['dr-duty'] });
const runs = { live: { runbook: 'payments', mode: 'failover', pending: [pending] } };
const asking: Asking = { runbook: 'payments', mode: 'failover', requester: 'cem' };

let stage: Stage;
afterEach(() => {
  stage.close();
});

describe('whoever waits for a decision was not told whom to ring up', () => {
  test('those whose word would count, and have not given it: not whoever asked for the run', async () => {
    stage = await startStage(config());
    const read = await loadConfig(stage.deps.configPath);
    const who = (asked = pending, by = asking) => {
      const { people, outside } = whoDecides(read, by, asked);
      return [...people.map(({ person, alone }) => (alone === true ? `${person} alone` : person)), ...outside];
    };
    expect(who()).toEqual(['ana', 'bo', 'dee alone', 'board']);
    expect(who({ ...pending, votes: [{ by: 'bo', choice: 'approve', at: 0 }] })).toEqual(['ana', 'dee alone', 'board']);
    expect(who(pending, { ...asking, requester: 'x', behind: 'ana' })).toEqual(['bo', 'cem', 'dee alone', 'board']);
    expect(who(pending, { ...asking, mode: 'drill' })).toEqual(['ana', 'bo', 'cem', 'dee alone', 'board']);
    expect(who(pending, { ...asking, plan: planOf('failover') })).toEqual(['ana', 'bo', 'dee alone', 'board']);
    // Defect: the API named whoever may not vote, and not a requester who may. The worker says it with what waits.
    expect(who({ ...pending, notFrom: [] })).toEqual(['ana', 'bo', 'cem', 'dee alone', 'board']);
    expect(who({ ...pending, notFrom: ['x', 'bo'] })).toEqual(['ana', 'cem', 'dee alone', 'board']);
    // A question names nobody: whoever has the role for one of its answers.
    const question = approval('db', { kind: 'question', from: [], choices: ['retry', 'skip', 'abort'] });
    expect(who(question)).toEqual(['ana', 'bo', 'cem', 'dee', 'eve']);
    expect(who({ ...question, choices: ['retry'] })).toEqual(['dee', 'eve']);
    const held = approval('', {
      kind: 'held',
      from: ['dr-managers', 'dr-duty'],
      breakGlass: ['dr-duty'],
      choices: ['commit'],
    });
    expect(who(held)).toEqual(['ana', 'bo', 'cem', 'dee']);
  });

  test('the page has a link to ring them up, and keeps any text to itself', async () => {
    stage = await startStage(config());
    const read = await loadConfig(stage.deps.configPath);
    const view = viewRun(watched({ mode: 'failover', pending: [pending] }), { peers }, start);
    const who = () => whoDecides(read, { ...asking, requester: 'x' }, pending);
    const frame = {
      csrf: 'csrf-token',
      assets: { style: '/assets/page.css', script: '/assets/live.js' },
      person: { name: 'Eve', verified: true, session: true },
    };
    const viewing = { at: start, csrf: 'csrf-token', may: () => undefined, who };
    const page = runPage(frame, view, { ...viewing, numbers: true });
    elementsOf(page);
    expect(page).toContain('<a href="tel:+442079460001">+44 20 7946 0001</a>');
    expect(page).toContain('<a href="tel:112">112</a>');
    expect(page).not.toContain('<img');
    expect(page.match(/href="tel:[^"]*"/g)).toEqual([
      'href="tel:+442079460001"',
      'href="tel:+442079460003"',
      'href="tel:112"',
    ]);
    const text = textOf(page);
    expect(text).toContain('Who may decide: Ana Ruiz (ana) +44 20 7946 0001');
    expect(text).toContain('Dee (dee) 112 , alone, by breaking the glass');
    expect(text).toContain('whoever the identity provider has in board');
    // Whoever has not shown who he is sees names alone.
    const unproved = runPage(frame, view, viewing);
    expect(unproved).not.toMatch(/tel:|7946/);
    expect(textOf(unproved)).toContain('Telephone numbers are shown to whoever has signed in.');
  });

  test('GET /runs/{run} tells them to a token that may see the run, and to nobody else', async () => {
    stage = await startStage(config(), { runs });
    const path = '/api/v1/runs/live';
    const { people } = (await (await stage.call('GET', path, tokenOf('eve'))).json()) as { people: unknown };
    expect(people).toEqual([
      {
        ...{ key: 'go', kind: 'approval', outside: ['board'] },
        people: [
          { person: 'ana', name: 'Ana Ruiz', telephone: '+44 20 7946 0001' },
          { person: 'bo', name: `Bo ${canary}`, telephone: `"ask ${canary}` },
          { person: 'dee', name: 'Dee', telephone: '112', alone: true },
        ],
      },
    ]);
    for (const answer of [
      await stage.ask(path),
      await stage.call('GET', path, 'drillbook_nobody'),
      await stage.ask('/runs/live', { headers: { accept: 'text/html' } }),
      await stage.ask('/sign-in'),
    ])
      expect(await answer.text()).not.toMatch(/7946|Ana Ruiz/);
    stage.configure(
      config().replace('{ role: viewer, to: [eve] }', '{ role: viewer, to: [ana] }').replace(', eve]', ']'),
    );
    const refused = await stage.call('GET', path, tokenOf('eve'));
    expect([refused.status, await refused.text()]).toEqual([403, expect.not.stringMatching(/7946/)]);
  });

  test('a name that nothing proves sees people, without their numbers', async () => {
    stage = await startStage(
      config()
        .replace(/^identity:.*$/m, 'identity: { unverified: allow }')
        .replace(/^roles:\n(?: {2}-.*\n)*/m, ''),
      { runs },
    );
    const answer = await stage.ask('/api/v1/runs/live');
    const text = await answer.text();
    expect([answer.status, text]).toEqual([200, expect.stringContaining('Ana Ruiz')]);
    expect(text).not.toMatch(/7946/);
  });
});
