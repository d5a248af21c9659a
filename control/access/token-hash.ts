import { createHash, timingSafeEqual } from 'node:crypto';

/** As drillbook.yaml lists a token: `sha256:` and 64 hexadecimal digits. */
export function hashOf(token: string): string {
  return `sha256:${createHash('sha256').update(token).digest('hex')}`;
}

/** In the same time for every wrong one: both are hashes, of one length. */
export function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
