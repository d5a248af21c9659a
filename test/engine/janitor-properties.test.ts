import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decide } from '../../engine/janitor.ts';
import type { SeenOpen, SiteSeen, TemporalSeen } from '../../engine/janitor-types.ts';
import type { WrittenOpening } from '../../engine/written.ts';
import { handed, lease, lost, now, open, site, task, temporal, written } from './janitor-world.ts';

/** Any world of three VPGs: what runs there, who holds what, what was written down, what has been lost. */
const vpgs = ['a', 'b', 'c'] as const;
const vpg = fc.constantFrom(...vpgs);
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 });
const ids = fc.constantFrom('old', 't1', 't2');
const tasks = some(fc.tuple(ids, fc.constantFrom('drillbook', 'admin')).map(([id, by]) => task(id, by)));
const seenOpen = fc
  .tuple(vpg, tasks, fc.constantFrom('test' as const, 'failover' as const))
  .map(([name, list, kind]): SeenOpen => open(name, list, kind));
const found = fc.constantFrom('running' as const, 'lost' as const, 'ended' as const, 'unknown' as const);
const action = fc.constantFrom('zerto/failover-test', 'zerto/failover', 'zerto/pause');
const writtenDown = fc
  .tuple(vpg, action, fc.option(ids, { nil: undefined }), fc.constantFrom('here', 'there'), fc.constantFrom(0, now))
  .map(([name, what, sent, where, lateUntil]): WrittenOpening => {
    const more = { temporal: where, opening: handed(name, what), lateUntil };
    return written(name, sent === undefined ? more : { ...more, task: sent });
  });
const error = fc.option(fc.constant('no answer'), { nil: undefined, freq: 4 });
const sites = fc
  .tuple(some(seenOpen), some(writtenDown), error)
  .map(([list, lines, why]): SiteSeen[] => [
    site(why === undefined ? { open: list, written: lines } : { error: why, written: lines }),
  ]);
const known = fc
  .tuple(some(fc.tuple(vpg, found)), some(vpg), fc.option(some(vpg), { nil: undefined }), found, fc.boolean())
  .map(([leases, opens, left, guard, runGone]): TemporalSeen => {
    const runs = guard === 'running';
    return temporal({
      leases: leases.map(([name]) => lease(name, guard)),
      running: runs ? [{ id: 'guard/1', run: 'run-1', open: opens.map(name => `id-${name}`) }] : [],
      lost:
        guard === 'lost' && left !== undefined
          ? [
              lost(
                left.map(name => handed(name)),
                { runGone },
              ),
            ]
          : [],
      guards: { 'guard/1': guard },
    });
  });
const world = fc.tuple(sites, known, fc.constantFrom(now, now + 1, now * 2));

const startsOf = (report: ReturnType<typeof decide>) =>
  report.decisions.flatMap(decision => (decision.do === 'start-guard' ? [decision] : []));

it('a VPG that a living guard has open is never touched, and is no stranger’s', () => {
  fc.assert(
    fc.property(world, ([seen, temporalSeen, at]) => {
      const report = decide(seen, temporalSeen, at);
      const theirs = temporalSeen.running.flatMap(guard => guard.open ?? []);
      for (const { start } of startsOf(report))
        for (const id of Object.values(start.holds ?? {})) expect(theirs).not.toContain(id);
      for (const { vpgId } of report.strangers) expect(theirs).not.toContain(vpgId);
    }),
  );
});

it('whatever is open is somebody’s: a guard’s that lives, one’s that takes over, or told', () => {
  fc.assert(
    fc.property(world, ([seen, temporalSeen, at]) => {
      const report = decide(seen, temporalSeen, at);
      const cared = new Set([
        ...temporalSeen.running.flatMap(guard => guard.open ?? []),
        ...temporalSeen.lost.flatMap(guard => guard.left.flatMap(({ call }) => Object.values(call.vpgs))),
        ...startsOf(report).flatMap(({ start }) => Object.values(start.holds ?? {})),
        ...report.strangers.map(({ vpgId }) => vpgId),
      ]);
      for (const each of seen) for (const { vpgId } of each.open) expect(cared).toContain(vpgId);
    }),
  );
});

it('a test or failover is taken over only by a lost guard’s history, or by a task that a file of this Temporal proves', () => {
  fc.assert(
    fc.property(world, ([seen, temporalSeen, at]) => {
      for (const { id, start } of startsOf(decide(seen, temporalSeen, at))) {
        expect(start.orphan).toBe(true);
        if (!id.includes('/recovered/')) {
          expect(temporalSeen.lost.map(({ next }) => next)).toContain(id);
          continue;
        }
        const [opening] = start.handed ?? [];
        const lines = seen.flatMap(each => each.written).filter(line => line.temporal === 'here');
        const line = lines.find(each => each.opening.call === opening?.call);
        expect(line).toBeDefined();
        if (opening?.call.action === 'zerto/pause') continue;
        const there = seen.flatMap(each => each.open).filter(each => each.vpgId === line?.vpgId);
        const proof = there.flatMap(each => each.tasks).find(each => each.id === opening?.sent?.taskId);
        // Its own task, which may have aged out of the list; or the only new one, and ours.
        if (line?.opening.sent === undefined) expect(proof?.ours).toBe(true);
        else expect(opening?.sent?.taskId).toBe(line.opening.sent.taskId);
      }
    }),
  );
});

it('no guard is started twice in a pass, and no locks are let go of what one takes over', () => {
  fc.assert(
    fc.property(world, ([seen, temporalSeen, at]) => {
      const report = decide(seen, temporalSeen, at);
      const started = startsOf(report);
      expect(new Set(started.map(({ id }) => id)).size).toBe(started.length);
      const held = new Set(started.flatMap(({ start }) => Object.values(start.holds ?? {})));
      for (const decision of report.decisions) {
        if (decision.do !== 'release') continue;
        for (const each of temporalSeen.leases) if (each.owner === decision.owner) expect(held).not.toContain(each.id);
      }
    }),
  );
});

it('what a site does not show because it cannot be looked at is not over', () => {
  fc.assert(
    fc.property(world, ([seen, temporalSeen, at]) => {
      const blind = seen.map(each => ({ ...each, error: 'no answer', open: [] }));
      const { decisions } = decide(blind, temporalSeen, at);
      expect(decisions.filter(decision => decision.do === 'forget')).toEqual([]);
    }),
  );
});
