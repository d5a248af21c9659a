import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openSocksDoor } from '../../simulator/socks-door.ts';

/** Sends the bytes one by one; gives what came back when the door hung up. */
async function talk(bytes: readonly number[]): Promise<number[]> {
  const door = await openSocksDoor(() => ({ kind: 'unreachable' }));
  const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
  socket.setNoDelay();
  const seen: number[] = [];
  for (const byte of bytes) socket.write(Uint8Array.of(byte));
  for await (const chunk of socket) seen.push(...(chunk as Buffer));
  door.close();
  return seen;
}

const zeros = [0, 1, 0, 0, 0, 0, 0, 0];

describe('the SOCKS door', () => {
  it('reads a request that comes in pieces', async () => {
    expect(await talk([5, 1, 0, 5, 1, 0, 1, 10, 99, 1, 10, 21, 56])).toEqual([5, 0, 5, 4, ...zeros]);
    const name = [...Buffer.from('db')];
    expect(await talk([5, 2, 2, 0, 5, 1, 0, 3, name.length, ...name, 21, 56])).toEqual([5, 0, 5, 4, ...zeros]);
  });

  it('takes no other command, no IPv6, no client that must authenticate, no other protocol', async () => {
    expect(await talk([5, 1, 0, 5, 2, 0, 1, 10, 99, 1, 10, 21, 56])).toEqual([5, 0, 5, 7, ...zeros]);
    expect(await talk([5, 1, 0, 5, 1, 0, 4])).toEqual([5, 0, 5, 8, ...zeros]);
    expect(await talk([5, 1, 2])).toEqual([5, 255]);
    expect(await talk([4, 1])).toEqual([]);
  });
});
