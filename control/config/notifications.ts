import { dirname } from 'node:path';
import { fitsWildcard } from '../../compiler/triggers/wildcard.ts';
import { type Config, ConfigRefused, type ConfigTarget, loadConfig, targetOf } from './config.ts';

/** Whom to tell of what, without a `notify` step. */
export function notificationsOf(config: Pick<Config, 'notifications' | 'targets'>, base: string) {
  return {
    lines: config.notifications.map(({ events, modes, runbooks, to, repeat }) => ({
      events,
      modes,
      isAbout: (runbook: string): boolean => runbooks.some(pattern => fitsWildcard(runbook, pattern)),
      to,
      ...(repeat === undefined ? {} : { repeatMs: repeat }),
    })),
    targets: (name: string): ConfigTarget | undefined => targetOf(config, name, base),
  };
}

/** The same of a file as it stands now, or why it cannot be read, for people. */
export async function readNotifications(
  path: string,
): Promise<ReturnType<typeof notificationsOf> | { readonly unreadable: string }> {
  try {
    return notificationsOf(await loadConfig(path), dirname(path));
  } catch (error) {
    if (error instanceof ConfigRefused) return { unreadable: 'drillbook.yaml has mistakes' };
    if (error instanceof Error && 'code' in error)
      return { unreadable: `drillbook.yaml cannot be read (${String(error.code)})` };
    throw error;
  }
}
