/** Numbers from 0 up to 1 that depend on the seed alone (Marsaglia's xorshift, 32 bits). */
export function createRandom(seed: number): () => number {
  // It never leaves 0, and seeds that are near each other begin alike: scatter them first.
  let state = Math.imul((seed | 0) + 0x9e3779b9, 0x85ebca6b) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let n = 0; n < 8; n++) next();
  return next;
}
