import { afterEach, expect, it } from 'vitest';
import type { Seen } from '../../control/run-view/feed.ts';
import { approval, watched } from '../control/watched.ts';
import { csrfIn, form, signInAt } from './browser.ts';
import { baseConfig, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

const config = `${baseConfig}people: { ana: { name: Ana }, vic: { name: Vic } }
roles: [ { role: approver, to: [ana] }, { role: viewer, to: [vic] } ]
identity: { tokens: [${listedToken('ana')}, ${listedToken('vic')}] }
`;
const at = Date.UTC(2026, 10, 22, 2, 30);
const trying = [{ key: 'db', attempt: 3, error: 'no answer' }];
const asked: Seen = { facts: watched({ mode: 'drill', pending: [approval('go')], trying }), at };
const decided: Seen = { facts: watched({ mode: 'drill' }), at: at + 1_000 };

let stage: Stage;
afterEach(() => {
  stage.close();
});

const begin = async (...all: readonly Seen[]): Promise<void> => {
  stage = await startStage(config, {
    runs: { r1: { runbook: 'payments', mode: 'drill', pending: [approval('go')] } },
    clock: () => at,
    change: deps => ({
      ...deps,
      pace: { runsMs: 15, aliveMs: 10_000 },
      watched: {
        look: () => Promise.resolve(asked),
        async *follow() {
          for (const seen of all) yield await Promise.resolve(seen);
        },
      },
    }),
  });
};
const headers = { authorization: `Bearer ${tokenOf('ana')}`, accept: 'text/html' };
const read = async (path: string): Promise<string> => await (await stage.ask(path, { headers })).text();

/** What a stream has sent, until its end: of each event its kind, and of parts their markup. */
async function stream(path: string) {
  const text = await read(path);
  const parts = [...text.matchAll(/event: parts\ndata: (.*)\nid: (.*)\n/g)].map(([, data = '', id]) => ({
    id,
    parts: (JSON.parse(data) as { parts: Record<string, string> }).parts,
  }));
  return { events: [...text.matchAll(/^event: (\w+)/gm)].map(([, event]) => event), parts };
}

it('defect: a part that became empty was never cleared on an open page', async () => {
  await begin(asked, decided);
  const page = await read('/runs/r1');
  const from = /data-live="([^"]+)"/.exec(page)?.[1] ?? '';
  expect(from).toMatch(/^\/runs\/payments-drill-[\w-]+\/live\?known=/);
  const { events, parts } = await stream(from.replace(/payments-drill-[\w-]+/, 'r1'));
  // The page has all of the first already.
  expect(events).toEqual(['release', 'parts', 'over']);
  expect(parts[0]?.parts).toMatchObject({ call: '', decide: '', trying: '' });
  expect(Object.keys(parts[0]?.parts ?? {})).not.toContain('about');
});

it('whoever comes back with what he has is sent what has changed since, whichever way he says it', async () => {
  await begin(asked, decided);
  const [first] = (await stream('/runs/r1/live')).parts;
  expect(Object.keys(first?.parts ?? {})).toContain('graph');
  await begin(decided);
  const again = await stream(`/runs/r1/live?known=${first?.id ?? ''}`);
  expect(again.parts[0]?.parts).toMatchObject({ call: '', decide: '' });
  expect(Object.keys(again.parts[0]?.parts ?? {})).not.toContain('graph');
});

it('a page says of which release it is, and so does its stream', async () => {
  await begin(decided);
  const release = /data-release="([^"]+)"/.exec(await read('/runs/r1'))?.[1] ?? '';
  expect(release).toMatch(/^\/assets\/page\S+ \/assets\/live\S+$/);
  expect(await read('/runs/r1/live')).toContain(`event: release\ndata: ${release}\n`);
});

it('defect: the list of runs said neither that its link was lost nor that a decision is new', async () => {
  await begin();
  const page = await read('/');
  expect(page).toContain('<p id="link" class="link" role="status" hidden></p>');
  expect(page).toMatch(/<p id="call"[^>]*role="status">A run waits for people: payments, approval go, waits for /);
  expect(page).toMatch(/data-live="\/live\/runs\?known=[\w-]{8}\.[\w-]{8}" data-page="\/"/);
});

it('defect: what a refused decision was answered with had an address that nothing answers', async () => {
  await begin();
  const { session } = await signInAt(stage, tokenOf('vic'));
  const shown = await stage.ask('/runs/r1', { headers: { cookie: session, accept: 'text/html' } });
  const csrf = csrfIn(await shown.text());
  const sent = { csrf, kind: 'approval', step: 'go', choice: 'approve', reason: 'half a page of it' };
  const refused = await stage.ask('/runs/r1/decide', form(sent, session));
  expect(refused.status).toBe(409);
  const text = await refused.text();
  expect(text).toContain('It does not count:');
  expect(text).toContain('half a page of it');
  const back = await stage.ask('/runs/r1/decide', { headers: { cookie: session, accept: 'text/html' } });
  expect([back.status, back.headers.get('location')]).toEqual([303, '/runs/r1']);
});
