/** An IPv4 address with its prefix. */
export interface Address {
  /** The address as a number. */
  readonly bits: number;
  readonly prefix: number;
}

const withPrefix = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Reads `10.20.30.10/24`; where it is none that a VM can have, why. */
export function readAddress(text: string): Address | { readonly why: string } {
  const parts = withPrefix.exec(text)?.slice(1);
  if (parts === undefined) return { why: 'an address with prefix like 10.20.30.10/24 is wanted, or dhcp, or keep' };
  const octets = parts.slice(0, 4);
  const prefixText = parts[4] ?? '';
  const wrong = octets.find(octet => Number(octet) > 255 || String(Number(octet)) !== octet);
  if (wrong !== undefined) return { why: `"${wrong}" is no part of an IPv4 address: 0 to 255, without a leading zero` };
  const prefix = Number(prefixText);
  if (prefix > 32) return { why: `/${prefixText} is no prefix: 0 to 32` };
  const bits = toBits(octets);
  const host = bits % sizeOf(prefix);
  if (prefix <= 30 && host === 0) return { why: `${text} is the network's own address, none of a VM` };
  if (prefix <= 30 && host === sizeOf(prefix) - 1) return { why: `${text} is the network's broadcast address` };
  return { bits, prefix };
}

/** Whether another address (without prefix) is in the network of this one. */
export function isInNetworkOf({ bits, prefix }: Address, other: string): boolean {
  const size = sizeOf(prefix);
  return Math.floor(toBits(other.split('.')) / size) === Math.floor(bits / size);
}

const sizeOf = (prefix: number): number => 2 ** (32 - prefix);
const toBits = (octets: readonly string[]): number => octets.reduce((sum, octet) => sum * 256 + Number(octet), 0);
