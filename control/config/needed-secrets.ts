import { createPrivateKey } from 'node:crypto';
import type { z } from 'zod';
import type { ConfigFinding } from '../../engine/config-finding.ts';
import { webhookKeyMend, webhookKeyOf } from '../../actions/webhook-key.ts';
import { readPayloadKey } from '../payload-keys.ts';
import { publicHalfOf } from '../signing.ts';
import { type Config, resolveSecrets, SecretUnreadable } from './config.ts';
import { configSchema } from './schema.ts';
import { marks } from './schema/marks.ts';
import { bare, defOf } from './walk.ts';

/** Who reads secrets. */
export type Reader = 'worker' | 'console' | 'codec server';

/** A secret of drillbook.yaml: each place that does, and who reads it there. */
export interface NeededSecret {
  readonly name: string;
  /** `triggers.pagerduty.secret`. */
  readonly places: readonly string[];
  readonly readers: readonly Reader[];
}

/**
 * All secrets, in the order of drillbook.yaml's `secrets`; what nothing else there uses is for runbooks. The one list: workers and consoles
 * tell at their start what is missing of it, and `config check --live` tries all.
 */
export function neededSecrets(config: Config): readonly NeededSecret[] {
  const found = new Map<string, { places: string[]; readers: Set<Reader> }>();
  for (const [name, place] of secretsIn(configSchema, config, [])) {
    const known = found.get(name) ?? { places: [], readers: new Set() };
    found.set(name, known);
    if (known.places.includes(place.join('.'))) continue;
    known.places.push(place.join('.'));
    for (const reader of readersOf(place)) known.readers.add(reader);
  }
  return Object.keys(config.secrets).map((name): NeededSecret => {
    const known = found.get(name);
    if (known === undefined) return { name, places: ['a runbook'], readers: ['worker'] };
    return { name, places: known.places, readers: [...known.readers] };
  });
}

function readersOf([section = '', next = '']: readonly string[]): readonly Reader[] {
  switch (section) {
    case 'triggers':
    case 'identity':
    case 'console':
      return ['console'];
    case 'payloads':
      return next === 'keys' ? ['worker', 'console', 'codec server'] : ['codec server'];
    default:
      return ['worker'];
  }
}

/** Names of secrets where the schema wants one; of a union, in each of its forms. */
function* secretsIn(
  schema: z.core.$ZodType,
  value: unknown,
  path: readonly string[],
): Generator<readonly [name: string, path: readonly string[]]> {
  if (value === undefined || value === null) return;
  const plain = bare(schema);
  const mark = marks.get(schema) ?? marks.get(plain);
  if (mark?.kind === 'ref' && mark.to === 'secret' && typeof value === 'string') yield [value, path];
  const def = defOf(plain);
  const under = value as Readonly<Record<string, unknown>>;
  switch (def.type) {
    case 'object':
      if (typeof value === 'object')
        for (const [key, field] of Object.entries(def.shape)) yield* secretsIn(field, under[key], [...path, key]);
      return;
    case 'record':
      for (const [key, entry] of Object.entries(under)) yield* secretsIn(def.valueType, entry, [...path, key]);
      return;
    case 'array':
      if (Array.isArray(value))
        for (const [n, item] of value.entries()) yield* secretsIn(def.element, item, [...path, String(n)]);
      return;
    case 'union':
      for (const option of def.options) yield* secretsIn(option, value, path);
      return;
    default:
  }
}

/** Reads all values of one, and looks whether they are what its places want. Throws SecretUnreadable, which says for whom it is. */
export async function trySecret(config: Config, needed: NeededSecret, base: string): Promise<void> {
  const { name, places, readers } = needed;
  try {
    for (const value of await resolveSecrets(config, name, base))
      for (const place of places) refuseUnfit(config, place.split('.'), name, value);
  } catch (error) {
    if (!(error instanceof Error) || (error.name !== 'SecretUnreadable' && error.name !== 'KeyRefused')) throw error;
    const who = readers.map(reader => (reader === 'worker' ? 'the workers' : `the ${reader}`)).join(' and ');
    throw new SecretUnreadable(`${error.message.replace(/\.$/, '')} (needed by ${who}: ${places.join(', ')})`);
  }
}

/** Throws SecretUnreadable or KeyRefused; neither repeats the value. */
function refuseUnfit(
  config: Config,
  [section = '', entry = '', key = '']: readonly string[],
  name: string,
  value: string,
): void {
  if (section === 'triggers' && config.triggers[entry]?.kind === 'hmac') refuseWeakKey(name, value);
  if (section === 'targets' && key === 'webhook') refuseWeakKey(name, value);
  if (section === 'payloads' && entry === 'keys') readPayloadKey(value, name);
  if (section === 'identity' && entry === 'decision-key') publicHalfOf(value, name);
  if (section === 'console' && entry === 'tls' && !isPrivateKey(value))
    throw new SecretUnreadable(`the secret "${name}" is no private key in PEM`);
}

/** Of whoever signs or verifies deliveries with it. Throws SecretUnreadable. */
export function refuseWeakKey(name: string, value: string): void {
  const key = webhookKeyOf(value);
  if (key.kind === 'none')
    throw new SecretUnreadable(`the secret "${name}" signs nothing: ${key.why}; ${webhookKeyMend}`);
}

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}

/** What a finding about it is called; of what the workers do not read, by whom. */
export function findingOf({ name, readers }: NeededSecret, by: Reader): string {
  const [first = by] = readers;
  const whose = readers.includes(by) ? by : first;
  return whose === 'worker' ? `secret ${name}` : `secret ${name} of the ${whose}`;
}

export const isOf = (what: string, reader: Reader): boolean =>
  what.startsWith('secret ') && what.endsWith(` of the ${reader}`);

/** Each secret that one reader needs, tried where that runs. */
export async function findSecrets(config: Config, base: string, reader: Reader): Promise<readonly ConfigFinding[]> {
  const own = neededSecrets(config).filter(({ readers }) => readers.includes(reader));
  return await Promise.all(
    own.map(async needed => {
      const what = findingOf(needed, reader);
      try {
        await trySecret(config, needed, base);
        return { what, ok: true, found: 'can be read' };
      } catch (error) {
        if (!(error instanceof SecretUnreadable)) throw error;
        return { what, ok: false, found: error.message };
      }
    }),
  );
}

/** Tells, a line each, which of its own secrets whoever starts cannot use; one may still come later. */
export async function tellMissingSecrets(
  config: Config,
  base: string,
  reader: Reader,
  tell: (line: string) => void,
): Promise<void> {
  for (const { ok, found } of await findSecrets(config, base, reader)) if (!ok) tell(`${found}.`);
}
