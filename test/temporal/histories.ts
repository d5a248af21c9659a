import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';

const folder = new URL('./histories/', import.meta.url);

type History = ReturnType<typeof historyFromJSON>;

/** A recorded history, whole or as it stood at an earlier moment. */
export interface Recorded {
  readonly workflowId: string;
  readonly history: History;
}

export const files: readonly string[] = readdirSync(folder).filter(file => /\.json(\.gz)?$/.test(file));

/** All of them, and each as it stood a quarter, half and three quarters of its way: what waits then must wait again. */
export function readHistories(): readonly Recorded[] {
  return files.flatMap(file => {
    const bytes = readFileSync(new URL(file, folder));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    const { history } = JSON.parse(text) as { history: unknown };
    const whole = historyFromJSON(history);
    const parts = cuts(whole).map(length => ({
      workflowId: `${file}, its first ${length} events`,
      history: { ...whole, events: (whole.events ?? []).slice(0, length) },
    }));
    return [{ workflowId: file, history: whole }, ...parts];
  });
}

/** Lengths at which a worker had nothing to do: just before its next task. */
function cuts({ events }: History): readonly number[] {
  const all = events ?? [];
  const moments = all.flatMap((event, i) =>
    (event.workflowTaskScheduledEventAttributes ?? undefined) !== undefined && i > 3 ? [i] : [],
  );
  const chosen = [0.25, 0.5, 0.75].map(part => moments[Math.floor(part * moments.length)]);
  return [...new Set(chosen.filter(length => length !== undefined))];
}
