import type { Payload, PayloadCodec, ProtoFailure } from '@temporalio/common';
import { readPayloads } from './payload-codec.ts';

type Failure = Pick<ProtoFailure, 'message'> & { readonly encodedAttributes?: Payload | null };

/** The message of a failure as a history holds it. Of one that was encoded, Temporal's own says nothing. */
export async function messageOf(codec: PayloadCodec, failure: Failure | null | undefined): Promise<string> {
  if (failure?.encodedAttributes) {
    const [attributes] = await readPayloads(codec, [failure.encodedAttributes]);
    const { message } = (attributes ?? {}) as { message?: unknown };
    if (typeof message === 'string') return message;
  }
  return failure?.message ?? '';
}
