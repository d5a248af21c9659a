import { afterEach, expect, it } from 'vitest';
import { createConsoleApp } from '../../console/app.ts';
import { createRunFeeds } from '../../console/run-feed.ts';
import type { Control } from '../../control/connection.ts';
import { RunNotFound } from '../../control/run-ended.ts';
import type { Seen } from '../../control/run-view/feed.ts';
import type { Watched } from '../../control/watch.ts';
import { watched } from '../control/watched.ts';
import { form, sessionIdOf, signInAt } from './browser.ts';
import { baseConfig, host, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

const config = `${baseConfig}people: { ana: { name: Ana }, bo: { name: Bo } }
roles: [ { role: operator, to: [ana], runbooks: [payments] }, { role: admin, to: [bo] } ]
identity: { tokens: [${listedToken('ana')}, ${listedToken('bo')}] }
console: { session: 1h }
`;

let now = Date.UTC(2026, 10, 22, 2, 30);
let stage: Stage;
afterEach(() => {
  stage.close();
});

/** A run that says one thing and then nothing more. */
async function* quiet(_: Control, _run: string, signal: AbortSignal): AsyncGenerator<Watched> {
  yield { kind: 'progress', progress: { seq: 1, at: 0, key: 'db', place: 0, status: 'running' } };
  await new Promise(resolve => {
    signal.addEventListener('abort', resolve);
  });
}

const seen: Seen = { facts: watched({ mode: 'drill' }), at: now };
async function* quietly(_: string, signal: AbortSignal): AsyncGenerator<Seen> {
  yield seen;
  await new Promise(resolve => {
    signal.addEventListener('abort', resolve);
  });
}

async function begin() {
  now = Date.UTC(2026, 10, 22, 2, 30);
  stage = await startStage(config, {
    runs: { r1: { runbook: 'payments', mode: 'drill' } },
    clock: () => now,
    change: deps => ({
      ...deps,
      feeds: createRunFeeds({} as Control, { stillEveryMs: 15, lingerMs: 1 }, quiet),
      pace: { runsMs: 15, aliveMs: 15 },
      watched: { look: () => Promise.resolve(seen), follow: quietly },
    }),
  });
}

/** Reads a stream until a text comes in it, or until its end. */
function reading(answer: Response) {
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  const until = async (wanted: string | undefined): Promise<string> => {
    while (wanted === undefined || !text.includes(wanted)) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += new TextDecoder().decode(value);
    }
    return text;
  };
  return { until, leave: () => reader.cancel() };
}

type Headers = Readonly<Record<string, string>>;
const streams = [
  ['the API', '/api/v1/runs/r1/events', 'event: closed\ndata: {"why":"'],
  ['the page of a run', '/runs/r1/live', 'event: gone\ndata: '],
  ['the list of runs', '/live/runs', 'event: gone\ndata: '],
] as const;

const ends: readonly (readonly [string, (headers: Headers) => Promise<void> | void, string])[] = [
  [
    'the token is taken out',
    () => {
      stage.configure(config.replace(listedToken('ana'), listedToken('bo', '2098-01-01')));
    },
    'You are signed in no longer',
  ],
  [
    'the last day of the token is over',
    () => {
      stage.configure(config.replace('2099-12-31', '2026-11-21'));
    },
    'You are signed in no longer',
  ],
  [
    'drillbook.yaml has a mistake',
    () => {
      stage.configure('sites: 5');
    },
    'drillbook.yaml has mistakes',
  ],
];

const ofSessions: typeof ends = [
  [
    'its owner signs out',
    async headers => {
      const cookie = headers['cookie'] ?? '';
      const csrf = stage.deps.gate.csrfOf(sessionIdOf(cookie));
      expect((await stage.ask('/sign-out', form({ csrf }, cookie))).status).toBe(303);
    },
    'You are signed in no longer',
  ],
  [
    'the session is over',
    () => {
      now += 3_600_000;
    },
    'You are signed in no longer',
  ],
];

const byToken = (): Promise<Headers> => Promise.resolve({ authorization: `Bearer ${tokenOf('ana')}` });
const bySession = async (): Promise<Headers> => ({ cookie: (await signInAt(stage, tokenOf('ana'))).session });

const cases = streams.flatMap(([name, path, closing]) =>
  (
    [
      ['a token', byToken, ends],
      ['a session', bySession, [...ends, ...ofSessions]],
    ] as const
  ).flatMap(([by, come, all]) => all.map(([when, end, why]) => ({ name, path, closing, by, come, when, end, why }))),
);

it.each(cases)('a stream of $name, opened by $by, ends when $when', async ({ path, closing, come, end, why }) => {
  await begin();
  const headers = await come();
  const answer = await stage.ask(path, { headers });
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []]);
  const stream = reading(answer);
  await stream.until(path.startsWith('/api/') ? 'event: progress' : 'event: parts');
  await end(headers);
  now += 1_000;
  const text = await stream.until(undefined);
  expect(text).toContain(`${closing}${why}`);
  expect(text.slice(text.indexOf(closing)).match(/^event: /gm)).toHaveLength(1);
});

it('a stream ends when its reader may see the run no more, and says by which roles; others go on', async () => {
  await begin();
  const open = async (person: string, path = '/api/v1/runs/r1/events') => {
    const answer = await stage.ask(path, {
      headers: { authorization: `Bearer ${tokenOf(person)}` },
    });
    const stream = reading(answer);
    await stream.until(path.startsWith('/api/') ? 'event: progress' : 'event: parts');
    return stream;
  };
  const [ana, page, bo] = [await open('ana'), await open('ana', '/runs/r1/live'), await open('bo')];
  stage.configure(config.replace('runbooks: [payments]', 'runbooks: [ledger]'));
  now += 1_000;
  for (const stream of [ana, page])
    expect(await stream.until(undefined)).toContain('ana may not see runs in mode drill of payments');
  const text = await bo.until(': still here');
  expect(text).not.toContain('closed');
  await bo.leave();
});

it('an open stream does not make a session longer', async () => {
  await begin();
  const { session } = await signInAt(stage, tokenOf('ana'));
  const stream = reading(await stage.ask('/live/runs', { headers: { cookie: session } }));
  for (let i = 0; i < 3; i++) {
    now += 19 * 60_000;
    await stream.until('event: alive');
  }
  expect((await stage.ask('/api/v1/whoami', { headers: { cookie: session } })).status).toBe(200);
  now += 3 * 60_000;
  expect(await stream.until(undefined)).toContain('event: gone');
  expect((await stage.ask('/api/v1/whoami', { headers: { cookie: session } })).status).toBe(401);
});

it('a run that Temporal has no more ends its stream with a sentence, and nothing of the inside', async () => {
  await begin();
  const gone = createRunFeeds({} as Control, undefined, (_, run) => {
    throw new RunNotFound(run);
  });
  const app = createConsoleApp({ ...stage.deps, feeds: gone });
  const answer = await app.request(`${host}/api/v1/runs/r1/events`, {
    headers: { authorization: `Bearer ${tokenOf('ana')}` },
  });
  expect(await reading(answer).until(undefined)).toMatch(
    /^event: closed\ndata: \{"why":"There is no run r1 [^\n]*\}\n\n$/,
  );
});
