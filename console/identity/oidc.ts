import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { personOf } from './claims.ts';
import type { VerifyJwt } from './gate.ts';
import { IssuerSilent } from './issuer-fetch.ts';
import type { KeyStore } from './issuer-keys.ts';

/** Never `none`, and never a shared secret: then who can check a token could make one. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** Clocks of provider and console may differ by so much, s. */
const clockToleranceSeconds = 30;

interface Expected {
  /** Of a sign-in by the page: that the token was made for this very sign-in. */
  readonly nonce?: string;
}

/** Checks tokens of the identity provider that drillbook.yaml names. `clock`: ms since 1970. */
export function createVerifier(
  keys: KeyStore,
  clock: () => number,
): (...args: [...Parameters<VerifyJwt>, expected?: Expected]) => ReturnType<VerifyJwt> {
  return async (config, token, expected = {}) => {
    const { oidc } = config.identity;
    if (oidc === undefined) return { refused: 'drillbook.yaml names no identity provider (identity.oidc)' };
    const { issuer, audience } = oidc;
    const check = async (anew: boolean): Promise<JWTPayload> => {
      const { jwks } = await keys.keysOf(oidc, anew);
      const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
        ...{ issuer, audience, algorithms, clockTolerance: clockToleranceSeconds, currentDate: new Date(clock()) },
        requiredClaims: ['sub', 'exp'],
      });
      return payload;
    };
    try {
      const claims = await check(false).catch((error: unknown) => {
        // The provider may have made a new key since.
        if (error instanceof errors.JWKSNoMatchingKey) return check(true);
        throw error;
      });
      if (expected.nonce !== undefined && claims['nonce'] !== expected.nonce)
        return { refused: 'the token of the identity provider is of another sign-in' };
      return personOf(config, claims);
    } catch (error) {
      return { refused: whyNot(error, issuer, audience) };
    }
  };
}

function whyNot(error: unknown, issuer: string, audience: string): string {
  if (error instanceof IssuerSilent)
    return `${error.message}, and its keys are not known from before: a sealed token works without it`;
  if (error instanceof errors.JWTExpired) return 'the token of the identity provider is over: sign in there again';
  if (error instanceof errors.JWTClaimValidationFailed) {
    const wanted = { iss: `the issuer ${issuer}`, aud: `the audience ${audience}` }[error.claim];
    return `the token of the identity provider is not what is wanted: ${wanted ?? `the claim ${error.claim}`}`;
  }
  if (error instanceof errors.JWKSNoMatchingKey) return `none of the keys of ${issuer} has signed the token`;
  if (error instanceof errors.JOSEError) return `the token is not one of ${issuer}`;
  throw error;
}
