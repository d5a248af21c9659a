import { type ScheduleDescription, ScheduleNotFoundError } from '@temporalio/client';
import type { Control } from '../../../control/connection.ts';
import type { specOf } from '../../../control/schedules/spec.ts';

/** As much of Temporal's schedules as comparing, applying and pausing need. */
export function fakeTemporal() {
  const all = new Map<string, Kept>();
  const schedule = {
    // eslint-disable-next-line @typescript-eslint/require-await
    async *list() {
      for (const [scheduleId, { memo }] of all) yield { scheduleId, memo };
    },
    create({
      scheduleId,
      memo,
      state,
      ...rest
    }: Omit<Kept, 'state'> & { readonly scheduleId: string; readonly state?: State }) {
      if (all.has(scheduleId)) throw new Error('there is one');
      all.set(scheduleId, { memo, state: { paused: false, note: '', ...state }, ...rest });
      return Promise.resolve();
    },
    getHandle: (id: string) => ({
      describe() {
        const found = all.get(id);
        if (found === undefined) return Promise.reject(new ScheduleNotFoundError('none', id));
        return Promise.resolve(described(found));
      },
      update(change: (now: Kept) => Partial<Kept>) {
        all.set(id, { ...keptOf(id), ...change(keptOf(id)) });
        return Promise.resolve();
      },
      pause(note: string) {
        keptOf(id).state = { paused: true, note };
        return Promise.resolve();
      },
      unpause(note: string) {
        keptOf(id).state = { paused: false, note };
        return Promise.resolve();
      },
      delete: () => Promise.resolve(void all.delete(id)),
    }),
  };
  const keptOf = (id: string): Kept => {
    const found = all.get(id);
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  };
  return { control: { client: { schedule } } as unknown as Control, all };
}

interface State {
  readonly paused?: boolean;
  readonly note?: string;
}

interface Kept {
  readonly memo?: unknown;
  state: State;
  readonly spec: ReturnType<typeof specOf>;
  readonly policies?: unknown;
  readonly action: unknown;
}

/** Its times come back as ranges. */
function described({ spec, ...rest }: Kept): ScheduleDescription {
  const ranges = (values: unknown) =>
    (values as readonly unknown[]).map(value => ({ start: value, end: value, step: 1 }));
  const [times] = spec.calendars ?? [];
  const calendar = {
    ...{ comment: times?.comment, year: [], second: ranges([0]) },
    ...{ minute: ranges(times?.minute), hour: ranges(times?.hour), dayOfMonth: ranges(times?.dayOfMonth) },
    ...{ month: ranges(times?.month), dayOfWeek: ranges(times?.dayOfWeek) },
  };
  return { ...rest, spec: { ...spec, calendars: [calendar] } } as unknown as ScheduleDescription;
}
