import { dial, NotReached, type Dial } from './dial.ts';
import { StepErrored } from './outcome.ts';
import { spellDuration } from './spell.ts';
import type { Context, Implementation } from './surroundings.ts';
import { holdUntil } from './until.ts';

/** Proves that a TCP port answers, seen from the step's probe. */
export const checkTcp: Implementation<'check/tcp'> = async (call, context) => {
  const { host, port } = call.with;
  const from = probeOf(call, context);
  const where = `${host}:${port}`;
  const look = async (by: number) => {
    const began = performance.now();
    const timeoutMs = Math.max(1, Math.min(call.with.timeout, by - context.clock()));
    try {
      const socket = await dial({ host, port, timeoutMs, signal: context.signal, ...(from && { from }) });
      socket.destroy();
    } catch (error) {
      if (error instanceof NotReached) return { ok: false, saw: `${where} ${error.message}` } as const;
      throw error;
    }
    const took = Math.round(performance.now() - began);
    return { ok: true, saw: `${where} answered in ${spellDuration(took)}`, value: took } as const;
  };
  const { value, attempts, tries } = await holdUntil(look, call.until, call.deadline, context);
  return { outputs: { connected_after: value }, attempts, tries };
};

/** Where a check looks from: its own `via`, else the mode's, else this worker. */
export function probeOf(
  call: { readonly with: { readonly via?: string | undefined }; readonly via?: string },
  { probes }: Pick<Context, 'probes'>,
): Dial['from'] {
  const name = call.with.via ?? call.via;
  if (name === undefined) return undefined;
  const probe = probes(name);
  if (probe === undefined) throw new StepErrored(`drillbook.yaml names no probe "${name}"`);
  if ('here' in probe) return undefined;
  if ('task-queue' in probe) {
    const own = `drillbook worker --probe ${name}`;
    throw new StepErrored(
      `the probe ${name} is a worker of its own ("${own}"), and this is another: drillbook.yaml did not name its task queue when the run was started`,
    );
  }
  return { name, probe };
}
