import type { Context } from 'hono';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';

/** The other end; where a proxy on this machine stands before the console, the one that it names last. */
export function addressOf(
  context: Context<ConsoleEnv>,
  { loopback, url }: Pick<ConsoleDeps, 'loopback' | 'url'>,
): string {
  const own = (context.env as ConsoleEnv['Bindings'] | undefined)?.incoming?.socket.remoteAddress ?? 'unknown';
  const behindProxy = loopback && url().startsWith('https:');
  const named = behindProxy ? context.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  return named === undefined || !/^[0-9A-Fa-f.:]{2,45}$/.test(named) ? own : named;
}
