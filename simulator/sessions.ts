import { randomUUID } from 'node:crypto';
import { recordEvent } from './events.ts';
import type { Account, Session, SiteState, World } from './state.ts';

/** "An API session times out after 30 minutes of inactivity"; a settings object does so too. */
const idleMs = 30 * 60_000;

/** A new session, or undefined for bad credentials. A domain before or after the name is taken as any ZVM's own. */
export function openSession(world: World, site: SiteState, username: string, password: string): Session | undefined {
  const bare = username.replace(/^.*\\/, '').replace(/@.*$/, '');
  const account = site.accounts.find(
    known =>
      [username.toLowerCase(), bare.toLowerCase()].includes(known.username.toLowerCase()) &&
      known.password === password,
  );
  return account === undefined ? undefined : beginSession(world, site, account);
}

/** A new session of an account that has proved itself. */
export function beginSession(world: World, site: SiteState, account: Account): Session {
  const time = world.clock.now();
  const session = { token: randomUUID(), username: account.username, account, lastUsed: time };
  site.sessions.set(session.token, session);
  recordEvent(world, {
    time,
    type: 'Login',
    entity: 'Site',
    description: `${account.username} logged in.`,
    success: true,
    by: account.username,
    siteIds: [site.identifier],
    vpgIds: [],
  });
  return session;
}

/** The session of a token, used now; undefined when it is unknown or was idle for too long. */
export function useSession(world: World, site: SiteState, token: string | undefined): Session | undefined {
  sweepIdle(world, site);
  const session = token === undefined ? undefined : site.sessions.get(token.toLowerCase());
  if (session !== undefined) session.lastUsed = world.clock.now();
  return session;
}

/** Ends one session, or all; the settings objects that it made go with it. */
export function endSessions(site: SiteState, token?: string): void {
  if (token === undefined) site.sessions.clear();
  else site.sessions.delete(token);
  for (const [id, object] of site.settings) if (!site.sessions.has(object.session)) site.settings.delete(id);
}

/** Forgets what was idle for 30 minutes by the site's clock. */
export function sweepIdle(world: World, site: SiteState): void {
  const limit = world.clock.now() - idleMs;
  for (const session of site.sessions.values()) if (session.lastUsed <= limit) endSessions(site, session.token);
  for (const [id, object] of site.settings) if (object.lastUsed <= limit) site.settings.delete(id);
}
