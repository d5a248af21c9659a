import { connect, createServer, type Socket } from 'node:net';
import type { Destination } from './addresses.ts';
import { listenOnLoopback } from './guests.ts';

/** A SOCKS5 server on a free loopback port: no authentication, CONNECT by IPv4 address or name (RFC 1928). */
interface SocksDoor {
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
  if (greeting !== version) {
    socket.destroy();
    return;
  }
  if (!(await read(count ?? 0)).includes(noAuthentication)) {
    socket.end(Buffer.from([version, 0xff]));
    return;
  }
  socket.write(Buffer.from([version, noAuthentication]));

  const [, command, , kind] = await read(4);
  const host = await readHost(read, kind);
  if (host === undefined) {
    answer(socket, reply.addressNotSupported);
    return;
  }
  const port = (await read(2)).readUInt16BE();
  if (command !== 1) {
    answer(socket, reply.commandNotSupported);
    return;
  }

  const destination = find(host, port);
  switch (destination.kind) {
    case 'unreachable':
      answer(socket, reply.unreachable);
      return;
    case 'refused':
      answer(socket, reply.refused);
      return;
    case 'port':
      tunnel(socket, connect(await destination.port, '127.0.0.1'), read);
      return;
  }
}

function tunnel(socket: Socket, guest: Socket, read: Reader): void {
  let connected = false;
  guest.on('connect', () => {
    connected = true;
    answer(socket, reply.succeeded);
    read.release();
    socket.pipe(guest).pipe(socket);
  });
  guest.on('error', () => {
    if (connected) socket.destroy();
    else answer(socket, reply.refused);
  });
  guest.on('close', () => {
    if (connected) socket.destroySoon();
  });
  socket.on('close', () => guest.destroy());
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
