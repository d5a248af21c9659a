import type { Payload, PayloadCodec } from '@temporalio/common';
import { payloadsFromWire, payloadsToWire } from './codec-wire.ts';

/** Nobody encrypts or decrypts for this process. The message is a sentence for people. */
class CodecUnreachable extends Error {
  override readonly name = 'CodecUnreachable';
  constructor(url: string, why: string) {
    super(
      `What Temporal stores is encrypted (payloads.encrypt in drillbook.yaml), and the codec server at ${url} ${why}. ` +
        'Start one where the keys are ("drillbook codec-server"), or set DRILLBOOK_CODEC to one that runs.',
    );
  }
}

export interface RemoteCodecOptions {
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
}

/** So much of a request's payloads at once, bytes; the codec server takes more. */
const mostBytes = 16 * 1024 * 1024;
const answerWithinMs = 20_000;

type Way = 'encode' | 'decode';
interface Waiting {
  readonly payload: Payload;
  readonly done: (payload: Payload) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * For a process that may not read the keys: what it gives to Temporal, and reads from there, goes through a codec server.
 * A history has thousands of payloads: what is asked in the same moment goes in one request.
 */
export function createRemoteCodec(options: RemoteCodecOptions): PayloadCodec {
  const through = (way: Way) => {
    let waiting: Waiting[] = [];
    const send = (): void => {
      const all = waiting;
      waiting = [];
      for (const part of inParts(all)) void exchange(options, way, part);
    };
    return (payloads: Payload[]): Promise<Payload[]> =>
      Promise.all(
        payloads.map(
          payload =>
            new Promise<Payload>((done, failed) => {
              if (waiting.push({ payload, done, failed }) === 1) setImmediate(send);
            }),
        ),
      );
  };
  return { encode: through('encode'), decode: through('decode') };
}

function inParts(all: readonly Waiting[]): readonly Waiting[][] {
  const parts: Waiting[][] = [[]];
  let size = 0;
  for (const one of all) {
    size += one.payload.data?.length ?? 0;
    if (size > mostBytes && parts.at(-1)?.length !== 0) {
      parts.push([]);
      size = one.payload.data?.length ?? 0;
    }
    parts.at(-1)?.push(one);
  }
  return parts;
}

async function exchange(options: RemoteCodecOptions, way: Way, part: readonly Waiting[]): Promise<void> {
  try {
    const answers = await ask(
      options,
      way,
      part.map(({ payload }) => payload),
    );
    for (const [i, { done, failed }] of part.entries()) {
      const answer = answers[i];
      if (answer === undefined)
        failed(new CodecUnreachable(options.url, 'answers with fewer payloads than it was given'));
      else done(answer);
    }
  } catch (error) {
    for (const { failed } of part) failed(error);
  }
}

async function ask({ url, token }: RemoteCodecOptions, way: Way, payloads: readonly Payload[]): Promise<Payload[]> {
  const response = await fetch(`${url.replace(/\/$/, '')}/${way}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(payloadsToWire(payloads)),
    signal: AbortSignal.timeout(answerWithinMs),
    redirect: 'error',
  }).catch((error: unknown) => {
    throw new CodecUnreachable(
      url,
      error instanceof Error && error.name === 'TimeoutError' ? 'is silent' : 'does not answer',
    );
  });
  if (response.status === 401)
    throw new CodecUnreachable(url, 'refuses the token: put the right one into DRILLBOOK_CODEC_TOKEN');
  const document: unknown = await response.json().catch(() => undefined);
  const answers = response.ok ? payloadsFromWire(document) : undefined;
  if (answers === undefined) {
    const { message } = (document ?? {}) as { message?: unknown };
    throw new CodecUnreachable(url, `answers ${response.status}${typeof message === 'string' ? `: ${message}` : ''}`);
  }
  return answers;
}

/** Throws CodecUnreachable where the codec server does not serve. */
export async function checkCodec(codec: PayloadCodec): Promise<void> {
  await codec.encode([{ metadata: { encoding: Buffer.from('binary/null') } }]);
}
