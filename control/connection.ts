import { Client, Connection, makeGrpcRetryInterceptor } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { PayloadCodec } from '@temporalio/common';
import { endingWhenClosed } from './closed-calls.ts';
import { type CodecPlace, codecWithoutKeys } from './codec.ts';
import { createLink, retriesFor } from './link.ts';
import { reasonOf } from './reason.ts';

export { reasonOf };

/** Where control's calls go. Close it when done. */
export interface Control {
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
  close(): Promise<void>;
}

/** Nothing answers as Temporal at the address. */
export class TemporalUnreachable extends Error {
  override readonly name = 'TemporalUnreachable';
  constructor(address: string, namespace: string, why: string) {
    super(
      `Temporal does not answer at ${address} (namespace ${namespace}): ${why}. ` +
        'Set TEMPORAL_ADDRESS to a running server, or start one with "drillbook dev".',
    );
  }
}

export const defaultAddress = '127.0.0.1:7233';

/**
 * Bytes of one answer: a page of a history may have more than gRPC's 4 MiB. The SDK means to raise it, but names the option
 * without `grpc.` (@temporalio/client 1, connection.ts).
 */
const mostBytes = 64 * 1024 * 1024;

/** gRPC's own pause grows to two minutes: so long a Temporal that is back would go unnoticed. ms. */
const reconnectWithinMs = 3_000;

/** The task queue of runs, guards and their activities. */
export const taskQueue = 'drillbook';

export interface ConnectOptions extends CodecPlace {
  readonly timeoutMs?: number;
  /** Of whoever has the keys; default: none, or the codec server's where drillbook.yaml asks for encryption. */
  readonly codec?: PayloadCodec;
  /** Of whoever must answer others in time: a call to Temporal without a deadline of its own ends after so long, ms. */
  readonly callWithinMs?: number;
}

/**
 * Connects as TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TLS and profiles say. Throws TemporalUnreachable, or
 * CodecUnreachable where what Temporal stores is encrypted and nobody decrypts it.
 */
export async function connect(options: ConnectOptions = {}): Promise<Control> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? defaultAddress;
  let closed = false;
  const { callWithinMs } = options;
  const link = createLink(address, callWithinMs);
  const connection = await Connection.connect({
    ...connectionOptions,
    address,
    interceptors: [
      link.ending,
      makeGrpcRetryInterceptor(retriesFor(callWithinMs)),
      link.noticing,
      endingWhenClosed(() => closed),
    ],
    channelArgs: { 'grpc.max_receive_message_length': mostBytes, 'grpc.max_reconnect_backoff_ms': reconnectWithinMs },
    connectTimeout: options.timeoutMs ?? 5_000,
  }).catch((error: unknown) => {
    throw new TemporalUnreachable(address, namespace, reasonOf(error));
  });
  const close = async (): Promise<void> => {
    closed = true;
    await connection.close();
  };
  try {
    await connection
      .withDeadline(Date.now() + 5_000, () => connection.workflowService.describeNamespace({ namespace }))
      .catch((error: unknown) => {
        throw new TemporalUnreachable(address, namespace, reasonOf(error));
      });
    const codec = options.codec ?? (await codecWithoutKeys(options));
    const client = new Client({ connection, namespace, dataConverter: { payloadCodecs: [codec] } });
    return { client, address, namespace, close };
  } catch (error) {
    await close();
    throw error;
  }
}
