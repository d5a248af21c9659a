import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../../control/connection.ts';
import { readHistory } from '../../control/history.ts';

/** A field of a protobuf message that holds bytes, text or a message. */
function field(number: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(value.length)]), value]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function answer(stream: ServerHttp2Stream, message: Uint8Array): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => {
    stream.sendTrailers({ 'grpc-status': '0' });
  });
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  stream.end(Buffer.concat([head, message]));
}

/** Speaks as much of Temporal's gRPC as a connection asks, and gives this history in one page. */
async function serve(history: Uint8Array): Promise<string> {
  const server = createServer();
  server.on('stream', (stream, headers) => {
    const isHistory = headers[':path']?.endsWith('/GetWorkflowExecutionHistory') === true;
    stream.resume();
    answer(stream, isHistory ? field(1, history) : new Uint8Array());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a page of a history over 4 MiB is read', async () => {
  const reason = 'x'.repeat(6 * 1024 * 1024);
  // HistoryEvent.workflow_execution_terminated_event_attributes is field 27, its reason field 1.
  const event = field(27, field(1, Buffer.from(reason)));
  vi.stubEnv('TEMPORAL_ADDRESS', await serve(field(1, event)));
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const control = await connect();
  onTestFinished(() => control.close());
  const [read] = (await readHistory(control, 'r')) ?? [];
  expect(read?.kind === 'ended' && read.why.length).toBe(reason.length);
});
