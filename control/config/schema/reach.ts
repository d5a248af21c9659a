import { z } from 'zod';
import { effects } from '../../../actions/contract.ts';
import { caFile, duration, ref, secretName, text, webUrl } from './values.ts';

/** What checks and calls may use: probes, endpoints, commands. */

const socks = /^socks5:\/\/(?:\[[0-9A-Fa-f:.]+\]|[^/@:[\]\s]+):\d{1,5}$/;

export const probe = z
  .union([
    z.strictObject({ 'task-queue': text('The Temporal task queue of a worker with a leg in that network') }),
    z.strictObject({
      proxy: z
        .string()
        .regex(socks, 'a SOCKS proxy is wanted: socks5://host:port')
        .refine(written => isPort(/\d+$/.exec(written)?.[0]), 'a port is 1–65535')
        .describe('A SOCKS 5 proxy in that network: socks5://host:port'),
    }),
  ])
  .describe('Where checks look from (`via`)');

export function isPort(digits: string | undefined): boolean {
  const n = Number(digits);
  return digits !== undefined && /^\d{1,5}$/.test(digits) && n >= 1 && n <= 65_535;
}

const effect = z.enum(effects).describe('How far a call can reach; a runbook cannot lower it');

const auth = z
  .union([
    z.strictObject({ bearer: secretName('Token') }),
    z.strictObject({
      basic: z.strictObject({ username: text('User name'), password: secretName('Password') }).describe('HTTP Basic'),
    }),
    z.strictObject({
      header: z
        .strictObject({
          name: z
            .string()
            .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'the name of a header is wanted')
            .describe('The header'),
          secret: secretName('Its value'),
        })
        .describe('A header that holds a key'),
    }),
  ])
  .describe('How the call proves who it is');

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

export const endpoint = z
  .strictObject({
    url: webUrl('Everything before the path that a runbook gives: without "?" and "#"'),
    auth: auth.optional(),
    tls: caFile.optional().describe('What certificate to trust; default: what the system trusts'),
    methods: z
      .array(z.enum(methods))
      .min(1)
      .refine(list => new Set(list).size === list.length, 'a method stands twice')
      .default(['GET'])
      .describe('What it may be called with'),
    effect: effect.optional().describe('How far a call can reach; default irreversible, but read for GET and HEAD'),
    timeout: duration('One call').prefault('10s'),
  })
  .describe('What http/request may call');

const variable = /^[A-Za-z_][A-Za-z0-9_]*$/;

export const command = z
  .strictObject({
    run: z.array(text('The program, then its fixed arguments')).min(1).describe('What is started, without a shell'),
    args: z.int().min(0).max(1_000).default(0).describe('How many arguments a runbook may add'),
    env: z
      .record(
        z.string().regex(variable, 'the name of an environment variable is wanted'),
        z.union([
          z.string().describe('A value that everybody may read'),
          z.strictObject({ secret: secretName('Its value') }),
        ]),
      )
      .default({})
      .describe('Its whole environment'),
    effect: effect.default('irreversible'),
    timeout: duration('One call').prefault('30s'),
    via: z
      .array(ref('probe or task queue', 'A probe or a task queue'))
      .default([])
      .describe('On which it is installed; empty: everywhere'),
  })
  .describe('What check/command and command/run may start');
