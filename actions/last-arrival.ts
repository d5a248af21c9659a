/** Of `sites.*.request-timeout`, where it is not known, ms. */
export const usualRequestTimeoutMs = 30_000;

/** What a look at the ZVM told of how long it is waited for; of older ones it is not known. */
interface Looked {
  readonly requestTimeoutMs?: number;
}

/**
 * When a call that may be sent until `notAfter` can no longer arrive, ms since 1970: after the time-out of a request to the
 * ZVM and a margin for its bytes under way.
 */
export function lastArrival(notAfter: number, { requestTimeoutMs = usualRequestTimeoutMs }: Looked = {}): number {
  return notAfter + 1.5 * requestTimeoutMs;
}
