import { hostname } from 'node:os';

/** So many digits of a hash are enough to tell two files apart. */
const shown = 12;

/** How a worker names itself to Temporal as it asks for work: by process and machine, and by what it reads of drillbook.yaml. */
export const identityOf = (pinnedSha256: string): string =>
  `${process.pid}@${hostname()} config=${pinnedSha256.slice(0, shown)}`;

/** What is pinned of the drillbook.yaml of whoever has this name; undefined: it does not say, as an older release. */
export const configIn = (identity: string): string | undefined => / config=([0-9a-f]{12})$/.exec(identity)?.[1];

export const isSameConfig = (identified: string, pinnedSha256: string): boolean =>
  pinnedSha256.slice(0, shown) === identified;
