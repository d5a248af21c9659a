import type { Context } from 'hono';
import type { ConsoleEnv } from '../deps.ts';
import { type Assets, loadAssets } from './assets.ts';
import type { Frame } from './layout.ts';

let assets: Assets | undefined;

/** Read once a process. */
export function loadedAssets(): Assets {
  assets ??= loadAssets();
  return assets;
}

/** What each page has around it, for whoever asks; before he has signed in too. */
export function frameOf(context: Context<ConsoleEnv>): Frame {
  const caller = context.get('caller') as ConsoleEnv['Variables']['caller'] | undefined;
  const { style, script } = loadedAssets();
  const csrf = (context.get('csrf') as string | undefined) ?? '';
  if (caller === undefined) return { csrf, assets: { style, script } };
  const session = context.get('session') !== undefined;
  return { csrf, assets: { style, script }, person: { name: caller.name, verified: caller.verified, session } };
}

/** A browser asks, not a program. */
export function wantsPage({ req }: Context<ConsoleEnv>): boolean {
  const isMachines = req.path.startsWith('/api/') || req.path === '/hooks' || req.path.startsWith('/hooks/');
  return !isMachines && /text\/html/.test(req.header('accept') ?? '');
}
