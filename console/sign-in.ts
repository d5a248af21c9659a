import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { ConsoleDeps, ConsoleEnv } from './deps.ts';
import { dropCookie, readCookie, writeCookie } from './identity/cookies.ts';
import { tooOften } from './identity/identify.ts';

/** Signing in by a token, which gives a session, and out. */
export function signIn(deps: ConsoleDeps): Hono<ConsoleEnv> {
  const { gate, attempts, audit, readConfig, secure, clock } = deps;
  const app = new Hono<ConsoleEnv>();

  app.get('/sign-in', async context => context.html(await page(context)));

  app.post('/sign-in', async context => {
    const address = context.get('address');
    const wait = attempts.waitOf(address);
    if (wait > 0) return tooOften(context, wait);
    const { token, to } = await context.req.parseBody();
    const config = await readConfig();
    const known = await gate.byToken(config, typeof token === 'string' ? token.trim() : '');
    if ('refused' in known) {
      attempts.failed(address);
      await audit({ person: '', how: 'nothing', call: 'sign in', counted: false, text: known.refused, address });
      return context.html(await page(context, `Nobody is known by this token: ${known.refused}.`), 401);
    }
    const { caller } = known;
    const { cookie, session } = gate.begin(config, known);
    writeCookie(context, 'session', cookie, { secure, forMs: session.until - clock() });
    const text = `until ${new Date(session.until).toISOString()}`;
    await audit({ person: caller.person ?? '', how: caller.how, call: 'sign in', counted: true, text, address });
    return context.redirect(placeOf(to), 303);
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

async function page(context: Context<ConsoleEnv>, wrong = '') {
  const to = placeOf(context.req.query('to'));
  return await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in – drillbook</title>
<style nonce="${context.get('nonce')}">
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 28rem; margin: 4rem auto; padding: 0 1rem; }
input, button { font: inherit; padding: 0.5rem; width: 100%; box-sizing: border-box; margin: 0.25rem 0 1rem; }
[role=alert] { color: #a40000; font-weight: 600; }
</style>
</head>
<body>
<main>
<h1>drillbook</h1>
${wrong === '' ? '' : html`<p role="alert">${wrong}</p>`}
<form method="post" action="/sign-in">
<input type="hidden" name="csrf" value="${context.get('csrf')}">
<input type="hidden" name="to" value="${to}">
<label for="token">Your token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Sign in</button>
</form>
<p>An admin makes a token with <code>drillbook keys token PERSON</code>. A sealed token works while the identity provider does not.</p>
</main>
</body>
</html>`;
}
