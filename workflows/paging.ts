import type { EngineState } from '../engine/engine.ts';
import { pendingOf } from '../engine/engine.ts';
import type { PageInput } from '../engine/page.ts';
import type { Command } from '../engine/types.ts';
import { callActivity, soon } from './activity-options.ts';
import type { RunStart } from './messages.ts';

/** Longer, and the next page of the same would come before this one is told. */
const pageMs = 60_000;

/** Has people told, in the background: what comes of it is the worker's log's business, and never the run's. */
export function page({ plan, run }: RunStart, state: EngineState, command: Extract<Command, { do: 'page' }>): void {
  const { about, key, text, everyMs } = command;
  const waits = about === 'overtime' ? undefined : pendingOf(plan, state).find(pending => pending.key === key);
  const input: PageInput = {
    run: run.id,
    runbook: plan.name,
    mode: plan.mode,
    event: about,
    text,
    at: Date.now(),
    since: waits?.since ?? state.startedAt + plan.limits.timeoutMs,
    everyMs,
    ...(waits === undefined ? {} : { pending: short(waits) }),
  };
  state.pages = (state.pages ?? 0) + 1;
  // No step's key has a colon: in the history, the call is nobody's step.
  const options = { id: `page:${state.pages}`, summary: `${about}: ${text}`, budgetMs: pageMs, transport: soon };
  void callActivity('people/page', input, options).catch(() => undefined);
}

function short({ key, kind, since, from, choices, expiresAt }: ReturnType<typeof pendingOf>[number]) {
  return { key, kind, since, from, choices, ...(expiresAt === undefined ? {} : { expiresAt }) };
}
