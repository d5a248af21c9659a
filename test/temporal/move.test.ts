import { afterAll, beforeAll, expect, it } from 'vitest';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { type Harness, startHarness } from './harness.ts';
import { approve, directions, quick, sentTo, startShipped, untilAsked } from './live.ts';

/** runbooks/move.yaml and its way back, runbooks/failback.yaml. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ scenario: quick(healthy()) });
});
afterAll(() => harness.close());

const three = ['payments-db', 'payments-app', 'payments-web'];
const each = (what: string): string[] => three.map(vpg => `${what} ${vpg}`).sort();
const all = (direction: string): Record<string, string> => Object.fromEntries(three.map(vpg => [vpg, direction]));
const running = (site: string): string[] =>
  harness.simulator
    .vms(site)
    .filter(vm => vm.on && vm.name.startsWith('payments'))
    .map(vm => vm.name)
    .sort();

async function moveWith(file: string, choice: 'commit' | 'roll-back') {
  const before = (await sentTo(harness, /^payments/)).length;
  const id = await startShipped(harness, file, 'move');
  await untilAsked(harness, id, 'go');
  await approve(harness, id, 'go', ['ana', 'bo']);
  await untilAsked(harness, id, 'keep');
  await approve(harness, id, 'keep', ['ana', 'bo'], choice);
  const result = await harness.result(id);
  return { id, result, sent: (await sentTo(harness, /^payments/)).slice(before) };
}

it('a move that is given up leaves everything where it was', async () => {
  const { result, sent } = await moveWith('move.yaml', 'roll-back');
  expect(result.verdict).toBe('passed_with_exceptions');
  expect(sent.sort()).toEqual([...each('Move'), ...each('moveRollback')]);
  expect(await directions(harness, /^payments/)).toEqual(all('London -> Slough'));
  expect(running('site-a')).toEqual([...three].sort());
  expect(running('site-b')).toEqual([]);
});

it('there and back: the VPGs turn round each time, and nothing is left behind', async () => {
  const there = await moveWith('move.yaml', 'commit');
  expect(there.result.reasons).toEqual([]);
  expect(there.result.verdict).toBe('passed');
  expect(there.sent.sort()).toEqual([...each('Move'), ...each('MoveCommit')].sort());
  expect(await directions(harness, /^payments/)).toEqual(all('Slough -> London'));
  expect([running('site-a'), running('site-b')]).toEqual([[], [...three].sort()]);

  // It would move what is there already.
  const again = await harness.result(await startShipped(harness, 'move.yaml', 'move'));
  expect(again.verdict).toBe('inconclusive');
  expect(again.reasons.join()).toMatch(/payments-db recovers to site-a/);

  const back = await moveWith('failback.yaml', 'commit');
  expect(back.result.reasons).toEqual([]);
  expect(back.result.verdict).toBe('passed');
  expect(back.sent.sort()).toEqual([...each('Move'), ...each('MoveCommit')].sort());
  expect(await directions(harness, /^payments/)).toEqual(all('London -> Slough'));
  expect([running('site-a'), running('site-b')]).toEqual([[...three].sort(), []]);
});
