/** An IPv4 address with its mask, of `10.99.30.10/24`; undefined where it is none. */
export function readAddress(text: string): { readonly address: string; readonly mask: string } | undefined {
  const parts = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(text);
  const address = parts?.[1] ?? '';
  const bits = Number(parts?.[2] ?? Number.NaN);
  if (parts === null || address.split('.').some(part => Number(part) > 255) || bits > 32) return undefined;
  const mask = [0, 8, 16, 24].map(from => 256 - 2 ** (8 - Math.min(8, Math.max(0, bits - from))));
  return { address, mask: mask.join('.') };
}

/** `/24`, of a mask; empty where there is none. */
export function prefixOf(mask: string | null | undefined): string {
  if (mask === undefined || mask === null || mask === '') return '';
  const ones = mask.split('.').map(part => Number(part).toString(2).replaceAll('0', '').length);
  return `/${ones.reduce((sum, n) => sum + n, 0)}`;
}
