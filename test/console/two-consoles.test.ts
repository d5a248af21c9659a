import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createSeen } from '../../console/hooks/seen.ts';
import { openEndedSessions } from '../../console/identity/session-files.ts';
import { form, sessionIdOf, signInAt } from './browser.ts';
import { baseConfig, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

/** Two processes behind one name, which share the folder of what they keep. */
const config = `${baseConfig}people: { ana: { name: Ana }, bo: { name: Bo } }
roles: [ { role: operator, to: [ana, bo] } ]
identity: { tokens: [${listedToken('ana')}, ${listedToken('bo')}] }
console: { session: 1h }
`;

const stages: Stage[] = [];
afterEach(() => {
  for (const stage of stages.splice(0)) stage.close();
});
const now = Date.UTC(2026, 10, 22, 2, 30);
const start = async (dir?: string): Promise<Stage> => {
  const stage = await startStage(config, { clock: () => now, ...(dir === undefined ? {} : { dir }) });
  stages.push(stage);
  return stage;
};
const whoAmI = async (stage: Stage, cookie: string) =>
  (await stage.ask('/api/v1/whoami', { headers: { cookie } })).status;
const signOut = (stage: Stage, cookie: string) =>
  stage.ask('/sign-out', form({ csrf: stage.deps.gate.csrfOf(sessionIdOf(cookie)) }, cookie));

it('a sign-out at one console counts at the other at once, and after each has started anew', async () => {
  const one = await start();
  const other = await start(one.dir);
  const { session } = await signInAt(one, tokenOf('ana'));
  const { session: second } = await signInAt(other, tokenOf('bo'));
  for (const stage of [one, other])
    expect([await whoAmI(stage, session), await whoAmI(stage, second)]).toEqual([200, 200]);
  expect((await signOut(one, session)).status).toBe(303);
  expect([await whoAmI(other, session), await whoAmI(other, second)]).toEqual([401, 200]);
  // Whoever starts while others sign out takes nothing back.
  const [third] = await Promise.all([start(one.dir), signOut(other, second)]);
  for (const stage of [one, other, third])
    expect([await whoAmI(stage, session), await whoAmI(stage, second)]).toEqual([401, 401]);
});

it('what was ended is forgotten once it would have been over; what an older console kept is taken over', async () => {
  const { dir } = await start();
  const folder = join(dir, '.drillbook');
  const [over, open, old] = ['a', 'b', 'c'].map(letter => letter.repeat(22)) as [string, string, string];
  let at = now;
  const ended = await openEndedSessions(folder, () => at);
  await ended.add(over, now + 1);
  await ended.add(open, now + 60_000);
  writeFileSync(join(folder, 'console-sessions.ended'), `${old} ${now + 60_000}\n../../x 99999999999999\n`);
  const later = await openEndedSessions(folder, () => now + 2);
  expect(await Promise.all([over, open, old, 'd'.repeat(22)].map(id => later.has(id)))).toEqual([
    ...[false, true, true, false],
  ]);
  // Also by a console that is never started anew.
  at = now + 3_600_000;
  await ended.add(over, at + 1);
  expect(readdirSync(join(folder, 'console-sessions-ended'))).toEqual([over]);
});

it('while ended sessions cannot be looked at, none is believed', async () => {
  const stage = await start();
  const { session } = await signInAt(stage, tokenOf('ana'));
  const folder = join(stage.dir, '.drillbook', 'console-sessions-ended');
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'something else');
  expect(await whoAmI(stage, session)).toBe(401);
  rmSync(folder);
  expect(await whoAmI(stage, session)).toBe(200);
});

it('a delivery that was recorded is a replay at the other console too, as long as its signature counts', async () => {
  const { dir } = await start();
  mkdirSync(join(dir, 'kept'));
  let at = now;
  const [one, other] = [createSeen(join(dir, 'kept'), () => at), createSeen(join(dir, 'kept'), () => at)];
  expect([await one.before('v0=a'), await other.before('v0=a'), await one.before('v0=b')]).toEqual([
    ...[false, true, false],
  ]);
  // Two at once: one is the first.
  expect((await Promise.all([one.before('v0=c'), other.before('v0=c')])).sort()).toEqual([false, true]);
  at += 10 * 60_000;
  expect(await createSeen(join(dir, 'kept'), () => at).before('v0=a')).toBe(false);
});
