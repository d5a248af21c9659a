import { gunzipSync } from 'node:zlib';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Control } from '../../control/connection.ts';

/** All that Temporal holds of a namespace, as text: every history, and what describing each workflow tells. */
export async function allThatTemporalHolds({ client }: Control): Promise<string> {
  const found: string[] = [];
  const collect = (value: unknown): void => {
    if (value === null || value === undefined) return;
    if (value instanceof Uint8Array) found.push(...readings(Buffer.from(value)));
    else if (typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) {
        found.push(key);
        collect(inner);
      }
    } else if (typeof value === 'string') found.push(value);
  };
  const { namespace } = client.options;
  // Not the client's own list, which decodes memos.
  const { executions } = await client.workflowService.listWorkflowExecutions({ namespace, pageSize: 1_000 });
  for (const { execution } of executions) {
    const { workflowId = '', runId = '' } = execution ?? {};
    const handle = client.workflow.getHandle(workflowId ?? '', runId ?? '');
    collect(await handle.fetchHistory());
    collect(
      await client.workflowService.describeWorkflowExecution({
        namespace,
        execution: { workflowId, runId },
      }),
    );
  }
  return found.join('\n');
}

/** Bytes as they are, and as what they may be: compressed, base64 of something. */
function readings(bytes: Buffer): readonly string[] {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  const text = plain.toString('utf8');
  const inner = /^"[A-Za-z0-9+/]{8,}={0,2}"$/.test(text) ? Buffer.from(text.slice(1, -1), 'base64').toString() : '';
  return [text, inner];
}

/** What signs the requests of this process: tokens and sessions, as they go out. End it when done. */
export function listenToRequests(): { readonly tokens: ReadonlyMap<string, string>; end(): void } {
  // With the address that it is for; of Basic credentials nothing.
  const tokens = new Map<string, string>();
  const hear = (message: unknown): void => {
    const { headers, origin } = (message as { request: { headers: readonly string[] | string; origin: string } })
      .request;
    const text = typeof headers === 'string' ? headers : headers.join('\n');
    for (const [, scheme = '', token = ''] of text.matchAll(
      /(?:authorization|x-zerto-session)(?::\s*|\n)(Bearer |Basic )?(\S+)/gi,
    ))
      tokens.set(token, scheme === 'Basic ' ? '' : origin);
  };
  subscribe('undici:request:create', hear);
  return {
    tokens,
    end() {
      unsubscribe('undici:request:create', hear);
    },
  };
}
