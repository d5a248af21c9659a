import { connect, createServer, type Socket } from 'node:net';
import type { Destination } from './addresses.ts';
import { listenOnLoopback } from './guests.ts';

/** A SOCKS5 server on a free loopback port: no authentication, CONNECT by IPv4 address or name (RFC 1928). */
export interface SocksDoor {
  /** `socks5://127.0.0.1:port`. */
  readonly url: string;
  close(): void;
}

const version = 5;
const noAuthentication = 0;
const reply = { succeeded: 0, unreachable: 4, refused: 5, commandNotSupported: 7, addressNotSupported: 8 } as const;
type Reply = (typeof reply)[keyof typeof reply];

export async function openSocksDoor(find: (host: string, port: number) => Destination): Promise<SocksDoor> {
  const open = new Set<Socket>();
  const server = createServer(socket => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket, find).catch(() => socket.destroy());
  });
  const port = await listenOnLoopback(server);
  return {
    url: `socks5://127.0.0.1:${port}`,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

async function serve(socket: Socket, find: (host: string, port: number) => Destination): Promise<void> {
  const read = reader(socket);
  const [greeting, count] = await read(2);
  if (greeting !== version) return void socket.destroy();
  if (!(await read(count ?? 0)).includes(noAuthentication)) return void socket.end(Buffer.from([version, 0xff]));
  socket.write(Buffer.from([version, noAuthentication]));

  const [, command, , kind] = await read(4);
  const host = await readHost(read, kind);
  if (host === undefined) return answer(socket, reply.addressNotSupported);
  const port = (await read(2)).readUInt16BE();
  if (command !== 1) return answer(socket, reply.commandNotSupported);

  const destination = find(host, port);
  if (destination.kind === 'unreachable') return answer(socket, reply.unreachable);
  if (destination.kind === 'refused') return answer(socket, reply.refused);
  const guest = connect(await destination.port, '127.0.0.1');
  guest.on('error', () => {
    if (guest.connecting || guest.bytesRead + guest.bytesWritten === 0) answer(socket, reply.refused);
    else socket.destroy();
  });
  guest.on('connect', () => {
    answer(socket, reply.succeeded);
    read.release();
    socket.pipe(guest).pipe(socket);
  });
  socket.on('close', () => guest.destroy());
  guest.on('close', () => socket.destroy());
}

async function readHost(read: Reader, kind: number | undefined): Promise<string | undefined> {
  if (kind === 1) return (await read(4)).join('.');
  if (kind === 3) return (await read((await read(1))[0] ?? 0)).toString('latin1');
  return undefined;
}

function answer(socket: Socket, code: Reply): void {
  // The bound address has no meaning here and is all zero.
  const bytes = Buffer.from([version, code, 0, 1, 0, 0, 0, 0, 0, 0]);
  if (code === reply.succeeded) socket.write(bytes);
  else socket.end(bytes);
}

interface Reader {
  (length: number): Promise<Buffer>;
  /** Hands what was read too much, and all that follows, back to the socket. */
  release(): void;
}

function reader(socket: Socket): Reader {
  let buffered = Buffer.alloc(0);
  let wake: (() => void) | undefined;
  const onData = (chunk: Buffer): void => {
    buffered = Buffer.concat([buffered, chunk]);
    wake?.();
  };
  socket.on('data', onData);
  socket.on('close', () => wake?.());
  const read = async (length: number): Promise<Buffer> => {
    while (buffered.length < length) {
      if (socket.destroyed) throw new Error('The client hung up.');
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
    const taken = buffered.subarray(0, length);
    buffered = buffered.subarray(length);
    return taken;
  };
  return Object.assign(read, {
    release() {
      socket.off('data', onData);
      socket.pause();
      if (buffered.length > 0) socket.unshift(buffered);
    },
  });
}
