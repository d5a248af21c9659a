import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { baseConfig, fakeSchedule, key, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

/** Schedules by hand in the console's pages; who may by the API: matrix.test.ts. */
const config = `${baseConfig}people: { ad: { name: Ad }, op: { name: Op }, vi: { name: Vi } }
roles:
  - { role: admin, to: [ad], runbooks: [payments] }
  - { role: operator, to: [op] }
  - { role: viewer, to: [vi] }
identity:
  decision-key: decision
  keys: [ { id: console, public: "${key.publicKey}" } ]
  tokens: [${['ad', 'op', 'vi'].map(person => listedToken(person)).join(', ')}]
`;

let stage: Stage;
beforeAll(async () => {
  const misnamed = fakeSchedule('payments/other');
  misnamed.action.args[0] = { ...fakeSchedule('ledger/other').action.args[0] } as (typeof misnamed.action.args)[0];
  stage = await startStage(config, {
    schedules: [fakeSchedule('payments/weekly'), fakeSchedule('payments/held', { paused: 'audit week' }), misnamed],
  });
});
beforeEach(() => {
  stage.said.length = 0;
  stage.started.length = 0;
});
afterAll(() => {
  stage.close();
});

const read = async (person: string, path: string): Promise<string> => {
  const headers = { authorization: `Bearer ${tokenOf(person)}`, accept: 'text/html' };
  return await (await stage.ask(path, { headers })).text();
};
const send = async (person: string, path: string, fields: Readonly<Record<string, string>>) => {
  const headers = { authorization: `Bearer ${tokenOf(person)}`, accept: 'text/html' };
  const answer = await stage.ask(path, { method: 'POST', headers, body: new URLSearchParams(fields) });
  return { status: answer.status, to: answer.headers.get('location'), text: await answer.text() };
};
const last = async () => (await stage.audit()).at(-1);

it('the page has a button for what whoever looks may do', async () => {
  const buttons = async (person: string, id: string) =>
    [...(await read(person, `/schedules/${id}`)).matchAll(/<button[^>]*>([^<]+)</g)]
      .map(([, text]) => text)
      .filter(text => text !== 'Sign out' && text?.startsWith('Enter decides nothing') !== true);
  expect(await buttons('ad', 'payments/weekly')).toEqual(['Pause']);
  expect(await buttons('ad', 'payments/held')).toEqual(['Resume']);
  expect(await buttons('op', 'payments/weekly')).toEqual(['Run the drill now']);
  expect(await buttons('vi', 'payments/weekly')).toEqual([]);
  expect(await read('op', '/schedules/payments/weekly')).toContain('op may not change schedules');
  expect(await read('ad', '/schedules/payments/none')).toContain('Temporal has no schedule payments/none');
  expect(await read('ad', '/schedules/payments/held')).toContain('paused: audit week');
});

it('a pause asks for the name and a reason, and is told in the schedule with who it was', async () => {
  const path = '/schedules/payments/weekly';
  const unconfirmed = await send('ad', path, { act: 'pause', reason: 'audit week', confirm: 'payment' });
  expect(unconfirmed).toMatchObject({ status: 409, text: expect.stringContaining('was not confirmed') as string });
  expect(await last()).toMatchObject({ person: 'ad', call: 'schedule pause', step: 'payments/weekly', counted: false });
  const unreasoned = await send('ad', path, { act: 'pause', reason: ' ', confirm: 'payments' });
  expect(unreasoned).toMatchObject({ status: 409, text: expect.stringContaining('A pause needs a reason') as string });
  expect(await send('op', path, { act: 'pause', reason: 'x', confirm: 'payments' })).toMatchObject({ status: 403 });
  expect(await last()).toMatchObject({ person: 'op', call: 'schedule pause', counted: false });
  expect(stage.said).toEqual([]);
  expect(await send('ad', path, { act: 'pause', reason: 'audit week', confirm: 'payments' })).toMatchObject({
    ...{ status: 303, to: '/runbooks' },
  });
  expect(stage.said).toEqual([{ run: 'payments/weekly', update: 'pause', word: { note: 'paused by ad: audit week' } }]);
  expect(await send('ad', '/schedules/payments/held', { act: 'resume', reason: '' })).toMatchObject({ status: 303 });
  expect(stage.said.at(-1)?.word).toEqual({ note: 'resumed by ad' });
  expect(await last()).toMatchObject({ person: 'ad', call: 'schedule resume', text: 'payments/held is resumed' });
});

it('a drill at once is signed for whoever asks, and leads to its run', async () => {
  const { status, to } = await send('op', '/schedules/payments/weekly', { act: 'trigger', reason: 'for the auditor' });
  expect([status, to]).toEqual([303, `/runs/${stage.started[0]?.id ?? ''}`]);
  expect(stage.started).toMatchObject([
    {
      info: { requester: 'op', trigger: 'console', reason: 'schedule payments/weekly, by hand: for the auditor' },
      proof: { key: key.publicKey },
    },
  ]);
  expect(await last()).toMatchObject({ person: 'op', call: 'schedule trigger', counted: true });
});

it('whoever may do it for one runbook does not do it for another under its name', async () => {
  const answer = await send('op', '/schedules/payments/other', { act: 'trigger' });
  expect(answer.status).toBe(404);
  expect([stage.said, stage.started]).toEqual([[], []]);
});
