import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Config } from '../control/config/config.ts';
import type { Project } from '../control/schedules/compare.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { findRunbooks } from './find-runbooks.ts';
import { Refused } from './problems.ts';

/** The drillbook.yaml whose schedules these are, and its folder. */
export interface ScheduleProject extends Project {
  readonly path: string;
  readonly config: Config;
}

/** `given`: the places that are meant. Throws Refused where there is none: nobody could say whose schedules they are. */
export async function projectOf(
  context: CliContext,
  flags: { readonly config?: string },
  given: readonly string[] = [],
): Promise<ScheduleProject> {
  const { outside, cwd } = context;
  const path = await outside.findConfig(cwd, configPathOf(context, flags.config));
  if (path === undefined)
    throw new Refused('There is no drillbook.yaml here or above (--config names one): schedules belong to a project.');
  const config = await outside.loadConfig(path);
  const root = await rootOf(context, resolve(cwd, path), given);
  return { root, path, config, name: config.project ?? basename(root), isNamed: config.project !== undefined };
}

/** The folder of drillbook.yaml; of one that lies elsewhere (that of `drillbook dev`), the project's that is meant. */
async function rootOf({ outside, cwd }: CliContext, config: string, given: readonly string[]): Promise<string> {
  const own = dirname(config);
  const inside = (place: string): boolean => !isOutside(relative(own, resolve(cwd, place)));
  const isOwn = given.length === 0 ? (await findRunbooks(own)).runbooks.length > 0 : given.every(inside);
  return isOwn ? own : await outside.projectRootOf(join(cwd, 'runbook.yaml'), config);
}

const isOutside = (way: string): boolean => way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);

/** Which files are meant, and which places of the project that covers: a place that is gone is meant too. */
export interface Meant {
  readonly files: readonly string[];
  readonly scope: readonly string[];
  readonly missing: readonly string[];
}

/** Files and folders; none: all of the project's `runbooks/`. Throws Refused for what lies outside the project. */
export async function meantBy(cwd: string, root: string, given: readonly string[]): Promise<Meant> {
  const places = given.length === 0 ? [resolve(root, 'runbooks')] : given.map(place => resolve(cwd, place));
  const files = new Set<string>();
  const missing: string[] = [];
  for (const place of places) {
    const found = await stat(place).catch((error: unknown) => error as NodeJS.ErrnoException);
    if (found instanceof Error) {
      if (found.code !== 'ENOENT') throw found;
      if (given.length > 0) missing.push(inProject(root, place));
    } else if (found.isDirectory()) for (const file of (await findRunbooks(place, '')).runbooks) files.add(file);
    else files.add(place);
  }
  return { files: [...files].sort(), scope: places.map(place => inProject(root, place)), missing };
}

function inProject(root: string, place: string): string {
  const way = relative(root, place);
  if (isOutside(way)) throw new Refused(`${place} lies outside the project, which is the folder ${root}.`);
  return way.split(sep).join('/');
}

/** Schedules are an admin's. The worker asks again as each drill begins. */
export async function refuseUnlessAdmin(
  { outside, user }: CliContext,
  { path }: Pick<ScheduleProject, 'path'>,
  runbooks: readonly string[],
): Promise<void> {
  const people = await outside.readPeople(path);
  if ('unreadable' in people) throw new Refused(`${people.unreadable}.`);
  const person = people.personOf(user()) ?? user();
  for (const runbook of new Set(runbooks)) {
    const roles = people.rolesOf(person, runbook, 'drill');
    if (roles === undefined || roles.has('admin')) continue;
    throw new Refused(
      `The schedules of ${runbook} are an admin's business, and drillbook.yaml does not make ${person} one (roles).`,
    );
  }
}
