import { type Context, Hono } from 'hono';
import type { ConsoleDeps, ConsoleEnv } from './deps.ts';
import { dropCookie, readCookie, writeCookie } from './identity/cookies.ts';
import { tooOften } from './identity/identify.ts';
import { IssuerSilent } from './identity/issuer-fetch.ts';
import type { Known } from './identity/known-token.ts';
import { oidcLoginMs } from './identity/oidc-login.ts';
import { frameOf } from './pages/frame.ts';
import { signInPage } from './pages/simple-pages.ts';

/** Signing in, by a token or at the identity provider's page, which gives a session; and out. */
export function signIn(deps: ConsoleDeps): Hono<ConsoleEnv> {
  const { gate, attempts, audit, boundedAudit, readConfig, oidcLogin, secure, clock } = deps;
  const app = new Hono<ConsoleEnv>();

  const showPage = async (context: Context<ConsoleEnv>, wrong = ''): Promise<Response> => {
    const to = placeOf(context.req.query('to'));
    const byProvider = (await readConfig()).identity.oidc !== undefined;
    const provider = byProvider ? `/sign-in/oidc?to=${encodeURIComponent(to)}` : undefined;
    return context.html(signInPage(frameOf(context), { to, wrong, provider }), wrong === '' ? 200 : 401);
  };

  /** The same for whoever could not be recognised, with a line in the audit file. */
  const turnAway = async (context: Context<ConsoleEnv>, what: string, why: string): Promise<Response> => {
    const address = context.get('address');
    await boundedAudit({ person: '', how: 'nothing', call: 'sign in', counted: false, text: why, address });
    return await showPage(context, what === '' ? why : `${what}: ${why}.`);
  };

  const letIn = async (context: Context<ConsoleEnv>, known: Known, to: unknown): Promise<Response> => {
    const { caller } = known;
    const { cookie, session } = gate.begin(await readConfig(), known);
    writeCookie(context, 'session', cookie, { secure, forMs: session.until - clock() });
    const [text, address] = [`until ${new Date(session.until).toISOString()}`, context.get('address')];
    await audit({ person: caller.person ?? '', how: caller.how, call: 'sign in', counted: true, text, address });
    return context.redirect(placeOf(to), 303);
  };

  app.get('/sign-in', context => showPage(context));

  app.get('/sign-in/oidc', async context => {
    const begun = await oidcLogin
      .begin(await readConfig(), placeOf(context.req.query('to')))
      .catch((error: unknown) => {
        if (error instanceof IssuerSilent) return error;
        throw error;
      });
    if (begun instanceof IssuerSilent)
      return await turnAway(context, '', `${begun.message}: a sealed token works without it.`);
    writeCookie(context, 'oidc', begun.cookie, { secure, forMs: oidcLoginMs });
    return context.redirect(begun.url, 303);
  });

  app.get('/sign-in/callback', async context => {
    // Any page can send a browser here: only who has begun a sign-in can be wrong at it.
    const begun = readCookie(context, 'oidc', secure);
    const address = context.get('address');
    // The provider takes its time: many at once must not all be looked at before the first has been wrong.
    const giveBack = begun === undefined ? () => undefined : attempts.reserve(address);
    if (giveBack === undefined) return await tooOften(deps, context, attempts.waitOf(address));
    const { code, state, error } = context.req.query();
    const came = {
      ...(code === undefined ? {} : { code }),
      ...(state === undefined ? {} : { state }),
      ...(error === undefined ? {} : { error: error.slice(0, 100) }),
    };
    const known = await oidcLogin.finish(await readConfig(), begun, came);
    dropCookie(context, 'oidc', secure);
    if ('refused' in known) return await turnAway(context, 'Nobody is signed in', known.refused);
    giveBack();
    return await letIn(context, known, known.to);
  });

  app.post('/sign-in', async context => {
    const { token, to } = await context.req.parseBody();
    const known = await gate.byToken(await readConfig(), typeof token === 'string' ? token.trim() : '');
    if ('refused' in known) {
      const address = context.get('address');
      // Nothing comes between the question and the count.
      const wait = attempts.waitOf(address);
      if (wait > 0) return await tooOften(deps, context, wait);
      attempts.failed(address);
      return await turnAway(context, 'Nobody is known by this token', known.refused);
    }
    return await letIn(context, known, to);
  });

  app.post('/sign-out', async context => {
    const session = context.get('session');
    if (session !== undefined) {
      await gate.end(session);
      const address = context.get('address');
      await audit({ person: session.person, how: 'session', call: 'sign out', counted: true, text: '', address });
    }
    if (readCookie(context, 'session', secure) !== undefined) dropCookie(context, 'session', secure);
    return context.redirect('/sign-in', 303);
  });
  return app;
}

/** A path of this console, and nothing else. */
function placeOf(to: unknown): string {
  return typeof to === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(to) && !to.includes('\\') ? to : '/';
}
