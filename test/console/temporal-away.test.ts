import { Metadata, status } from '@grpc/grpc-js';
import { afterEach, expect, it, test } from 'vitest';
import { TemporalAway } from '../../control/temporal-away.ts';
import { lookAfter } from '../../console/pages/words.ts';
import { problemOf } from '../../console/problem.ts';
import { approverAndOperator, type Stage, startStage, tokenOf } from './stage.ts';

const since = Date.parse('2026-11-23T02:13:40Z');
/** As the SDK throws it: what its connection knew goes with it. */
function away(): Error {
  const metadata = new Metadata();
  const told = { address: '127.0.0.1:7233', since, answeredAt: since - 9_000, why: 'connection refused' };
  metadata.set('drillbook-away', encodeURIComponent(JSON.stringify(told)));
  return Object.assign(new Error('Failed'), {
    cause: Object.assign(new Error('14 UNAVAILABLE'), { code: status.UNAVAILABLE, metadata }),
  });
}

let stage: Stage;
afterEach(() => {
  stage.close();
});
/** Temporal answers until this is asked of it. */
async function losing(what: 'describe' | 'list' | 'executeUpdate' | 'start'): Promise<void> {
  stage = await startStage(approverAndOperator, { runs: { r1: { runbook: 'payments', mode: 'failover' } } });
  const { workflow } = stage.deps.control.client as unknown as { workflow: Record<string, unknown> };
  const lost = (): Promise<never> => Promise.reject(away());
  const handle = workflow['getHandle'] as (id: string) => object;
  if (what === 'list') workflow['list'] = () => ({ [Symbol.asyncIterator]: () => ({ next: lost }) });
  else if (what === 'start') workflow['start'] = lost;
  else workflow['getHandle'] = (id: string) => ({ ...handle(id), [what]: lost });
}
const browse = (path: string) =>
  stage.ask(path, { headers: { accept: 'text/html', authorization: `Bearer ${tokenOf('ana')}` } });

const sentence =
  'Temporal at 127.0.0.1:7233 has not answered since 2026-11-23T02:13:40Z (connection refused); its last answer came at 2026-11-23T02:13:31Z.';

it('defect: without Temporal a page was a 500 that said nothing: it says what is away and since when, and looks again', async () => {
  await losing('list');
  const answer = await browse('/');
  expect([answer.status, answer.headers.get('refresh')]).toEqual([503, '10']);
  const text = await answer.text();
  for (const told of [sentence, 'No run is lost', 'every 10 s', 'aria-label="Pages"']) expect(text).toContain(told);
  expect(text).not.toContain('nothing was recorded');
  expect(stage.logged).toEqual([]);
});

it('the API says the same', async () => {
  await losing('describe');
  const answer = await stage.call('GET', '/api/v1/runs/r1', tokenOf('ana'));
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
  const { title, detail } = (await answer.json()) as Record<string, string>;
  expect([title, detail?.startsWith(sentence)]).toEqual(['Temporal does not answer', true]);
});

it('what could not be sent was told as a defect: nothing was recorded, and the audit file says so', async () => {
  await losing('describe');
  const answer = await stage.call('POST', '/api/v1/runs/r1/votes', tokenOf('ana'), { step: 'go', reason: 'go' });
  expect(answer.status).toBe(503);
  expect(((await answer.json()) as { detail: string }).detail).toMatch(
    /^It was not sent: nothing was recorded\. Temporal/,
  );
  expect(await stage.audit()).toMatchObject([
    { call: 'vote', counted: false, text: expect.stringMatching(/^It was not sent/) as string },
  ]);
  expect(stage.said).toEqual([]);
});

it('what was on its way is not said to be lost: nobody knows', async () => {
  await losing('executeUpdate');
  const answer = await stage.call('POST', '/api/v1/runs/r1/votes', tokenOf('ana'), { step: 'go', reason: 'go' });
  const { detail } = (await answer.json()) as { detail: string };
  expect(answer.status).toBe(503);
  expect(detail).toMatch(/^It is not known whether it was recorded: .* Look at r1 before you send it again\./);
  expect(detail).not.toContain('nothing was recorded');
  expect(await stage.audit()).toMatchObject([
    { counted: false, text: expect.stringMatching(/^It is not known/) as string },
  ]);
});

it('nor is a start', async () => {
  await losing('start');
  const answer = await stage.call('POST', '/api/v1/runs', tokenOf('cem'), { runbook: 'payments', mode: 'drill' });
  const { detail } = (await answer.json()) as { detail: string };
  expect(answer.status).toBe(503);
  expect(detail).toMatch(/Look at the runs \(payments-drill-\S+ may be one of them\) before you send it again\./);
});

it('defect: a start that was there already, and could not be looked at, was told as not sent', async () => {
  stage = await startStage(approverAndOperator, {});
  const start = () =>
    stage.ask('/api/v1/runs', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${tokenOf('cem')}`,
        'content-type': 'application/json',
        'idempotency-key': 'one',
      },
      body: JSON.stringify({ runbook: 'payments', mode: 'drill' }),
    });
  const { workflow } = stage.deps.control.client as unknown as { workflow: Record<string, unknown> };
  const handle = workflow['getHandle'] as (id: string) => object;
  const begin = workflow['start'] as (...args: unknown[]) => Promise<unknown>;
  expect((await start()).status).toBe(201);
  // Temporal is lost between the two.
  workflow['start'] = (...args: unknown[]) => {
    workflow['getHandle'] = (id: string) => ({ ...handle(id), describe: () => Promise.reject(away()) });
    return begin(...args);
  };
  const answer = await start();
  const { detail } = (await answer.json()) as { detail: string };
  expect([answer.status, stage.started.length]).toEqual([503, 1]);
  expect(detail).toMatch(/^It is not known whether .* Look at the runs \(payments-drill-\S+ is there\) before/);
  expect((await stage.audit()).at(-1)).toMatchObject({ text: expect.stringMatching(/^It is not known/) as string });
});

test('defect: a decision that did not count was told as not sent where the run could not be looked at after it', async () => {
  expect(await lookAfter(() => Promise.reject(away()), 'before')).toBe('before');
  expect(await lookAfter(() => Promise.resolve('after'), 'before')).toBe('after');
  await expect(lookAfter(() => Promise.reject(new Error('not allowed')), 'before')).rejects.toThrow('not allowed');
});

test('an error that says more than that Temporal is away is left as it is', () => {
  const lost = new TemporalAway({ address: '', since, why: 'x' }, 'not known');
  expect(problemOf(lost, 'not sent')?.detail).toMatch(/^It is not known/);
  expect(problemOf(new TypeError('x is not a function'))).toBeUndefined();
});
