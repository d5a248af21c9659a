import { hostname } from 'node:os';
import type { Existing } from './existing.ts';

/** Whose schedules these are. */
export interface Owner {
  /** `project` of drillbook.yaml, else the name of its folder. */
  readonly name: string;
  /** drillbook.yaml says `project`: then the name alone tells whose they are. Two folders may be called the same. */
  readonly isNamed: boolean;
  /** Its folder. */
  readonly root: string;
}

type Theirs = Pick<Existing, 'id' | 'file' | 'project' | 'origin'>;

/** A folder and its machine: what tells two folders of one name apart. */
const originOf = ({ root }: Pick<Owner, 'root'>): string => `${hostname()}:${root}`;

/** What is stored beside the project's name. */
export const storedOrigin = (owner: Owner): string | undefined => (owner.isNamed ? undefined : originOf(owner));

/**
 * Whether a schedule is this project's. `unclear`: it has its name, and may be of another folder that is called the same. What was applied
 * from this very folder is, whatever the project was called then.
 */
export function whose({ project, origin }: Theirs, owner: Owner): 'own' | 'unclear' | 'another' {
  if (origin === originOf(owner)) return 'own';
  if (project !== owner.name) return 'another';
  return origin === undefined && owner.isNamed ? 'own' : 'unclear';
}

/** One sentence, with the mend. */
export function whyUnclear({ id, file, origin }: Theirs, { name }: Owner): string {
  const from = origin === undefined ? 'from a folder whose drillbook.yaml says `project:`' : `from ${origin}`;
  return `The schedule ${id} (${file}) of the project ${name} was applied ${from}, and nothing says whether this folder is the same project: write \`project: ${name}\` in drillbook.yaml if it is, else a name of its own.`;
}

/** Of one that no file wants, where drillbook.yaml says `project` and whoever applied it did not. */
export function whyLeft({ id, file, origin = '' }: Theirs): string {
  return `The schedule ${id} (${file}) stays: it was applied from ${origin}, whose drillbook.yaml says no \`project:\`. If it is this project's, delete it by hand: temporal schedule delete --schedule-id ${id}`;
}
