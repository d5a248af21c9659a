import { readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { type HistoryEvent, readEvent } from '../../control/history.ts';
import { foldLostGuard } from '../../control/lost-guard.ts';
import { plainCodec } from '../../control/payload-codec.ts';

/** The guard of a failover that was committed, as record-journals.ts recorded it. */
let events: HistoryEvent[];
beforeAll(async () => {
  const text = readFileSync(new URL('./histories/failover-guard.json', import.meta.url), 'utf8');
  const read = await Promise.all(
    (historyFromJSON(JSON.parse(text)).events ?? []).map(event => readEvent(event, plainCodec)),
  );
  events = read.filter(event => event !== undefined);
});

/** Its history up to the n-th scheduling of an activity, or up to the end of that. */
function until(activity: string, what: 'scheduled' | 'ended', n = 1): HistoryEvent[] {
  const call = events.filter(event => event.kind === 'scheduled' && event.activity === activity)[n - 1];
  const isEnd = (event: HistoryEvent) => event.kind === 'succeeded' && event.of === call?.id;
  const place = events.findIndex(event => (what === 'scheduled' ? event === call : isEnd(event)));
  if (place < 0) throw new Error(`no ${activity} ${what}`);
  return events.slice(0, place + 1);
}

describe('what a guard leaves that was lost', () => {
  it('before anything was sent: its leases, and nothing else', () => {
    const { handed, holds } = foldLostGuard(until('guard/baseline', 'ended'));
    expect(handed).toEqual([]);
    expect(Object.keys(holds)).toEqual(['payments-db']);
  });

  it('with a call under way: until when it may still arrive', () => {
    const history = until('guard/start', 'scheduled');
    const [opening, ...others] = foldLostGuard(history).handed;
    const sentAt = history.at(-1)?.at ?? 0;
    expect(others).toEqual([]);
    expect(opening).toMatchObject({ key: 'db', call: { action: 'zerto/failover' }, since: sentAt });
    expect(opening?.sent).toBeUndefined();
    expect(opening?.told).toBeUndefined();
    expect(opening?.lateUntil).toBeGreaterThanOrEqual(sentAt + 45_000);
  });

  it('with a task under way, and with what came of it', () => {
    const [sent] = foldLostGuard(until('guard/start', 'ended')).handed;
    expect(sent?.sent?.taskId).not.toBe('');
    expect(sent?.told).toBeUndefined();
    const [open] = foldLostGuard(until('guard/wait', 'ended')).handed;
    expect(open).toMatchObject({ told: { kind: 'opened' }, sent: sent?.sent });
  });

  it('with a commit under way: that it may have been sent, then that it is done', () => {
    const [committing] = foldLostGuard(until('guard/start', 'scheduled', 2)).handed;
    expect(committing?.ending).toMatchObject({ how: 'commit', call: { word: { by: ['cem'] } } });
    const [done] = foldLostGuard(until('guard/wait', 'ended', 2)).handed;
    expect(done).toMatchObject({ endedBy: { how: 'commit' } });
    expect(done?.ending).toBeUndefined();
  });

  it('at its end: no lease', () => {
    expect(foldLostGuard(events).holds).toEqual({});
  });
});
