import type { Control } from '../control/connection.ts';
import type { Watched } from '../control/watch.ts';
import { formatTime } from '../report/times.ts';
import type { CliContext } from './context.ts';
import { type KnownStep, progressWriter } from './progress.ts';
import { describeWait } from './waits.ts';
import type { RunResult } from './verdict.ts';

export interface FollowOptions {
  /** Stops watching; the run goes on. */
  readonly signal: AbortSignal;
  /** Of the plan, where it is known. */
  readonly steps?: readonly KnownStep[];
  /** Each event as a line of JSON on standard output instead of progress on standard error. */
  readonly json?: boolean;
}

/** How watching ended. */
export type Followed =
  | { readonly kind: 'ended'; readonly result: RunResult }
  | { readonly kind: 'lost'; readonly status: string }
  /** Nobody watches any more. `asks`: it waited for a person then. */
  | { readonly kind: 'left'; readonly asks: boolean };

/** Shows what a run does until it ends or the signal says stop. */
export async function follow(
  context: CliContext,
  control: Control,
  run: string,
  options: FollowOptions,
): Promise<Followed> {
  let asks = false;
  const tell = options.json === true ? jsonTeller(context, run) : textTeller(context, run, options.steps ?? []);
  for await (const seen of context.outside.watchRun(control, run, options.signal)) {
    tell(seen);
    switch (seen.kind) {
      case 'waits':
        asks = seen.pending.length > 0;
        break;
      case 'progress':
      case 'silent':
        break;
      case 'ended':
      case 'lost':
        return seen;
    }
  }
  return { kind: 'left', asks };
}

function jsonTeller({ terminal }: CliContext, run: string): (seen: Watched) => void {
  return seen => {
    const { kind, ...rest } = seen.kind === 'progress' ? { kind: seen.kind, ...seen.progress } : seen;
    terminal.answer(JSON.stringify({ kind, run, ...rest }));
  };
}

function textTeller({ terminal }: CliContext, run: string, steps: readonly KnownStep[]): (seen: Watched) => void {
  const write = progressWriter(steps, terminal.sayColours);
  let told = new Set<string>();
  return seen => {
    switch (seen.kind) {
      case 'progress': {
        const line = write(seen.progress);
        if (line !== undefined) terminal.say(line);
        return;
      }
      case 'waits': {
        const texts = seen.pending.map(waits => describeWait(run, waits).join('\n'));
        for (const text of texts) if (!told.has(text)) terminal.say(terminal.sayColours.yellow(text));
        told = new Set(texts);
        return;
      }
      case 'silent':
        terminal.say(
          terminal.sayColours.yellow(
            `No worker has answered for ${run} since ${formatTime(seen.since)}; it goes on when one does.`,
          ),
        );
        return;
      case 'ended':
      case 'lost':
        return;
    }
  };
}
