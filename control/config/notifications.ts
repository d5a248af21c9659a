import type { Target } from '../../actions/target.ts';
import { dirname } from 'node:path';
import { fitsWildcard } from '../../compiler/triggers/wildcard.ts';
import { type Config, ConfigRefused, loadConfig } from './config.ts';
import { type ReadSecret, targetOf } from './targets.ts';

/** Whom to tell of what, without a `notify` step; and where a run is looked at. */
export function notificationsOf(config: Config, base: string, read: ReadSecret) {
  return {
    lines: config.notifications.map(({ events, modes, runbooks, to, repeat }) => ({
      events,
      modes,
      isAbout: (runbook: string): boolean => runbooks.some(pattern => fitsWildcard(runbook, pattern)),
      to,
      ...(repeat === undefined ? {} : { repeatMs: repeat }),
    })),
    targets: (name: string): Target | undefined => targetOf(config, name, base, read),
    pageOf: pageOf(config),
  };
}

/** The console's page of a run; undefined: nobody has said where the console is. */
function pageOf({ console: { 'public-url': url } }: Pick<Config, 'console'>) {
  return (run: string): string | undefined =>
    url === undefined ? undefined : `${url.replace(/\/+$/, '')}/runs/${encodeURIComponent(run)}`;
}

/** The same of a file as it stands now, or why it cannot be read, for people. */
export async function readNotifications(
  path: string,
  read: ReadSecret,
): Promise<ReturnType<typeof notificationsOf> | { readonly unreadable: string }> {
  try {
    return notificationsOf(await loadConfig(path), dirname(path), read);
  } catch (error) {
    if (error instanceof ConfigRefused) return { unreadable: 'drillbook.yaml has mistakes' };
    if (error instanceof Error && 'code' in error)
      return { unreadable: `drillbook.yaml cannot be read (${String(error.code)})` };
    throw error;
  }
}
