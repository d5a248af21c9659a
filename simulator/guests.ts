import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { attachmentsOf } from './attachments.ts';
import type { ServiceSpec, VmSpec } from './scenario.ts';
import type { SettingsDocument, SettingsVm } from './settings-document.ts';
import type { Guest, SiteState, World } from './state.ts';

/** Brings a VM up as a failover test, or a failover, of the VPG does, at `time`: in its networks, with its addresses. */
export function powerOnMember(
  world: World,
  site: SiteState,
  settings: SettingsDocument,
  member: SettingsVm,
  side: 'Failover' | 'FailoverTest',
  time: number,
): Guest {
  const vm = world.estate.vmIdentified(member.VmIdentifier);
  if (vm === undefined) throw new Error(`The simulation has no VM ${member.VmIdentifier}.`);
  const legs = attachmentsOf(site, settings, member, vm, side).flatMap(({ network, address }) =>
    network === undefined || address === undefined ? [] : [{ door: network.door, address }],
  );
  return powerOnGuest(world, site.name, vm.spec, legs, time);
}

/** A VM whose services listen a moment after `time`. */
export function powerOnGuest(world: World, site: string, spec: VmSpec, legs: Guest['legs'], time: number): Guest {
  const services = new Map<number, Listener>();
  let on = true;
  const guest: Guest = {
    name: spec.name,
    site,
    legs,
    port: service => services.get(service)?.port,
    listening: () => services.size,
    powerOff() {
      on = false;
      for (const service of services.values()) service.close();
      services.clear();
      world.guests.delete(guest);
    },
  };
  world.guests.add(guest);
  world.later(time + spec.readyAfterMs, () => {
    if (on) for (const service of spec.services) services.set(service.port, listen(service));
  });
  return guest;
}

interface Listener {
  readonly port: Promise<number>;
  close(): void;
}

function listen(service: ServiceSpec): Listener {
  const server = service.kind === 'tcp' ? createServer() : httpServer(service.pages);
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    if (service.kind === 'tcp') socket.resume();
  });
  const port = listenOnLoopback(server);
  port.catch(() => undefined); // who connects is told
  return {
    port,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function httpServer(pages: (ServiceSpec & { kind: 'http' })['pages']): HttpServer {
  return createHttpServer((request, response) => {
    const page = pages[(request.url ?? '/').replace(/\?.*/s, '')];
    if (page === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
    } else if ('json' in page) {
      response.writeHead(page.status, { 'content-type': 'application/json' }).end(JSON.stringify(page.json));
    } else {
      response.writeHead(page.status, { 'content-type': 'text/plain' }).end(page.text);
    }
  });
}

/** Gives the port. `wanted` 0 is any free one. */
export function listenOnLoopback(server: Server, wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
