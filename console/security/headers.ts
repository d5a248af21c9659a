import { randomBytes } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { ConsoleEnv } from '../deps.ts';

/** A year, as browsers want it. */
const hsts = 'max-age=31536000; includeSubDomains';

/** On every answer: nothing runs, loads or frames the console but itself. */
export function securityHeaders(secure: boolean): MiddlewareHandler<ConsoleEnv> {
  return async (context, next) => {
    const nonce = randomBytes(16).toString('base64url');
    context.set('nonce', nonce);
    await next();
    const { headers } = context.res;
    headers.set('Content-Security-Policy', policyWith(nonce));
    headers.set('X-Content-Type-Options', 'nosniff');
    headers.set('X-Frame-Options', 'DENY');
    // With `no-referrer` browsers send forms with `Origin: null`, also to ourselves.
    headers.set('Referrer-Policy', 'same-origin');
    headers.set('Cross-Origin-Opener-Policy', 'same-origin');
    headers.set('Cross-Origin-Resource-Policy', 'same-origin');
    headers.set('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=()');
    if (secure) headers.set('Strict-Transport-Security', hsts);
    // Whatever is shown belongs to who asked; assets say otherwise themselves.
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  };
}

function policyWith(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
