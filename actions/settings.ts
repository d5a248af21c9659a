import { z } from 'zod';

/** A VPG's settings by name, as an author writes them; only what is named is set. Sizes and addresses stay text. */
const ip = z.string().regex(/^(dhcp|keep|(\d{1,3}\.){3}\d{1,3}\/\d{1,2})$/, 'an address with prefix, "dhcp" or "keep"');

const nicNetwork = z.strictObject({
  network: z.string().min(1).optional(),
  ip: ip.optional(),
  gateway: z.ipv4().optional(),
  dns: z.array(z.ipv4()).min(1).max(2).optional(),
  'dns-suffix': z.string().min(1).optional(),
});

const nic = z.strictObject({ nic: z.string().min(1), failover: nicNetwork.optional(), test: nicNetwork.optional() });

export const vmSettings = z.strictObject({
  name: z.string().min(1),
  'boot-group': z.string().min(1).optional(),
  nics: z.array(nic).min(1).optional(),
});
export type VmSettings = z.output<typeof vmSettings>;

/** Under `edit-vpg`'s `set`; durations in ms. */
export const vpgSettings = z.strictObject({
  rpo: z.number().int().positive().meta({ kind: 'duration' }).optional(),
  'test-interval': z.number().int().positive().meta({ kind: 'duration' }).optional(),
  priority: z.enum(['low', 'medium', 'high']).optional(),
  networks: z.strictObject({ failover: z.string().min(1).optional(), test: z.string().min(1).optional() }).optional(),
  vms: z.array(vmSettings).min(1).optional(),
});
