import { z } from 'zod';
import { vmName } from './fields.ts';
import { asText, type Finding, type Raw, repeated, ruled } from './rules.ts';
import { isInNetworkOf, readAddress } from './settings-address.ts';

const ip = z.string().superRefine((text, context) => {
  if (text === 'dhcp' || text === 'keep') return;
  const address = readAddress(text);
  if ('why' in address) context.addIssue(address.why);
});
const ipv4 = () => z.ipv4('an IPv4 address is wanted');

/** What a NIC gets on one side. All text; only what is named is set. */
const nicSide = ruled(
  z.strictObject({
    network: z.string().min(1).optional().describe('Network of the recovery site that the NIC is connected to.'),
    ip: ip.optional().describe('An address with prefix, `dhcp`, or `keep` for the address that the VM has.'),
    gateway: ipv4().optional().describe('Default gateway, in the network of the address.'),
    dns: z.array(ipv4()).min(1).max(2).optional().describe('One or two DNS servers.'),
    'dns-suffix': z.string().min(1).optional().describe('DNS suffix of the connection.'),
  }),
  { check: checkSide },
);

function checkSide({ ip: ipText, gateway, dns }: Raw): readonly Finding[] {
  const wanted = asText(ipText);
  if (wanted === 'keep')
    return [...(gateway === undefined ? [] : ['gateway']), ...(dns === undefined ? [] : ['dns'])].map(key => ({
      path: [key],
      message: 'with `ip: keep` the VM keeps all it has: leave one of them out',
    }));
  if (wanted === 'dhcp')
    return gateway === undefined
      ? []
      : [{ path: ['gateway'], message: 'with `ip: dhcp` the gateway comes with the address: leave it out' }];
  const address = wanted === undefined ? undefined : readAddress(wanted);
  const way = asText(gateway);
  if (wanted === undefined || address === undefined || 'why' in address || way === undefined) return [];
  if (!z.ipv4().safeParse(way).success) return [];
  if (!isInNetworkOf(address, way))
    return [{ path: ['gateway'], message: `${way} is not in the network of ${wanted}` }];
  return wanted.startsWith(`${way}/`) ? [{ path: ['gateway'], message: `${way} is the VM's own address` }] : [];
}

const nic = z.strictObject({
  nic: z.string().min(1).describe('Name of the NIC, such as `Network adapter 1`.'),
  failover: nicSide.optional().describe('What it gets in a failover or a move.'),
  test: nicSide.optional().describe('What it gets in a failover test.'),
});

const volume = ruled(
  z.strictObject({
    volume: z.string().min(1).describe('The protected volume, such as `scsi:0:1`.'),
    preseed: z
      .strictObject({
        datastore: z.string().min(1).describe('Datastore of the recovery site that holds the disk.'),
        path: z.string().min(1).describe('Path of the disk on that datastore.'),
      })
      .optional()
      .describe('A copy of the disk that is at the recovery site already: only differences are sent.'),
    rdm: z
      .strictObject({
        device: z.string().min(1).describe('Name of the raw device at the recovery site.'),
        physical: z.boolean().optional().describe('Physical instead of virtual compatibility (default false).'),
      })
      .optional()
      .describe('A raw device that the volume is replicated to.'),
  }),
  { exactlyOneOf: ['preseed', 'rdm'] },
);

/** A VM of a VPG by name. */
export const vmSettings = ruled(
  z.strictObject({
    name: vmName().describe('Name of the VM at the protected site.'),
    'boot-group': z.string().min(1).optional().describe('Boot group that it starts with.'),
    nics: z.array(nic).min(1).optional().describe('Networks and addresses of its NICs; of the others nothing changes.'),
    volumes: z.array(volume).min(1).optional().describe('Volumes that do not get a new disk at the recovery site.'),
  }),
  {
    check: ({ nics, volumes }) => [
      ...repeated(nics, 'nic', ['nics'], 'NIC'),
      ...repeated(volumes, 'volume', ['volumes'], 'volume'),
    ],
  },
);
export type VmSettings = z.output<typeof vmSettings>;
