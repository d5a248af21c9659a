import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';

const folder = new URL('./histories/', import.meta.url);

type History = ReturnType<typeof historyFromJSON>;

/** A recorded history, whole or as it stood at an earlier moment. Its workflow's id is as it was: what a schedule starts reads it. */
export interface Recorded {
  readonly file: string;
  readonly workflowId: string;
  readonly history: History;
}

export const files: readonly string[] = readdirSync(folder).filter(file => /\.json(\.gz)?$/.test(file));

/** All of them, and each as it stood after a third and two thirds of its way: what waits then must wait again. */
export function readHistories(): readonly Recorded[] {
  return files.flatMap(file => {
    const { workflowId, history } = JSON.parse(readText(file)) as { workflowId: string; history: unknown };
    const whole = historyFromJSON(history);
    const parts = cuts(whole).map(length => ({
      ...{ file: `${file}, its first ${length} events`, workflowId },
      history: { ...whole, events: (whole.events ?? []).slice(0, length) },
    }));
    return [{ file, workflowId, history: whole }, ...parts];
  });
}

/** All that the recorded histories say, with what stands in their payloads. */
export function readTexts(): readonly { readonly file: string; readonly text: string }[] {
  return files.map(file => {
    const raw = readText(file);
    const payloads = [...raw.matchAll(/"data":\s*"([^"]+)"/g)].map(([, data = '']) => {
      const bytes = Buffer.from(data, 'base64');
      return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
    });
    return { file, text: [raw, ...payloads].join('\n') };
  });
}

function readText(file: string): string {
  const bytes = readFileSync(new URL(file, folder));
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Lengths at which a worker had nothing to do: just before its next task. */
function cuts({ events }: History): readonly number[] {
  const all = events ?? [];
  const moments = all.flatMap((event, i) =>
    (event.workflowTaskScheduledEventAttributes ?? undefined) !== undefined && i > 3 ? [i] : [],
  );
  const chosen = [1 / 3, 2 / 3].map(part => moments[Math.floor(part * moments.length)]);
  return [...new Set(chosen.filter(length => length !== undefined))];
}
