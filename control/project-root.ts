import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { findConfig } from './config/config.ts';

/**
 * The folder in which a runbook's sub-runbooks must lie: that of its drillbook.yaml. One that was named and lies elsewhere (that of
 * `drillbook dev`) says nothing of the project: then that of the nearest drillbook.yaml above the runbook, else the runbook's own.
 */
export function projectRootOf(runbook: string, configPath: string | undefined): string {
  const folder = dirname(resolve(runbook));
  const own = configPath === undefined ? undefined : dirname(resolve(configPath));
  if (own !== undefined && isInside(own, folder)) return own;
  // Empty: neither a flag nor the environment names one.
  const nearest = findConfig(folder, '');
  return nearest === undefined ? folder : dirname(nearest);
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
