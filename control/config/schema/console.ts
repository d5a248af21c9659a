import { z } from 'zod';
import { keyScopes } from '../../../actions/key-scopes.ts';
import { isPort } from './reach.ts';
import { caFile, date, duration, ref, secretName, text, tokenHash, webUrl } from './values.ts';

/** Who is who, and the console where people show it. */

const publicKeyWords = 'the public half of a key is wanted: ed25519: and 43 letters and digits';

export const identity = z
  .strictObject({
    unverified: z
      .enum(['refuse', 'drills', 'allow'])
      .default('drills')
      .describe(
        'What a name may do that nothing vouches for: nothing, read and start drills, or all (it stamps the report)',
      ),
    keys: z
      .array(
        z
          .strictObject({
            id: text('What people call it'),
            person: ref('person', 'Whose word it signs; left out: it vouches for whomever it names').optional(),
            public: z
              .string()
              .regex(/^ed25519:[A-Za-z0-9_-]{43}$/, publicKeyWords)
              .describe('The public half, as `drillbook keys new` prints it'),
            for: z
              .array(z.enum(keyScopes))
              .min(1)
              .describe('What it signs: starts of runs, decisions, schedules, the library; left out: everything')
              .optional(),
            from: date('First day').optional(),
            until: date('Last day').optional(),
          })
          .describe('Made by `drillbook keys new`'),
      )
      .default([])
      .describe('Ed25519 keys whose signature shows who has decided'),
    'decision-key': secretName('Ed25519 key: the console’s signature under each decision').optional(),
    oidc: z
      .strictObject({
        issuer: webUrl('The identity provider'),
        audience: text('The client that its tokens are for'),
        'groups-claim': text('The claim that lists groups').default('groups'),
        'jwks-cache': duration('Its keys are trusted so long while it does not answer').prefault('7d'),
        tls: caFile.optional().describe('What its certificate verifies with; default: the system'),
      })
      .optional()
      .describe('OpenID Connect'),
    tokens: z
      .array(
        z
          .strictObject({
            person: ref('person', 'Whose'),
            sha256: tokenHash('Hash of the token'),
            expires: date('Last day'),
          })
          .describe('Made by `drillbook keys token`'),
      )
      .default([])
      .describe('Tokens of people and machines'),
  })
  .describe('How people prove who they are');

export const consoleSection = z
  .strictObject({
    listen: z
      .string()
      .refine(written => listenOf(written) !== undefined, 'an address to listen on is wanted: 127.0.0.1:8080')
      .default('127.0.0.1:8080')
      .describe('Address and port; beyond loopback only with `tls` and an identity'),
    'public-url': webUrl('How people reach it').optional(),
    tls: z
      .strictObject({
        certificate: text('A PEM file, from the folder of drillbook.yaml'),
        key: secretName('Its private key'),
      })
      .optional()
      .describe('Its certificate'),
    session: duration('A login lasts').prefault('12h'),
  })
  .describe('The web console');

/** `127.0.0.1:8080`, `[::1]:8080`; undefined for anything else. */
export function listenOf(written: string): { readonly host: string; readonly port: number } | undefined {
  const [, six, host = six, port] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s/:@[\]]+)):(\d+)$/.exec(written) ?? [];
  return host === undefined || !isPort(port) ? undefined : { host, port: Number(port) };
}
