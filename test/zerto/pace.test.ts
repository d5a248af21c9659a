import { expect, test } from 'vitest';
import { createPace, type Lane, type PaceClock } from '../../zerto/pace.ts';
import { callsOf, rejection, scripted } from './scripted-zvm.ts';

/** A clock that a test drives. */
function fakeClock() {
  let now = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const clock: PaceClock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter(other => other !== timer);
      };
    },
  };
  return {
    clock,
    pending: () => timers.length,
    /** Lets time pass, and with it the promises that it settles. */
    pass: async (ms: number) => {
      const end = now + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        timers = timers.filter(other => other !== next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
      await new Promise(resolve => setImmediate(resolve));
    },
  };
}

function gate(perSecond: number) {
  const { clock, ...time } = fakeClock();
  const pace = createPace(perSecond, clock);
  const through: string[] = [];
  const send = (name: string, lane: Lane = 'read') => void pace.enter(lane).then(() => through.push(name));
  return { pace, through, send, ...time };
}

test('a second’s worth goes at once, then one by one', async () => {
  const { through, send, pass } = gate(5);
  for (let i = 0; i < 12; i++) send(`r${i}`);
  await pass(0);
  expect(through).toHaveLength(5);
  await pass(199);
  expect(through).toHaveLength(5);
  await pass(1);
  expect(through).toHaveLength(6);
  await pass(1000);
  expect(through).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10']);
});

test('rest does not save up more than a second’s worth', async () => {
  const { through, send, pass } = gate(5);
  await pass(60_000);
  for (let i = 0; i < 12; i++) send(`r${i}`);
  await pass(0);
  expect(through).toHaveLength(5);
});

test('a live effect never waits because of reads, and they pay for it', async () => {
  const { through, send, pass } = gate(5);
  for (let i = 0; i < 100; i++) send(`r${i}`);
  await pass(0);
  send('failover', 'live-effect');
  await pass(0);
  expect(through).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'failover']);
  await pass(399);
  expect(through).toHaveLength(6);
  await pass(1);
  expect(through.at(-1)).toBe('r5');
});

test('a live effect does not wait for those of a drill either; live reads go before others', async () => {
  const { through, send, pass } = gate(4);
  for (let i = 0; i < 40; i++) send(`stop${i}`, 'effect');
  send('read');
  send('look', 'live-read');
  await pass(0);
  expect(through).toHaveLength(6);
  send('failover', 'live-effect');
  await pass(0);
  expect(through).toHaveLength(7);
  expect(through.at(-1)).toBe('failover');
  await pass(60_000);
  expect(through.slice(-2)).toEqual(['look', 'read']);
});

test('over time the rate holds, whoever comes', async () => {
  const { through, send, pass } = gate(5);
  for (let i = 0; i < 300; i++) send(`${i}`, i % 3 === 0 ? 'live-effect' : i % 3 === 1 ? 'effect' : 'read');
  await pass(20_000);
  expect(through.length).toBeLessThanOrEqual(20 * 5 + 10);
  expect(through.length).toBeGreaterThanOrEqual(20 * 5);
});

test('who gives up leaves the line, and no timer stays behind', async () => {
  const { pace, through, send, pass, pending } = gate(1);
  send('first');
  const controller = new AbortController();
  const given = rejection(pace.enter('read', controller.signal));
  await pass(0);
  const reason = new Error('no longer wanted');
  controller.abort(reason);
  expect(await given).toBe(reason);
  send('second');
  await pass(1000);
  expect(through).toEqual(['first', 'second']);
  expect(pending()).toBe(0);
  expect(await rejection(pace.enter('read', AbortSignal.abort(reason)))).toBe(reason);
});

test('a rate below one a second works; none at all is refused', async () => {
  const { through, send, pass } = gate(0.5);
  send('a');
  send('b');
  await pass(1999);
  expect(through).toEqual(['a']);
  await pass(1);
  expect(through).toEqual(['a', 'b']);
  expect(() => createPace(0)).toThrow(RangeError);
  expect(() => createPace(Number.NaN)).toThrow(RangeError);
});

test('every request of a client counts, its sign-in and its polling too; its effects pass its reads', async () => {
  const { clock, pass } = fakeClock();
  const pace = createPace(4, clock);
  const { zvm, seen } = scripted(
    ({ path }) => (path.startsWith('session') ? undefined : { body: path.startsWith('vpgs/') ? 'task-1' : [] }),
    { requestsPerSecond: pace },
  );
  const settle = async () => {
    for (let i = 0; i < 20; i++) await pass(0);
  };
  const lists = Array.from({ length: 6 }, () => zvm.vpgs.list());
  await settle();
  // Four turns were taken at once; the sign-in that they wait for borrowed a fifth.
  expect(callsOf(seen)).toEqual(['POST session/add', 'GET vpgs', 'GET vpgs', 'GET vpgs', 'GET vpgs']);
  const effect = zvm.vpgs.failoverTest('v1', {}, { notAfter: Date.now() + 60_000 });
  await settle();
  expect(callsOf(seen).at(-1)).toBe('POST vpgs/v1/FailoverTest');
  expect(await effect).toBe('task-1');
  await pass(10_000);
  await settle();
  await Promise.all(lists);
  expect(seen).toHaveLength(8);
});
