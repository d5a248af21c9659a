import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { ServiceSpec } from './scenario.ts';
import type { SettingsDocument, SettingsVm } from './settings-document.ts';
import type { Guest, SiteState, World } from './state.ts';

/** Brings a VM up as a failover test of the VPG does, at `time`: in the test networks, with the test addresses. */
export function powerOnTestVm(
  world: World,
  site: SiteState,
  settings: SettingsDocument,
  member: SettingsVm,
  time: number,
): Guest {
  const vm = world.estate.vmIdentified(member.VmIdentifier);
  if (vm === undefined) throw new Error(`The simulation has no VM ${member.VmIdentifier}.`);
  const legs = member.Nics.flatMap(nic => {
    const side = nic.FailoverTest.Hypervisor;
    const networkId = side?.NetworkIdentifier ?? settings.Networks.FailoverTest.Hypervisor?.DefaultNetworkIdentifier;
    const network = site.estate.networks.find(candidate => candidate.id === networkId);
    const own = vm.spec.nics.find(candidate => candidate.name === nic.NicIdentifier)?.address;
    const address = side?.ShouldReplaceIpConfiguration === true ? (side.IpConfig?.StaticIp ?? own) : own;
    return network === undefined || address === undefined ? [] : [{ door: network.door, address }];
  });
  const services = new Map<number, Listener>();
  let on = true;
  const guest: Guest = {
    name: vm.name,
    site: site.name,
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
  world.later(time + vm.spec.readyAfterMs, () => {
    if (on) for (const service of vm.spec.services) services.set(service.port, listen(service));
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
