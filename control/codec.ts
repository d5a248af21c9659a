import type { PayloadCodec } from '@temporalio/common';
import { type Config, findConfig, readConfig, SecretUnreadable } from './config/config.ts';
import { codecUrlOf } from './config/schema/keeping.ts';
import { createPayloadCodec, plainCodec } from './payload-codec.ts';
import { readPayloadKeys } from './payload-keys.ts';
import { checkCodec, createRemoteCodec } from './remote-codec.ts';

/**
 * For workers and codec servers, which may read secrets: the keys are read now, so that one that cannot be used is seen at
 * the start, and again every so often. Throws SecretUnreadable. `base`: the folder of drillbook.yaml. `strict`: takes nothing
 * that is not encrypted, unless drillbook.yaml says so.
 */
export async function codecWithKeys(
  config: Config,
  base: string,
  { strict = false }: { readonly strict?: boolean } = {},
): Promise<PayloadCodec> {
  if ((await readPayloadKeys(config, base)) === undefined) return plainCodec;
  const readKeys = async () => {
    const keys = await readPayloadKeys(config, base);
    if (keys === undefined) throw new SecretUnreadable('`payloads.encrypt` is off');
    return keys;
  };
  return createPayloadCodec(readKeys, undefined, { strict: strict && !config.payloads['accept-plain'] });
}

export interface CodecPlace {
  /** Of drillbook.yaml; absent: DRILLBOOK_CONFIG, else the nearest upward from the working folder. */
  readonly configPath?: string | undefined;
}

/**
 * For the command line, which reads no secret: drillbook.yaml says whether what Temporal stores is encrypted, and where the
 * codec server is unless DRILLBOOK_CODEC does. Throws CodecUnreachable where that does not serve.
 */
export async function codecWithoutKeys({ configPath }: CodecPlace): Promise<PayloadCodec> {
  const path = findConfig(process.cwd(), configPath);
  // Whoever needs more of the file says what is wrong with it.
  const read = path === undefined ? undefined : await readConfig(path).catch(() => undefined);
  const { encrypt, 'codec-server': server } = read?.config?.payloads ?? {
    encrypt: asked('DRILLBOOK_CODEC') !== undefined,
  };
  if (!encrypt) return plainCodec;
  const codec = createRemoteCodec({
    url: asked('DRILLBOOK_CODEC') ?? codecUrlOf(server),
    token: asked('DRILLBOOK_CODEC_TOKEN'),
  });
  await checkCodec(codec);
  return codec;
}

function asked(variable: string): string | undefined {
  const value = process.env[variable];
  return value === undefined || value === '' ? undefined : value;
}
