import { render } from '../../cli/report.ts';
import type { Plan } from '../../compiler/plan.ts';
import type { Control } from '../../control/connection.ts';
import { newestGuard } from '../../control/guard-chain.ts';
import { readLeases, runningGuards } from '../../control/janitor-directory.ts';
import { readJournal } from '../../control/journal.ts';
import type { Journal } from '../../report/journal.ts';
import type { Simulator } from '../../simulator/server.ts';
import type { OpeningView } from '../../workflows/messages.ts';
import { type Case, isLive } from './cases.ts';
import { isOurs, type RunFacts } from './facts.ts';
import type { People } from './people.ts';

interface Given {
  readonly control: Control;
  readonly id: string;
  /** The first of its guards. */
  readonly guard: string;
  readonly people: People;
  readonly case: Case;
  readonly plan: Plan;
  readonly startedAt: number;
}

const answerMs = 4_000;

/** One run, its guards and its people. */
export class OneRun {
  readonly #given: Given;
  status = 'running';
  #guard = 'running';
  #leases: readonly string[] = [];

  constructor(given: Given) {
    this.#given = given;
  }

  get id(): string {
    return this.#given.id;
  }

  get guard(): string {
    return this.#given.guard;
  }

  get people(): People {
    return this.#given.people;
  }

  /** How it is now, and a word to all that waits; once it has ended, how its guards are. */
  async look(): Promise<void> {
    const { control, id, people } = this.#given;
    this.status = (await statusOf(control, id)) ?? this.status;
    if (this.status === 'running') {
      await people.look();
      return;
    }
    await this.#lookAtGuards().catch(() => undefined);
  }

  async #lookAtGuards(): Promise<void> {
    const { control, id, guard } = this.#given;
    await control.client.connection.withDeadline(Date.now() + answerMs, async () => {
      const newest = await newestGuard(control.client, guard);
      this.#guard = newest.found === 'lost' ? ((await statusOf(control, newest.id)) ?? 'lost') : found[newest.found];
      this.#leases = (await readLeases(control.client)).filter(lease => lease.run === id).map(({ vpg }) => vpg);
    });
  }

  /** `for good`: there is nothing left to come. `no`: somebody has still to act. */
  rests(simulator: Simulator): 'for good' | 'for now' | 'no' {
    const vpgs = simulator.vpgs();
    if (vpgs.some(({ test }) => test !== undefined && isOurs(test.by))) return 'no';
    const live = vpgs.filter(each => each.live !== undefined && isOurs(each.live.by));
    if (live.some(({ live: open }) => open?.stage !== 'BeforeCommit')) return 'no';
    if (live.length > 0 && isLive(this.#given.case)) return this.#guard === 'running' ? 'for now' : 'no';
    if (this.#guard === 'running') return 'no';
    return this.#leases.length === 0 ? 'for good' : 'no';
  }

  async facts(guarded: readonly string[]): Promise<RunFacts> {
    const { id, case: chosen, plan, startedAt, people } = this.#given;
    const { journal, noReport } = await this.#report();
    return {
      id,
      case: chosen,
      startedAt,
      status: this.status,
      guardStatus: this.#guard,
      leases: this.#leases,
      guarded,
      closeBy: startedAt + plan.limits.timeoutMs + plan.limits.closingMs + people.extendedMs,
      ...(journal === undefined ? {} : { journal }),
      ...(noReport === undefined ? {} : { noReport }),
    };
  }

  async #report(): Promise<{ journal?: Journal; noReport?: string }> {
    try {
      const journal = await readJournal(this.#given.control, this.#given.id, 'The campaign');
      for (const format of ['html', 'json', 'text'] as const) await render(format, journal);
      return { journal };
    } catch (error) {
      return { noReport: String(error) };
    }
  }
}

const found = { running: 'running', ended: 'completed', unknown: 'none', lost: 'lost' } as const;

/** Undefined: no answer. */
async function statusOf({ client }: Control, workflow: string): Promise<string | undefined> {
  try {
    const { status } = await client.connection.withDeadline(Date.now() + answerMs, () =>
      client.workflow.getHandle(workflow).describe(),
    );
    return status.name.toLowerCase();
  } catch (error) {
    return error instanceof Error && error.name === 'WorkflowNotFoundError' ? 'none' : undefined;
  }
}

/** Ids of the VPGs of which a guard that runs says that it has them open. */
export async function guardedVpgs({ client }: Control): Promise<readonly string[]> {
  const open = async (id: string): Promise<readonly string[]> => {
    const views = await client.connection.withDeadline(Date.now() + answerMs, () =>
      client.workflow.getHandle(id).query<readonly OpeningView[]>('openings'),
    );
    return views.map(view => view.id);
  };
  const guards = await runningGuards(client).catch(() => []);
  return (await Promise.all(guards.map(id => open(id).catch(() => [])))).flat();
}
