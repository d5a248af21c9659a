import { setTimeout as sleep } from 'node:timers/promises';
import { accounts } from './facts.ts';
import type { SeedStage } from './stage.ts';

/** Somebody else at the ZVM, who knows nothing of drillbook. */

export async function testAsStranger(
  stage: SeedStage,
  vpg: string,
  stopsAfterMs: number | undefined,
  over: AbortSignal,
): Promise<string> {
  const started = await ask(stage, vpg, 'failovertest');
  if (started !== 200 || stopsAfterMs === undefined) return `answered ${started}`;
  await sleep(stopsAfterMs, undefined, { signal: over }).catch(() => undefined);
  return `answered ${started}, its stop ${await ask(stage, vpg, 'failoverteststop')}`;
}

const paths = {
  stop: () => 'failoverteststop',
  commit: (kind: string) => `${kind.toLowerCase()}commit`,
  'roll-back': (kind: string) => `${kind.toLowerCase()}rollback`,
};

/** Waits a while until there is something to end. */
export async function endAsStranger(
  stage: SeedStage,
  vpg: string,
  how: keyof typeof paths,
  over: AbortSignal,
): Promise<string> {
  for (let tries = 0; tries < 20 && !over.aborted; tries++) {
    const now = stage.simulator.vpgs().find(each => each.name === vpg);
    const ready = how === 'stop' ? now?.test?.stage === 'InTest' : now?.live?.stage === 'BeforeCommit';
    if (ready) return `answered ${await ask(stage, vpg, paths[how](now?.live?.kind ?? ''))}`;
    await sleep(150);
  }
  return 'there was nothing to end';
}

async function ask({ simulator, case: { site: name } }: SeedStage, vpg: string, path: string): Promise<number> {
  const fetch = simulator.fetchFor(name);
  const password = simulator.sites
    .find(site => site.name === name)
    ?.accounts.find(account => account.username === accounts.stranger)?.password;
  const basic = Buffer.from(`${accounts.stranger}:${password ?? ''}`).toString('base64');
  const { id = '' } = simulator.vpgs().find(each => each.name === vpg) ?? {};
  const signal = AbortSignal.timeout(5_000);
  const headers = { 'content-type': 'application/json' };
  const signIn = await fetch('https://zvm/v1/session/add', {
    method: 'POST',
    headers: { ...headers, authorization: `Basic ${basic}` },
    signal,
  });
  const session = signIn.headers.get('x-zerto-session') ?? '';
  const url = `https://zvm/v1/vpgs/${id}/${path}`;
  return (await fetch(url, { method: 'POST', headers: { ...headers, 'x-zerto-session': session }, signal })).status;
}
