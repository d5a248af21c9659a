import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bundle } from './own-bundle.ts';
import { stateFolder } from './state-folder.ts';

/** A bundle that nobody used for so long goes, if no run needs it. */
const keepMs = 90 * 24 * 60 * 60 * 1_000;

/** Bundles of this and earlier builds, by build id: what a run began with, it must end with. */
export interface KeptBundles {
  readonly folder: string;
  /** Where that build's bundle lies, or would. */
  pathOf(id: string): string;
  has(id: string): boolean;
  /** Keeps it, and notes that it is in use. Gives why that cannot be, for people. */
  keep(bundle: Bundle): string | undefined;
  /** Deletes what was not in use for 90 days, but for these. */
  prune(needed: ReadonlySet<string>, now: number): void;
}

/** In the worker's state folder. */
export function keptBundles(configPath: string, env: NodeJS.ProcessEnv = process.env): KeptBundles {
  const folder = join(stateFolder(dirname(configPath), env), 'bundles');
  const pathOf = (id: string): string => join(folder, `${id}.js`);
  const has = (id: string): boolean => existsSync(pathOf(id));
  return {
    folder,
    pathOf,
    has,
    keep({ id, path }) {
      try {
        mkdirSync(folder, { recursive: true });
        const kept = pathOf(id);
        if (!has(id)) {
          // Another worker may start at the same moment: each writes its own file and puts it in place whole.
          const next = `${kept}.${process.pid}.tmp`;
          copyFileSync(path, next);
          renameSync(next, kept);
        }
        utimesSync(kept, new Date(), new Date());
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
    prune(needed, now) {
      for (const file of existsSync(folder) ? readdirSync(folder) : []) {
        const path = join(folder, file);
        const id = file.replace(/\.js(\.\d+\.tmp)?$/, '');
        if (!/^[0-9a-f]{64}$/.test(id) || (needed.has(id) && file.endsWith('.js'))) continue;
        if (now - statSync(path).mtimeMs > keepMs) rmSync(path, { force: true });
      }
    },
  };
}
