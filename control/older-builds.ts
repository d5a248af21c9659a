import { type KeptBundles } from './kept-bundles.ts';
import { type Bundle, shortBuild } from './own-bundle.ts';
import type { Build, Versions } from './versions.ts';

/** A worker of an older build, in this process. */
export interface Host {
  /** Takes nothing more; what it has in hand it ends. */
  shutdown(): void;
}

export interface OlderBuildsOptions {
  readonly own: Bundle;
  readonly kept: KeptBundles;
  readonly start: (bundle: Bundle) => Promise<Host>;
  /** Takes a sentence for the operator. */
  readonly tell: (line: string) => void;
  readonly clock: () => number;
}

/**
 * Hosts, beside this build, every older one that still has runs, and the one that new runs begin with. Without a worker of
 * its build a run hears neither a cancel nor a query, for ever.
 */
export class OlderBuilds {
  readonly #options: OlderBuildsOptions;
  readonly #hosts = new Map<string, Host>();
  /** What was said already, by build. */
  readonly #told = new Map<string, string>();
  /** Seen once without a run: visibility is a moment late. */
  readonly #idle = new Set<string>();

  constructor(options: OlderBuildsOptions) {
    this.#options = options;
  }

  /** Brings what is hosted in line with what Temporal tells. To be called again and again; never throws. */
  async adjust(versions: Versions): Promise<void> {
    const { own, kept, clock } = this.#options;
    const others = versions.builds.filter(({ id }) => id !== own.id);
    for (const build of others) await this.#adjust(build);
    this.#tellStanding(versions);
    const needed = others.filter(build => isNeeded(build)).map(({ id }) => id);
    kept.prune(new Set([own.id, ...needed]), clock());
  }

  /** The builds that are hosted. */
  hosted(): readonly string[] {
    return [...this.#hosts.keys()];
  }

  shutdown(): void {
    for (const host of this.#hosts.values()) host.shutdown();
  }

  async #adjust(build: Build): Promise<void> {
    const { id } = build;
    const host = this.#hosts.get(id);
    if (isNeeded(build)) {
      this.#idle.delete(id);
      if (host === undefined) await this.#begin(build);
      return;
    }
    if (host === undefined) return;
    if (!this.#idle.has(id)) {
      this.#idle.add(id);
      return;
    }
    host.shutdown();
    this.#hosts.delete(id);
    this.#say(id, `Build ${shortBuild(id)} has no runs any more: it is no longer hosted.`);
  }

  async #begin(build: Build): Promise<void> {
    const { kept, start } = this.#options;
    const { id } = build;
    if (!kept.has(id)) {
      if (!build.served) this.#say(id, describeMissing(build, kept));
      return;
    }
    try {
      const bundle = { id, path: kept.pathOf(id) };
      this.#hosts.set(id, await start(bundle));
      kept.keep(bundle);
      this.#say(id, `Build ${shortBuild(id)} is hosted beside this one: ${whyNeeded(build)}.`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#say(id, `Build ${shortBuild(id)} cannot be hosted from ${kept.pathOf(id)}: ${why}`);
    }
  }

  #tellStanding({ current }: Versions): void {
    const { own } = this.#options;
    if (current === undefined || current === own.id) return;
    const text = `New runs begin with build ${shortBuild(current)}; this worker is build ${shortBuild(own.id)}. To change that: drillbook worker promote`;
    this.#say(own.id, text);
  }

  /** The same sentence once. */
  #say(id: string, text: string): void {
    if (this.#told.get(id) === text) return;
    this.#told.set(id, text);
    this.#options.tell(text);
  }
}

const isNeeded = ({ current, openRuns }: Build): boolean => current || openRuns > 0;

function whyNeeded({ current, openRuns }: Build): string {
  const runs = openRuns === 0 ? [] : [`${openRuns === 1 ? 'a run goes' : `${openRuns} runs go`} on with it`];
  return [...(current ? ['new runs begin with it'] : []), ...runs].join(', ');
}

function describeMissing(build: Build, kept: KeptBundles): string {
  const { id, openRuns, examples } = build;
  const more = openRuns > examples.length ? ` and ${openRuns - examples.length} more` : '';
  const who = examples.length === 0 ? 'New runs' : `The runs ${examples.join(', ')}${more}`;
  return (
    `${who} need build ${shortBuild(id)}, which no worker serves and which is not kept here: they stand still. ` +
    `Put its bundle at ${kept.pathOf(id)} (a worker of that release has it in its own folder), or start a worker of that release.` +
    (build.current ? ' To let new runs begin with this build: drillbook worker promote' : '')
  );
}
